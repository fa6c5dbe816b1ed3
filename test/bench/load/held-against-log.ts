/**
 * Whether what a pool answered is what it stored. After a row the pool is stopped, and the share log is read as bytes:
 * every share answered `true`, but for those counted as uncredited, must be in it by its hash, once, and no other.
 * A figure whose shares do not hold is none: the bench fails.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { toDisplayHex } from '../../../src/lib/index.js';
import { HASH_BYTES } from './hash-list.js';

/** As the listeners counted their answers, over all of them. */
export interface AnswerCounts {
  readonly accepted: number;
  /** Answered `true`, and worth nothing. */
  readonly uncredited: number;
}

export class RowNotHeld extends Error {}

/** One character a byte, and no more memory than that. */
function key(hashes: Uint8Array, at: number): string {
  return Buffer.from(hashes.buffer, hashes.byteOffset + at, HASH_BYTES).toString('latin1');
}

/** Of every batch in the folder's shards, 32 bytes a share. */
export function* loggedHashes(folder: string): Generator<Uint8Array> {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.sqlite'))) {
    const database = new Database(join(folder, name), { readonly: true });
    try {
      const batches = database.prepare<[], { hashes: Uint8Array }>('SELECT hashes FROM batches ORDER BY id');
      for (const { hashes } of batches.iterate()) yield hashes;
    } finally {
      database.close();
    }
  }
}

/**
 * `acknowledged`: the hashes of the shares answered `true`, as the miners noted them, 32 bytes each. Returns how many
 * were held. Throws `RowNotHeld` that says what is wrong.
 */
export function holdAgainstLog(
  acknowledged: readonly Uint8Array[],
  counts: AnswerCounts,
  folder: string,
): number {
  const missing = keys(acknowledged);
  const answered = missing.size;
  const { accepted, uncredited } = counts;
  if (answered !== accepted + uncredited) {
    throw new RowNotHeld(
      `miners had ${answered} shares answered true, the listeners counted ${accepted} accepted and ${uncredited} uncredited`,
    );
  }
  let logged = 0;
  let unknown = 0;
  for (const hashes of loggedHashes(folder)) {
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      if (!missing.delete(key(hashes, at))) unknown++;
      logged++;
    }
  }
  if (missing.size > uncredited) {
    const [example] = missing;
    throw new RowNotHeld(
      `${missing.size - uncredited} of ${answered} shares answered true are not in the share log ` +
        `(${toDisplayHex(Buffer.from(example!, 'latin1'))}${uncredited === 0 ? '' : ' may be one'})`,
    );
  }
  if (unknown > 0) {
    throw new RowNotHeld(`${unknown} shares of the log were not answered true, or are in it twice`);
  }
  if (logged !== accepted) throw new RowNotHeld(`${accepted} shares were credited, ${logged} are in the log`);
  return answered;
}

/** As miners noted it over kills of the pool: hashes, 32 bytes each. */
export interface NotedAnswers {
  readonly acknowledged: readonly Uint8Array[];
  /** Sent, and neither acknowledged nor refused when the pool was killed. */
  readonly unanswered: readonly Uint8Array[];
}

/**
 * Of a pool that was killed, which counts no more: what it acknowledged must be in the log, and in it nothing but that
 * and what it had not answered yet, once. Returns how many were acknowledged, and how many were stored of the others.
 * Throws `RowNotHeld`.
 */
export function holdAfterKills(
  { acknowledged, unanswered }: NotedAnswers,
  folder: string,
): { readonly held: number; readonly storedUnanswered: number } {
  const missing = keys(acknowledged);
  const held = missing.size;
  const open = keys(unanswered);
  let unknown = 0;
  let storedUnanswered = 0;
  for (const hashes of loggedHashes(folder)) {
    for (let at = 0; at < hashes.length; at += HASH_BYTES) {
      const hash = key(hashes, at);
      if (open.delete(hash)) storedUnanswered++;
      else if (!missing.delete(hash)) unknown++;
    }
  }
  if (missing.size > 0) {
    const [example] = missing;
    throw new RowNotHeld(
      `${missing.size} of ${held} shares that were answered true before a kill are not in the share log ` +
        `(${toDisplayHex(Buffer.from(example!, 'latin1'))})`,
    );
  }
  if (unknown > 0) throw new RowNotHeld(`${unknown} shares of the log were never sent, or are in it twice`);
  return { held, storedUnanswered };
}

/** Throws `RowNotHeld` where a hash is there twice. */
function keys(pieces: readonly Uint8Array[]): Set<string> {
  const all = new Set<string>();
  let length = 0;
  for (const hashes of pieces) {
    for (let at = 0; at < hashes.length; at += HASH_BYTES) all.add(key(hashes, at));
    length += hashes.length / HASH_BYTES;
  }
  if (all.size !== length) throw new RowNotHeld(`${length - all.size} shares were answered true twice`);
  return all;
}
