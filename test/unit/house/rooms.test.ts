import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from './repository.js';
import { violations } from './room-rules.js';

describe('the rooms of src/', () => {
  it('keep to their levels, to index files, to purity and out of cycles', () => {
    const sources = sourceFiles();
    expect(sources.has('lib/index.ts')).toBe(true);
    expect(violations(sources)).toEqual([]);
  });
});

describe('the rules', () => {
  const broken = (files: Record<string, string>) => violations(new Map(Object.entries(files)));

  it('let a room import the index of a lower one, and its own files', () => {
    const files = {
      'mining/job.ts': "import { network } from '../bitcoin/index.js';\nimport { a } from './deep/a.js';\n",
      'mining/deep/a.ts': "export type { B } from '../../lib/index.js';\n",
      'roles/localnet.ts':
        "import type { A } from '../localnet/index.js';\nawait import('../localnet/index.js');\n",
    };
    expect(broken(files)).toEqual([]);
  });

  it.each([
    ['a room above', "import { serve } from '../http/index.js';"],
    ['a room beside', "import {\n  log,\n} from '../shares/index.js';"],
    ['a type from above', "import type { Config } from '../config/index.js';"],
    ['a room above, passed on', "export * from '../http/index.js';"],
    ['a room above, for its effect', "import '../http/index.js';"],
    ['a room above, lazily', "const http = await import('../http/index.js');"],
    ['a file above, as a worker', "new Worker(new URL('../http/index.js', import.meta.url));"],
  ])('refuse to import %s', (_what, source) => {
    expect(broken({ 'stratum/listener.ts': source })).toEqual([
      expect.stringMatching(/is not below stratum \(6\)$/),
    ]);
  });

  it('refuse to import another file than the index of a lower room', () => {
    expect(broken({ 'stratum/a.ts': "import { x } from '../lib/bytes.js';" })).toEqual([
      'stratum/a.ts imports lib/bytes.ts: only lib/index.ts is open to others',
    ]);
  });

  it('refuse a cycle between files', () => {
    const files = {
      'lib/a.ts': "import { b } from './b.js';",
      'lib/b.ts': "import type { c } from './c.js';",
      'lib/c.ts': "export { a } from './a.js';",
    };
    expect(broken(files)).toEqual(['a cycle: lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts']);
  });

  it('refuse a room that has no level', () => {
    expect(broken({ 'misc/a.ts': '' })).toEqual([
      'misc/a.ts: misc is in no level of test/unit/house/levels.ts',
    ]);
  });

  it('refuse to load localnet before it runs', () => {
    expect(broken({ 'main.ts': "import { start } from './localnet/index.js';" })).toEqual([
      'main.ts imports localnet/index.ts: localnet is imported lazily',
    ]);
  });

  it.each([
    ['a node: module', "import { hash } from 'node:crypto';"],
    ['Buffer', 'const a = Buffer.alloc(2);'],
    ['pino', "import { pino } from 'pino';"],
    ['process', 'const a = process.env.A;'],
    ['the clock', 'const a = Date.now();'],
    ['a timer', 'setTimeout(() => 1, 2);'],
    ['chance', 'const a = Math.random();'],
    ['the console', 'console.log(1);'],
    ['waiting', 'export async function a() {}'],
  ])('refuse %s in a pure room, and only there', (what, source) => {
    expect(broken({ 'mining/a.ts': source })).toEqual([`mining/a.ts: a pure room uses ${what}`]);
    expect(broken({ 'roles/a.ts': source })).toEqual([]);
  });

  it('do not read comments', () => {
    expect(
      broken({ 'lib/a.ts': "/** As pino's; no Buffer. */\n// import '../http/index.js'\nexport {};" }),
    ).toEqual([]);
  });
});
