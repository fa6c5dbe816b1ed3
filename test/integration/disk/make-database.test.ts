import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { makeDatabase, orphanedLogs } from '../../../src/disk/index.js';
import { newFolder } from '../shares/shard-test.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = newFolder();
  path = join(folder, 'a.sqlite');
});

function rows(): unknown[] {
  const database = new Database(path);
  try {
    return database.prepare('select * from t').pluck().all();
  } finally {
    database.close();
  }
}

it('makes a file with a write-ahead log and what it was to have, and leaves nothing beside it', () => {
  makeDatabase(path, (database) =>
    database.exec('create table t (a); insert into t values (7); pragma user_version = 3'),
  );
  expect(readdirSync(folder)).toEqual(['a.sqlite']);
  const database = new Database(path, { readonly: true });
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('user_version', { simple: true })).toBe(3);
  database.close();
  expect(rows()).toEqual([7]);
});

it('touches no file that is there', () => {
  makeDatabase(path, (database) => database.exec('create table t (a)'));
  makeDatabase(path, () => {
    throw new Error('made again');
  });
  expect(rows()).toEqual([]);
});

it('leaves no file where it fails, and takes nothing that a crash has left of a draft for its own', () => {
  const failing = (): void =>
    makeDatabase(path, (database) => {
      database.exec('create table t (a); insert into t values (1)');
      throw new Error('the disk is full');
    });
  expect(failing).toThrow('the disk is full');
  expect(readdirSync(folder)).not.toContain('a.sqlite');
  writeFileSync(`${path}-new-wal`, 'left');
  makeDatabase(path, (database) => database.exec('create table t (a); insert into t values (2)'));
  expect(rows()).toEqual([2]);
  expect(readdirSync(folder)).toEqual(['a.sqlite']);
});

it('keeps the log of a file that is gone, out of the new one’s way, however often that happens', () => {
  const make = (): void => makeDatabase(path, (database) => database.exec('create table t (a)'));
  make();
  // Rows that were committed and are in the log alone, as when their process was killed.
  const killed = new Database(path);
  killed.pragma('wal_autocheckpoint = 0');
  killed.exec('insert into t values (7)');
  copyFileSync(path, join(folder, 'kept'));
  copyFileSync(`${path}-wal`, join(folder, 'kept-wal'));
  killed.close();

  for (const orphans of [['a.sqlite-wal.orphaned'], ['a.sqlite-wal.orphaned', 'a.sqlite-wal.orphaned-2']]) {
    rmSync(path);
    copyFileSync(join(folder, 'kept-wal'), `${path}-wal`);
    make();
    expect(rows()).toEqual([]);
    expect(orphanedLogs(path)).toEqual(orphans);
  }
  // What was committed is still to be had, by whoever has the file.
  copyFileSync(join(folder, 'kept'), path);
  copyFileSync(`${path}-wal.orphaned-2`, `${path}-wal`);
  expect(rows()).toEqual([7]);
});
