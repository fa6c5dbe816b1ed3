/**
 * Tables and records as byte streams, and streams as blocks: a stream is cut every 262,144 bytes whatever lies there,
 * so it has one division into chunks. In a table's stream each row is its length (CompactSize) and its bytes.
 */
import { ByteReader, ByteWriter, compareBytes, concatBytes, errorMessage } from '../lib/index.js';
import type { Block } from './car.js';
import { Cid } from './cid.js';
import { PackageError } from './package-error.js';

export const CHUNK_BYTES = 262_144;
/** Of a whole package or proof: 32 MiB. */
export const MAX_CHUNKS = 128;
const MAX_ROW_BYTES = 4_096;

export function chunksOf(stream: Uint8Array): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) {
    const bytes = stream.slice(at, at + CHUNK_BYTES);
    blocks.push({ cid: Cid.of('raw', bytes), bytes });
  }
  return blocks;
}

/** Throws `PackageError` unless the chunks are `chunksOf` some stream. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const last = chunks.length - 1;
  const isCutRight = chunks.every(({ length }, i) =>
    i < last ? length === CHUNK_BYTES : length > 0 && length <= CHUNK_BYTES,
  );
  if (!isCutRight) {
    throw new PackageError(
      'CHUNKS',
      `a chunk other than the last has not ${CHUNK_BYTES} bytes, or the last none`,
    );
  }
  return concatBytes(...chunks);
}

export function writeRows(rows: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(1 << 12);
  for (const row of rows) writer.varbytes(row);
  return writer.finish();
}

/**
 * Calls `row` for each row in turn. Throws `PackageError`, also for whatever `row` throws: `TABLE_ROW`; `TABLE_SIZE`
 * for more rows than `most`.
 */
export function readRows(
  stream: Uint8Array,
  { table, most }: { readonly table: string; readonly most: number },
  row: (bytes: Uint8Array) => void,
): void {
  const reader = new ByteReader(stream);
  for (let rows = 0; reader.left > 0; rows++) {
    if (rows === most) throw new PackageError('TABLE_SIZE', `more than ${most} rows of ${table}`);
    try {
      const length = reader.varint();
      if (length > MAX_ROW_BYTES) throw new PackageError('TABLE_ROW', `a row of ${length} bytes`);
      row(reader.view(length));
    } catch (error) {
      if (error instanceof PackageError) throw error;
      throw new PackageError(
        'TABLE_ROW',
        `a row of ${table} is unreadable: ${errorMessage(error)}`,
        {},
        error,
      );
    }
  }
}

/** Throws `PackageError` unless the rows ascend strictly as bytes. */
export function refuseDisorder(rows: readonly Uint8Array[], table: string): void {
  for (let i = 1; i < rows.length; i++) {
    if (compareBytes(rows[i - 1]!, rows[i]!) >= 0) {
      throw new PackageError('TABLE_ORDER', `row ${i} of ${table} is not behind the one before it`);
    }
  }
}
