/**
 * The tables whose rows are bytes under their own SHA-256: the digest by which a row is found is also what tells that its
 * bytes are still those that were stored.
 */
import type { Database } from 'better-sqlite3';
import { equalBytes, sha256 } from '../lib/index.js';
import { ShardAlteredError } from './storage-fault.js';

export const CONTENTS = ['templates', 'shapes', 'bindings', 'signatures', 'miners'] as const;

export type ContentTable = (typeof CONTENTS)[number];

/** `digest`, `bytes`: as they were read, so anything where a flipped bit in a row's head made another type of a cell. */
export function isStanding(table: ContentTable, id: number, digest: unknown, bytes: unknown): boolean {
  if (!(digest instanceof Uint8Array) || !(bytes instanceof Uint8Array)) return false;
  // Row 0 is the empty signature, which records name without asking.
  if (table === 'signatures' && (id === 0) !== (bytes.length === 0)) return false;
  return equalBytes(sha256(bytes), digest);
}

export function notStanding(table: ContentTable, id: number): ShardAlteredError {
  return new ShardAlteredError('SHARD_ALTERED', `row ${id} of ${table} is not what its digest says`);
}

/** Rows of a table whose bytes are not what was stored, by number. Reads all of it. */
export function alteredRows(database: Database, table: ContentTable): readonly number[] {
  const rows = database
    .prepare<[], { id: number; digest: unknown; bytes: unknown }>(`SELECT id, digest, bytes FROM ${table}`)
    .iterate();
  const altered: number[] = [];
  for (const { id, digest, bytes } of rows) if (!isStanding(table, id, digest, bytes)) altered.push(id);
  return altered;
}
