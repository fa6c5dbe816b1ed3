import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './repository.js';

const TASK = 'orca/task/src';
/** Pure rooms, because the bundle runs on Koii's Node 18 without native modules. */
const OPEN_TO_THE_TASK = ['src/lib/index.ts', 'src/rounds/index.ts', 'src/rewards/index.ts'];
const PACKAGES = /^(?:node:[a-z_/]+|@scure\/base|socket\.io-client|yaml|@_koii\/[a-z0-9.-]+)$/;
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g;

/** Imports that a file of the task may not have. `path`: in the repository. */
function foreign(path: string, source: string): string[] {
  return [...source.matchAll(IMPORT)]
    .map(([, specifier]) => specifier!)
    .filter((specifier) => {
      if (!specifier.startsWith('.')) return !PACKAGES.test(specifier);
      const to = posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
      return !to.startsWith(`${TASK}/`) && !OPEN_TO_THE_TASK.includes(to);
    });
}

describe('the Koii task', () => {
  it('imports of the pool only its pure rooms, by their index', () => {
    const paths = readdirSync(join(ROOT, TASK), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => posix.join(TASK, path.replaceAll('\\', '/')));
    expect(paths).toContain(`${TASK}/main.ts`);
    expect(paths.flatMap((path) => foreign(path, readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
  });

  it.each([
    "import { RoundBook } from '../../../src/claims/index.js';",
    "import { Cid } from '../../../src/rounds/cid.js';",
    "import Database from 'better-sqlite3';",
    "const room = await import('../../../src/localnet/index.js');",
  ])('may not say: %s', (source) => {
    expect(foreign(`${TASK}/a.ts`, source)).toHaveLength(1);
  });

  it('may use its own files and the pure rooms', () => {
    const source = "import { a } from './koii/a.js';\nimport type { B } from '../../../src/lib/index.js';";
    expect(foreign(`${TASK}/a.ts`, source)).toEqual([]);
  });
});
