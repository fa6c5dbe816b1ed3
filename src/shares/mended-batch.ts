/**
 * A batch as a damaged shard has it. Its digest goes over its number and its time too: where one altered bit of either is all
 * that is wrong, there is one bit with which it is right again.
 */
import { isAsCommitted } from './batch-digest.js';
import type { Cell } from './damaged-tables.js';
import type { StoredBatch } from './shard-file.js';

/** Integers are bigints. */
type BatchRow = Readonly<Record<string, Cell>>;

const BITS = Array.from({ length: 53 }, (_, bit) => 1n << BigInt(bit));

export function mendedBatch(row: BatchRow): StoredBatch {
  const { id, committed_ms: time, records, hashes, workers, digest } = row;
  const stored = {
    id: numberOf(id),
    committedMs: numberOf(time),
    // Whoever reads them asks whether they are bytes: a flipped bit in a row's head makes another type of a cell.
    ...{ records: records as Uint8Array, hashes: hashes as Uint8Array, workers: workers as Uint8Array },
    digest: digest instanceof Uint8Array ? digest : null,
  };
  if (stored.digest === null || isAsCommitted(stored, stored.digest)) return stored;
  const changes = BITS.flatMap((bit) => [{ id: flipped(id, bit) }, { committedMs: flipped(time, bit) }]);
  const right = changes.find((change) => isAsCommitted({ ...stored, ...change }, stored.digest));
  return { ...stored, ...right };
}

function numberOf(cell: Cell | undefined): number {
  return typeof cell === 'bigint' ? Number(cell) : 0;
}

function flipped(cell: Cell | undefined, bit: bigint): number {
  return typeof cell === 'bigint' ? Number(cell ^ bit) : 0;
}
