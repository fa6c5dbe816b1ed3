/** Adds what retention is about to remove to the sums that stay: see `removed-shares.ts`. */
import type { Database } from 'better-sqlite3';
import { isCanonicalBits, workOfBits } from '../bitcoin/index.js';
import { decodeBinding, SHARE_RECORD_BYTES } from '../mining/index.js';
import { NO_SHARES, plus, REMOVED_BATCHES, type ShareSum } from './removed-shares.js';
import { roundKey } from './round-rows.js';
import { BATCH_COLUMNS, type StoredBatch } from './shard-file.js';
import { isWhole } from './stored-share.js';
import { workOfText } from './work-text.js';

/** Before the batches up to `last` are deleted, in the same transaction. Shares that cannot be read are in no sum. */
export function noteRemoved(database: Database, last: number): void {
  const removed = new Map<bigint, ShareSum>();
  for (const [job, counts] of sharesByJob(database, last)) {
    const round = roundOf(database, job);
    if (round === null) continue;
    for (const [bits, shares] of counts) {
      if (!isCanonicalBits(bits)) continue;
      const work = workOfBits(bits) * BigInt(shares);
      removed.set(round, plus(removed.get(round) ?? NO_SHARES, { shares, work }));
    }
  }
  const select = database.prepare<[bigint], { work: string | null }>(
    'SELECT removed_work AS work FROM rounds WHERE round = ?',
  );
  const update = database.prepare<[number, string, bigint]>(
    'UPDATE rounds SET removed = removed + ?, removed_work = ? WHERE round = ?',
  );
  for (const [round, { shares, work }] of removed) {
    const key = roundKey(round);
    const before = select.get(key)?.work ?? null;
    if (before !== null) update.run(shares, String(workOfText(before) + work), key);
  }
  database.prepare('INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)').run(REMOVED_BATCHES, last);
}

/** By job, how many shares of which bits the batches up to `last` have. */
function sharesByJob(database: Database, last: number): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const jobs = new Map<number, Map<number, number>>();
  const batches = database.prepare<[number], StoredBatch>(
    `SELECT ${BATCH_COLUMNS} FROM batches WHERE id <= ?`,
  );
  for (const batch of batches.iterate(last)) {
    if (!isWhole(batch)) continue;
    const { records } = batch;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let at = 0; at + SHARE_RECORD_BYTES <= records.length; at += SHARE_RECORD_BYTES) {
      const job = view.getUint32(at, true);
      const bits = view.getUint32(at + 8, true);
      const counts = jobs.get(job) ?? new Map<number, number>();
      counts.set(bits, (counts.get(bits) ?? 0) + 1);
      jobs.set(job, counts);
    }
  }
  return jobs;
}

/** Null where it is not to be found out: nothing may keep an old batch from being removed. */
function roundOf(database: Database, job: number): bigint | null {
  const row = database
    .prepare<[number], { bytes: Uint8Array }>(
      'SELECT bytes FROM jobs JOIN bindings ON bindings.id = jobs.binding WHERE jobs.id = ?',
    )
    .get(job);
  try {
    return row === undefined ? null : decodeBinding(row.bytes).round;
  } catch {
    return null;
  }
}
