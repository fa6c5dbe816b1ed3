import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { JournalDatabase } from '../../../src/bitcoind/journal-database.js';
import { found } from './journal-block.js';

let folder: string;
let file: string;
let journal: JournalDatabase;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'block-journal-'));
  file = path.join(folder, 'blocks.sqlite');
  journal = new JournalDatabase(file);
});

afterEach(async () => {
  journal.close();
  await rm(folder, { recursive: true });
});

describe('JournalDatabase', () => {
  it('syncs every commit to disk', () => {
    const other = new Database(file);
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
    // 2 is FULL (https://www.sqlite.org/pragma.html#pragma_synchronous); it is a setting of the connection.
    expect(journal.synchronous).toBe(2);
  });

  it('gives blocks back to the next process, oldest first, with the last word of each node', () => {
    const heard = { ...found(1, 10), verdicts: new Map([['http://a', 'accepted']]) };
    journal.put([found(2, 20), found(1, 10)], 20);
    journal.put([{ ...found(1, 10), verdicts: new Map([['http://a', 'inconclusive']]) }], 21);
    journal.put([heard], 22);
    const again = new JournalDatabase(file);
    expect(again.open()).toEqual([heard, found(2, 20)]);
    expect(again.recent(1)).toEqual([found(2, 20)]);
    expect(again.hashes()).toEqual([found(1, 10).hash, found(2, 20).hash]);
    again.close();
  });

  it('keeps what was found as it was written first', () => {
    journal.put([found(1, 10)], 10);
    journal.put([{ ...found(1, 99), worker: 'other', state: 'accepted' }], 11);
    expect(journal.recent(9)).toEqual([{ ...found(1, 10), state: 'accepted' }]);
  });

  it('notes when a node gave its last word, not when it was written again', () => {
    const heard = (word: string) => ({ ...found(1, 10), verdicts: new Map([['http://a', word]]) });
    journal.put([heard('inconclusive')], 11);
    journal.put([heard('inconclusive')], 12);
    const at = (): unknown => new Database(file).prepare('select at_ms from verdicts').pluck().get();
    expect(at()).toBe(11);
    journal.put([heard('accepted')], 13);
    expect(at()).toBe(13);
  });

  it('closes a block whose fate is final', () => {
    const orphaned = { ...found(1, 10), state: 'orphaned', reason: 'lost', final: true } as const;
    journal.put([found(1, 10)], 10);
    journal.put([orphaned], 11);
    expect(journal.open()).toEqual([]);
    expect(journal.recent(9)).toEqual([orphaned]);
  });

  it('refuses the file of a newer version', () => {
    const other = new Database(file);
    other.exec('create table receipts (hash blob primary key) strict, without rowid');
    other.pragma('user_version = 99');
    other.close();
    expect(() => new JournalDatabase(file)).toThrow(expect.objectContaining({ code: 'JOURNAL_TOO_NEW' }));
  });
});
