import { describe, expect, it } from '@jest/globals';
import { importsOf, reachedFrom, target, withoutComments } from './imports.js';
import { sourceFiles } from './repository.js';
import { roomOf } from './room-rules.js';

const LISTENER = 'roles/listener-entry.ts';
const COORDINATOR = 'roles/pool-node.ts';
/** The one that has miners' sockets. */
const SOCKETS = 'stratum/listener/listener.ts';

const sources = sourceFiles();
const reached = (entry: string) => reachedFrom(entry, sources);

/** All that starts another thread or process, by its file. */
function entries(): string[] {
  const found = [...sources].flatMap(([path, text]) =>
    importsOf(withoutComments(text)).flatMap(({ kind, specifier }) =>
      kind === 'url' ? [target(path, specifier)!] : [],
    ),
  );
  return [...new Set(found)].filter((path) => sources.has(path));
}

describe('the loop that has miners’ sockets', () => {
  const { files, packages } = reached(LISTENER);

  it('is the listener’s, and no other thread or process has any', () => {
    expect(files).toContain(SOCKETS);
    expect(entries()).toContain(LISTENER);
    const others = ['main.ts', ...entries().filter((entry) => entry !== LISTENER)];
    expect(others.filter((entry) => reached(entry).files.has(SOCKETS))).toEqual([]);
  });

  it.each([
    ['HTTP', 'http/http-server.ts', COORDINATOR],
    ['statistics', 'shares/shard-reader.ts', COORDINATOR],
    ['template digestion', 'mining/template.ts', COORDINATOR],
    ['the making of claims', 'claims/claim-round.ts', 'roles/claim-thread.ts'],
    ['audits', 'audit/audit.ts', 'roles/audit-thread.ts'],
    ['the share log with its checkpoints', 'shares/shard-database.ts', 'shares/shard-thread.ts'],
  ])('is not where %s runs', (_what, file, home) => {
    expect(reached(home).files).toContain(file);
    expect(files).not.toContain(file);
  });

  it('is made of these rooms, and has neither a database nor an HTTP server', () => {
    const rooms = [...new Set(Array.from(files, roomOf))].sort();
    expect(rooms).toEqual(['bitcoin', 'events', 'lib', 'metrics', 'mining', 'roles', 'shares', 'stratum']);
    for (const other of ['better-sqlite3', 'express', 'node:http', 'node:https', 'node:child_process']) {
      expect(packages).not.toContain(other);
    }
  });

  it('moves no write-ahead log into its file', () => {
    const movers = [...sources].filter(([, text]) => withoutComments(text).includes('wal_checkpoint'));
    expect(movers.map(([path]) => path)).toContain('shares/shard-database.ts');
    expect(movers.filter(([path]) => files.has(path))).toEqual([]);
  });
});

describe('what an entry reaches', () => {
  const files = {
    'roles/entry.ts': "import { a, type C } from '../lib/index.js';\nimport './effect.js';",
    'roles/effect.ts':
      "import type { b } from '../lib/b.js';\nnew Worker(new URL('./thread.js', import.meta.url));",
    'roles/thread.ts': '',
    'lib/index.ts':
      "export { a } from './a.js';\nexport { b } from './b.js';\nexport type { C } from './c.js';",
    'lib/a.ts': "import { hash } from 'node:crypto';\nexport const a = () => import('./lazy.js');",
    'lib/lazy.ts': '',
    'lib/b.ts': '',
    'lib/c.ts': '',
  };

  it('is what it names, through indexes, also lazily; no types, no threads', () => {
    const { files: found, packages } = reachedFrom('roles/entry.ts', new Map(Object.entries(files)));
    expect([...found].sort()).toEqual(['lib/a.ts', 'lib/lazy.ts', 'roles/effect.ts', 'roles/entry.ts']);
    expect([...packages]).toEqual(['node:crypto']);
  });

  it('is a mistake where a name or a file is not there', () => {
    const broken = (name: string, source: string) =>
      reachedFrom('roles/entry.ts', new Map(Object.entries({ ...files, [name]: source })));
    expect(() => broken('roles/entry.ts', "import { d } from '../lib/index.js';")).toThrow('imports d');
    expect(() => broken('roles/entry.ts', "import { a } from './gone.js';")).toThrow('no roles/gone.ts');
  });
});
