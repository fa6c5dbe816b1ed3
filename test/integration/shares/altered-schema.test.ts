/** A shard whose version or list of tables was altered: it alone is set aside, and everything is taken over. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { openShards, recoverShard, verifyShares } from '../../../src/shares/index.js';
import { schemas, versionOfSchema } from '../../../src/shares/shard-schema.js';
import { execute } from './alter-database.js';
import { loggedHashes } from './logged-hashes.js';
import { realShard } from './real-shard.js';
import { newFolder, openShard } from './shard-test.js';

const REGTEST = network('regtest');

/** A folder of two shards, of which the first is altered. */
function twoShards(alter: (path: string) => void): { readonly dir: string; readonly path: string } {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  realShard(path);
  copyFileSync(path, join(dir, 'whole.copy'));
  alter(path);
  return { dir, path };
}

/** The bit of the byte `at` behind each place where the file has `text`: of a statement that a step changed, also what it was. */
function flip(path: string, text: string, at: number, bit: number): void {
  const bytes = readFileSync(path);
  let place = bytes.indexOf(text);
  expect(place).toBeGreaterThan(0);
  for (; place > 0; place = bytes.indexOf(text, place + 1)) bytes[place + at]! ^= 1 << bit;
  writeFileSync(path, bytes);
}

const ALTERATIONS: readonly (readonly [string, (path: string) => void])[] = [
  ...[0, 1, 3, 5, 7, 9, 99, -1].map((version): readonly [string, (path: string) => void] => [
    `user_version ${version}`,
    (path) => {
      const database = new Database(path);
      database.pragma(`user_version = ${version}`);
      database.close();
    },
  ]),
  // SQLite takes the first for a table of another name, the second for no statement, and reads on past the third.
  ['a table of another name', (path) => flip(path, 'CREATE TABLE batches', 13, 1)],
  ['a statement that is none', (path) => flip(path, 'CREATE TABLE batches', 0, 1)],
  ['a column of another name', (path) => flip(path, 'last_batch_bound INTEGER', 0, 0)],
  ['a default of another value', (path) => flip(path, "removed_work TEXT DEFAULT '0'", 27, 0)],
];

describe('a shard whose version or tables do not belong together', () => {
  it.each(ALTERATIONS)('is damaged, the others are not, and nothing of it is lost: %s', async (_, alter) => {
    const { dir, path } = twoShards(alter);
    const whole = join(dir, 'whole.copy');
    const reader = openShards(dir);
    expect(reader.look()).toBe(true);
    expect(reader.damaged).toEqual(['shard-0']);
    reader.close();
    const { failures } = await verifyShares(dir, REGTEST);
    expect(failures.map(({ shard, fault }) => `${shard} ${fault}`)).toEqual(['shard-0 shard-damaged']);
    const before = readFileSync(path);
    await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
    expect(readFileSync(path).equals(before)).toBe(true);

    mkdirSync(join(dir, 'recovered'));
    const to = join(dir, 'recovered', 'shard-0.sqlite');
    const { shares, lost } = recoverShard(path, to, REGTEST);
    expect({ shares, lost }).toEqual({ shares: 12, lost: [expect.stringMatching(/^the list of tables/)] });
    expect(loggedHashes(to)).toEqual(loggedHashes(whole));
    expect(await verifyShares(join(dir, 'recovered'), REGTEST)).toMatchObject({ checked: 12, failures: [] });
  });

  it.each<readonly [string, (path: string) => void]>([
    ['a directory', (path) => mkdirSync(path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
  ])('is damaged alone, too, where %s stands in its place', async (_, put) => {
    const { dir, path } = twoShards((file) => rmSync(file));
    put(path);
    copyFileSync(join(dir, 'whole.copy'), join(dir, 'shard-1.sqlite'));
    const reader = openShards(dir);
    reader.look();
    expect(reader.damaged).toEqual(['shard-0']);
    reader.close();
    await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
    const { checked, failures } = await verifyShares(dir, REGTEST);
    expect([checked, failures.map(({ shard, fault }) => `${shard} ${fault}`)]).toEqual([
      12,
      ['shard-0 shard-damaged'],
    ]);
  });

  it('is refused as newer only where its tables are of no version that we know', async () => {
    const { dir, path } = twoShards((file) => {
      const database = new Database(file);
      database.exec('ALTER TABLE rounds ADD COLUMN of_a_later_step INTEGER; PRAGMA user_version = 9');
      database.close();
    });
    expect(() => openShards(dir).look()).toThrow('newer version');
    await expect(verifyShares(dir, REGTEST)).rejects.toMatchObject({ code: 'SHARD_TOO_NEW' });
    expect(() => recoverShard(path, join(dir, 'to'), REGTEST)).toThrow('newer version');
  });

  it('has its version in its tables: each step changes them', () => {
    expect(schemas().map(versionOfSchema)).toEqual(schemas().map((_, version) => version));
  });

  it('is of its version, too, when somebody has had SQLite count its rows', async () => {
    const { dir, path } = twoShards((file) => execute(file, 'ANALYZE'));
    expect(await verifyShares(dir, REGTEST)).toMatchObject({ checked: 12, failures: [] });
    await (await openShard(path)).close();
  });

  it('says to take the backup where its list of tables cannot be read at all', () => {
    const { dir, path } = twoShards((file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xa5, 0, 4096));
    });
    expect(() => recoverShard(path, join(dir, 'to'), REGTEST)).toThrow(/newest backup/);
  });
});
