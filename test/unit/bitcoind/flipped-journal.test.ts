/** Any bit of the journal's file: it is refused, or nothing that anybody reads has changed. */
import { closeSync, copyFileSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { JournalDatabase } from '../../../src/bitcoind/journal-database.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { found } from './journal-block.js';

const HEAD_BYTES = 100;
/** No bit of eight is left out in the long run. */
const STEP = 3;

const OPEN = { ...found(3, 1_795_000_000_000), verdicts: new Map([['http://a', 'inconclusive']]) };
const FINAL = [1, 2].map((byte) => ({
  ...found(byte, 1_794_000_000_000 + byte),
  ...({ state: 'confirmed', confirmations: 100, final: true } as const),
  verdicts: new Map([['http://a', 'accepted']]),
}));

/** Bits of the head, and of all bytes that say something or stand beside one that does; the rest of a page is empty. */
function usedBits(bytes: Uint8Array): number[] {
  const bits: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const near = bytes.subarray(Math.max(0, at - 2), at + 3);
    if (at < HEAD_BYTES || near.some((byte) => byte !== 0))
      for (let bit = 0; bit < 8; bit++) bits.push(at * 8 + bit);
  }
  return bits;
}

/** What a journal says, and takes; or the code it is refused with. */
function outcomeOf(file: string): unknown {
  let journal: JournalDatabase;
  try {
    journal = new JournalDatabase(file);
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  try {
    return [journal.open(), journal.recent(9), journal.hashes()];
  } finally {
    journal.close();
  }
}

it('a flipped bit is told, or leaves every block as it was', () => {
  const folder = newFolder();
  const file = join(folder, 'blocks.sqlite');
  const journal = new JournalDatabase(file);
  journal.put([...FINAL, OPEN], 10);
  journal.close();
  const bytes = readFileSync(file);
  const as = JSON.stringify;
  const whole = outcomeOf(file);
  expect(whole).toEqual([[OPEN], [OPEN, FINAL[1], FINAL[0]], [...FINAL, OPEN].map(({ hash }) => hash)]);

  const flipped = join(folder, 'flipped.sqlite');
  copyFileSync(file, flipped);
  const descriptor = openSync(flipped, 'r+');
  const refusals = new Map<unknown, number>();
  const unnoticed: number[] = [];
  const bits = usedBits(bytes).filter((_, index) => index % STEP === 0);
  for (const bit of bits) {
    const at = bit >> 3;
    writeSync(descriptor, Uint8Array.of(bytes[at]! ^ (1 << (bit & 7))), 0, 1, at);
    const outcome = outcomeOf(flipped);
    if (typeof outcome === 'string') refusals.set(outcome, (refusals.get(outcome) ?? 0) + 1);
    else if (as(outcome) !== as(whole)) unnoticed.push(bit);
    for (const end of ['-wal', '-shm']) rmSync(flipped + end, { force: true });
    writeSync(descriptor, bytes, 0, bytes.length, 0);
  }
  closeSync(descriptor);
  expect(unnoticed).toEqual([]);
  // Of which `SQLITE_ERROR` is SQLite's word for a head of a later format.
  expect([...refusals.keys()].sort()).toEqual([
    ...['JOURNAL_ALTERED', 'SQLITE_CORRUPT', 'SQLITE_ERROR', 'SQLITE_NOTADB'],
  ]);
  expect([...refusals.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(bits.length / 2);
});
