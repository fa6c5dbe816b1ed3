import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { setDatabaseAside } from '../../../src/disk/index.js';
import { newFolder } from '../shares/shard-test.js';

it('moves a database with its log to a name that neither has taken, and what was in memory only goes', () => {
  const folder = newFolder();
  const path = join(folder, 'a.sqlite');
  for (const end of ['', '-wal', '-shm']) writeFileSync(path + end, `new${end}`);
  // Of one that somebody took away without it.
  writeFileSync(join(folder, 'a.sqlite.damaged-wal'), 'old');
  expect(setDatabaseAside(path)).toBe('a.sqlite.damaged-2');
  const aside = ['a.sqlite.damaged-2', 'a.sqlite.damaged-2-wal', 'a.sqlite.damaged-wal'];
  expect(readdirSync(folder).sort()).toEqual(aside);
  expect(aside.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['new', 'new-wal', 'old']);
});

it('leaves no log behind that has nothing in it', () => {
  const folder = newFolder();
  for (const name of ['a.sqlite', 'a.sqlite-wal']) writeFileSync(join(folder, name), '');
  setDatabaseAside(join(folder, 'a.sqlite'));
  expect(readdirSync(folder)).toEqual(['a.sqlite.damaged']);
});
