/** What a disk or a stranger does to the journal's file is told by whoever opens it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { JournalDatabase } from '../../../src/bitcoind/journal-database.js';
import { execute, flipBit } from '../../integration/shares/alter-database.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { found, rowHead } from './journal-block.js';

const HEARD = { ...found(1, 10), verdicts: new Map([['http://a', 'inconclusive']]) };

/** The file of a journal that was closed. */
function journalOf(...blocks: readonly ReturnType<typeof found>[]): string {
  const file = join(newFolder(), 'blocks.sqlite');
  const journal = new JournalDatabase(file);
  journal.put(blocks, 10);
  journal.close();
  return file;
}

const opening = (file: string) => () => new JournalDatabase(file).close();
const ALTERED = expect.objectContaining({ code: 'JOURNAL_ALTERED' });

function integrityOf(file: string): unknown {
  const database = new Database(file, { readonly: true });
  try {
    return database.pragma('integrity_check', { simple: true });
  } finally {
    database.close();
  }
}

describe('a journal', () => {
  it('is opened as it was written, also after more was written of its blocks', () => {
    const file = journalOf(HEARD, found(2, 20));
    const journal = new JournalDatabase(file);
    journal.put([{ ...HEARD, state: 'accepted', verdicts: new Map([['http://a', 'accepted']]) }], 11);
    journal.close();
    expect(opening(file)).not.toThrow();
  });

  it('is opened, too, when somebody has had SQLite count its rows', () => {
    const file = journalOf(HEARD, found(2, 20));
    execute(file, 'ANALYZE');
    expect(opening(file)).not.toThrow();
  });

  it.each([
    "hash = x'0202'",
    'height = height + 1',
    "header = x'00'",
    'coinbase = substr(coinbase, 2)',
    "template_id = 'aaaaaaaaaaaaaaab'",
    "worker = 'bcrt1q.rih'",
    'found_at_ms = 11',
    "state = 'confirmed'",
    'confirmations = 1',
    "reason = ''",
    'final = 1',
    'digest = null',
    'digest = zeroblob(8)',
  ])('is refused where a block has an altered cell: %s', (assignment) => {
    const file = journalOf(found(1, 10), found(2, 20));
    execute(file, `update blocks set ${assignment} where height = 101`);
    expect(integrityOf(file)).toBe('ok');
    expect(opening(file)).toThrow(ALTERED);
  });

  it.each([
    "update verdicts set answer = 'accepted'",
    "update verdicts set node = 'http://b'",
    'update verdicts set at_ms = 11',
    'update verdicts set hash = (select hash from blocks where height = 102)',
    'delete from verdicts',
    "insert into verdicts select hash, 'http://b', 'accepted', 10 from blocks where height = 102",
    "pragma foreign_keys = 0; insert into verdicts values (x'03', 'http://b', 'accepted', 10)",
  ])("is refused where a node's answer is another: %s", (sql) => {
    const file = journalOf(HEARD, found(2, 20));
    execute(file, sql);
    expect(opening(file)).toThrow(ALTERED);
  });

  it('is refused where one bit in the head of a row says that its block is final', () => {
    const file = journalOf(found(1, 10));
    flipBit(file, rowHead(null), rowHead(null).length - 2);
    const database = new Database(file, { readonly: true });
    expect(database.prepare('select final from blocks').pluck().all()).toEqual([1]);
    database.close();
    expect(integrityOf(file)).toBe('ok');
    expect(opening(file)).toThrow(ALTERED);
  });

  it.each([0, 1, 3, 6, 2 ** 30])('is refused where its version is flipped to %d', (version) => {
    const file = journalOf(HEARD);
    execute(file, `pragma user_version = ${version}`);
    expect(opening(file)).toThrow(ALTERED);
  });

  it('is refused where its file is empty, and by a head that lets nobody write', () => {
    const empty = journalOf();
    execute(empty, 'drop table verdicts; drop table blocks; pragma user_version = 0');
    expect(opening(empty)).toThrow(ALTERED);
    const file = journalOf(HEARD);
    // Bytes 18 and 19 of the head: 2 and 2, behind a page of 4,096 bytes.
    flipBit(file, Uint8Array.of(0x10, 0x00, 2, 2), 2);
    expect(opening(file)).toThrow(ALTERED);
  });

  it('takes no word more of a block that was altered while it was open, and of others it does', () => {
    const file = journalOf(found(1, 10), found(2, 20));
    const journal = new JournalDatabase(file);
    execute(file, "update blocks set coinbase = x'00' where height = 101");
    const accepted = { ...found(1, 10), state: 'accepted' } as const;
    expect(() => journal.put([accepted], 11)).toThrow(ALTERED);
    journal.put([{ ...found(2, 20), state: 'accepted' }, found(3, 30)], 11);
    expect(journal.recent(9).map(({ state }) => state)).toEqual(['found', 'accepted', 'found']);
    journal.close();
  });
});

/** As version 1 was made. */
const VERSION_1 = `
  create table blocks (
    hash blob primary key, height integer not null, header blob not null, coinbase blob not null,
    template_id text not null, worker text not null, found_at_ms integer not null, state text not null,
    confirmations integer not null, reason text, final integer not null
  ) strict, without rowid;
  create index blocks_by_time on blocks (found_at_ms);
  create table verdicts (
    hash blob not null references blocks (hash), node text not null, answer text not null, at_ms integer not null,
    primary key (hash, node)
  ) strict, without rowid;
  insert into blocks values (x'${'01'.repeat(32)}', 101, x'${'01'.repeat(80)}', x'${'01'.repeat(200)}',
    'aaaaaaaaaaaaaaaa', 'bcrt1q.rig', 1234567890, 'found', 0, null, 0);
  insert into verdicts values (x'${'01'.repeat(32)}', 'http://a', 'inconclusive', 10);
  pragma user_version = 1;`;

describe('a journal of version 1', () => {
  /** As `restore` leaves one. */
  function oldJournal(): string {
    const file = join(newFolder(), 'blocks.sqlite');
    const database = new Database(file);
    database.exec(VERSION_1);
    database.close();
    return file;
  }

  it('keeps its blocks, and has altered cells told from then on', () => {
    const file = oldJournal();
    const journal = new JournalDatabase(file);
    expect(journal.open()).toEqual([{ ...HEARD, foundAtMs: 1234567890 }]);
    journal.close();
    expect(opening(file)).not.toThrow();
    execute(file, 'update blocks set final = 1');
    expect(opening(file)).toThrow(ALTERED);
  });

  it('is looked through before it is migrated', () => {
    const file = oldJournal();
    // 1,234,567,890 ms: in the row, and in the index.
    flipBit(file, Uint8Array.of(0x49, 0x96, 0x02, 0xd2));
    const damaged = readFileSync(file);
    expect(opening(file)).toThrow(ALTERED);
    expect(readFileSync(file).equals(damaged)).toBe(true);
  });
});
