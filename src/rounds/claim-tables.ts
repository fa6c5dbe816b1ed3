/**
 * The tables of a package: what records refer to by row number, and the miners with what they are claimed to have
 * done. Each table is in ascending order without repetition and without rows that nothing uses, so that equal shares
 * make equal tables (docs/claim-format.md, "Tables").
 */
import { ByteReader, ByteWriter, bigintToLe, compareBytes } from '../lib/index.js';
import {
  type CoinbaseShape,
  decodeJobTemplate,
  decodePayout,
  decodeShape,
  encodeJobTemplate,
  encodePayout,
  encodeShape,
  type JobTemplate,
  MAX_SIGNATURE_BYTES,
  minerId,
  type Payout,
} from '../mining/index.js';
import { readRows, refuseDisorder, writeRows } from './chunks.js';
import { PackageError } from './package-error.js';
import type { MinerRow } from './sum-node.js';

export interface ClaimJob {
  /** Row of `templates`. */
  readonly template: number;
  /** Row of `shapes`. */
  readonly shape: number;
}

export interface ClaimMiner extends MinerRow {
  readonly payout: Payout;
}

export interface ClaimTables {
  readonly templates: readonly JobTemplate[];
  readonly shapes: readonly CoinbaseShape[];
  readonly signatures: readonly Uint8Array[];
  readonly jobs: readonly ClaimJob[];
  readonly miners: readonly ClaimMiner[];
}

export const TABLE_NAMES = ['templates', 'shapes', 'signatures', 'jobs', 'miners'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/**
 * How many rows a table has at most, so that reading the costliest package takes less than a second. A day of
 * templates every five seconds is 17,280; a node has far fewer miners than connections.
 */
export const MAX_ROWS: Readonly<Record<TableName, number>> = {
  templates: 32_768,
  shapes: 32_768,
  signatures: 65_536,
  jobs: 32_768,
  miners: 65_536,
};

/** Bounds within which every coinbase that a shape makes has one-byte lengths; the audit's own are narrower. */
const MAX_SCRIPT_HEAD_BYTES = 100;
const MAX_PAYOUT_BYTES = 100;

export function encodeTables(tables: ClaimTables): Readonly<Record<TableName, Uint8Array>> {
  return {
    templates: writeRows(tables.templates.map(encodeJobTemplate)),
    shapes: writeRows(tables.shapes.map(encodeShape)),
    signatures: writeRows(tables.signatures),
    jobs: writeRows(
      tables.jobs.map(({ template, shape }) => new ByteWriter(8).u32(template).u32(shape).finish()),
    ),
    miners: writeRows(tables.miners.map(encodeMiner)),
  };
}

/** count u64 ‖ work u128 ‖ share root 32 ‖ payout. */
function encodeMiner({ count, work, shareRoot, payout }: ClaimMiner): Uint8Array {
  return new ByteWriter(96)
    .u64(count)
    .bytes(bigintToLe(work, 16))
    .bytes(shareRoot)
    .bytes(encodePayout(payout))
    .finish();
}

interface TableStream {
  readonly table: TableName;
  readonly stream: Uint8Array;
  readonly most: number;
}

/** `count`: of the claim's shares. Throws `PackageError`: `TABLE_ROW`, `TABLE_SIZE`, `TABLE_ORDER` or `TABLE_REFERENCE`. */
export function decodeTables(streams: Readonly<Record<TableName, Uint8Array>>, count: bigint): ClaimTables {
  // Every row is some share's, so that a full claim's tables are as small as itself.
  const of = (table: TableName): TableStream => ({
    ...{ table, stream: streams[table] },
    most: count < BigInt(MAX_ROWS[table]) ? Number(count) : MAX_ROWS[table],
  });
  const templates = ascendingRows(of('templates'), decodeJobTemplate);
  const shapes = ascendingRows(of('shapes'), readShape);
  const tables = {
    templates,
    shapes,
    signatures: ascendingRows(of('signatures'), readSignatureRow),
    jobs: readJobs(of('jobs')),
    miners: readMiners(of('miners')),
  };
  const refersTo = (name: 'template' | 'shape', length: number): void =>
    refuseUnused(
      tables.jobs.map((job) => job[name]),
      length,
      `${name}s`,
    );
  refersTo('template', templates.length);
  refersTo('shape', shapes.length);
  return tables;
}

function ascendingRows<Row>(from: TableStream, decode: (bytes: Uint8Array) => Row): Row[] {
  const encoded: Uint8Array[] = [];
  const rows: Row[] = [];
  readRows(from.stream, from, (bytes) => {
    encoded.push(bytes);
    rows.push(decode(bytes));
  });
  refuseDisorder(encoded, from.table);
  return rows;
}

function readShape(bytes: Uint8Array): CoinbaseShape {
  const shape = decodeShape(bytes);
  if (shape.kind === 'pool' && shape.scriptHead.length <= MAX_SCRIPT_HEAD_BYTES) return shape;
  throw new PackageError('TABLE_ROW', 'a shape is for solo work, or its script begins with too many bytes');
}

function readSignatureRow(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_SIGNATURE_BYTES) return bytes;
  throw new PackageError(
    'TABLE_ROW',
    `a signature has ${bytes.length} bytes, at most ${MAX_SIGNATURE_BYTES} are let in`,
  );
}

function readJobs(from: TableStream): ClaimJob[] {
  const jobs: ClaimJob[] = [];
  readRows(from.stream, from, (bytes) => {
    const reader = new ByteReader(bytes);
    const job = { template: reader.u32(), shape: reader.u32() };
    reader.end();
    const last = jobs.at(-1);
    const follows =
      last === undefined ||
      job.template > last.template ||
      (job.template === last.template && job.shape > last.shape);
    if (!follows) throw new PackageError('TABLE_ORDER', `job ${jobs.length} is not behind the one before it`);
    jobs.push(job);
  });
  return jobs;
}

function readMiners(from: TableStream): ClaimMiner[] {
  const miners: ClaimMiner[] = [];
  readRows(from.stream, from, (bytes) => {
    const reader = new ByteReader(bytes);
    const count = reader.u64();
    const work = reader.u128();
    const shareRoot = reader.view(32);
    const payout = decodePayout(reader.view(reader.left));
    const paid = payout.type === 'bitcoin' ? payout.script : payout.key;
    if (paid.length === 0 || paid.length > MAX_PAYOUT_BYTES) {
      throw new PackageError(
        'TABLE_ROW',
        `a payout has ${paid.length} bytes, 1 to ${MAX_PAYOUT_BYTES} are let in`,
      );
    }
    const id = minerId(payout);
    const last = miners.at(-1);
    if (last !== undefined && compareBytes(last.minerId, id) >= 0) {
      throw new PackageError('TABLE_ORDER', `miner ${miners.length}'s id is not behind the one before it`);
    }
    miners.push({ minerId: id, count, work, shareRoot, payout });
  });
  return miners;
}

/** Throws `PackageError` unless `references` name every row of a table of `length`, and no other. */
export function refuseUnused(references: Iterable<number>, length: number, table: string): void {
  const used = new Uint8Array(length);
  for (const row of references) {
    if (row >= length) throw new PackageError('TABLE_REFERENCE', `there is no row ${row} in ${table}`);
    used[row] = 1;
  }
  const unused = used.indexOf(0);
  if (unused >= 0) throw new PackageError('TABLE_REFERENCE', `nothing uses row ${unused} of ${table}`);
}
