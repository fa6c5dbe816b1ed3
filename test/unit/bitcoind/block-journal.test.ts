import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { BlockJournal, type FoundBlock } from '../../../src/bitcoind/index.js';

let folder: string;
let file: string;
let journal: BlockJournal;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'block-journal-'));
  file = path.join(folder, 'blocks.sqlite');
  journal = new BlockJournal(file);
});

afterEach(async () => {
  journal.close();
  await rm(folder, { recursive: true });
});

const found = (byte: number, foundAtMs: number): FoundBlock => ({
  hash: new Uint8Array(32).fill(byte),
  height: 100 + byte,
  header: new Uint8Array(80).fill(byte),
  coinbase: new Uint8Array(200).fill(byte),
  templateId: 'aaaaaaaaaaaaaaaa',
  worker: 'bcrt1q.rig',
  foundAtMs,
});

const OPEN = { state: 'found', confirmations: 0, reason: null, final: false };

describe('BlockJournal', () => {
  it('syncs every commit to disk', () => {
    const other = new Database(file);
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
    // 2 is FULL (https://www.sqlite.org/pragma.html#pragma_synchronous); it is a setting of the connection.
    expect(journal.synchronous).toBe(2);
  });

  it('gives blocks back to the next process, oldest first, with the last word of each node', () => {
    journal.add(found(2, 20));
    journal.add(found(1, 10));
    journal.setVerdict(found(1, 10).hash, 'http://a', 'inconclusive', 11);
    journal.setVerdict(found(1, 10).hash, 'http://a', 'accepted', 12);
    const again = new BlockJournal(file);
    expect(again.open()).toEqual([
      { ...found(1, 10), ...OPEN },
      { ...found(2, 20), ...OPEN },
    ]);
    expect(again.verdicts(found(1, 10).hash)).toEqual(new Map([['http://a', 'accepted']]));
    again.close();
  });

  it('keeps the first record of a block that comes twice', () => {
    expect(journal.add(found(1, 10))).toBe(true);
    expect(journal.add({ ...found(1, 99), worker: 'other' })).toBe(false);
    expect(journal.recent(9)).toEqual([{ ...found(1, 10), ...OPEN }]);
  });

  it('closes a block whose fate is final', () => {
    journal.add(found(1, 10));
    const fate = { state: 'orphaned', confirmations: 0, reason: 'lost', final: true } as const;
    journal.setFate(found(1, 10).hash, fate);
    expect(journal.open()).toEqual([]);
    expect(journal.recent(9)).toEqual([{ ...found(1, 10), ...fate }]);
  });

  it('refuses the file of a newer version', () => {
    const other = new Database(file);
    other.pragma('user_version = 99');
    other.close();
    expect(() => new BlockJournal(file)).toThrow(expect.objectContaining({ code: 'JOURNAL_TOO_NEW' }));
  });
});
