/**
 * A few bytes beside a row that tell whether it is still the one that was written. SQLite sees where its pages do not fit
 * together, and not what a cell says: one altered bit makes another number, or of a number nothing.
 */
import { createHash } from 'node:crypto';

/** As better-sqlite3 reads one. */
export type Cell = number | bigint | string | Uint8Array | null;

const BYTES = 8;

/** The first eight bytes of a SHA-256 over the cells, each with its type and length. Whole numbers of either type are one. */
export function cellDigest(cells: readonly Cell[]): Uint8Array {
  const hash = createHash('sha256');
  for (const cell of cells) {
    const bytes = cell instanceof Uint8Array ? cell : Buffer.from(String(cell));
    hash.update(`${typeOf(cell)}${bytes.length}:`).update(bytes);
  }
  return Uint8Array.from(hash.digest().subarray(0, BYTES));
}

function typeOf(cell: Cell): string {
  if (cell instanceof Uint8Array) return 'b';
  if (cell === null) return '0';
  return typeof cell === 'string' ? 's' : 'n';
}
