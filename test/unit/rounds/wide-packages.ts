/** Packages of a sampled claim with as many rows as are asked for, true to the format but for that, and to no share. */
import { concatBytes } from '../../../src/lib/index.js';
import {
  encodeJobTemplate,
  encodeShape,
  minerId,
  type Payout,
  type RoundBinding,
} from '../../../src/mining/index.js';
import type { TableName } from '../../../src/rounds/claim-tables.js';
import { topOf } from '../../../src/rounds/claim-trie.js';
import { type ClaimTables, encodePackage } from '../../../src/rounds/index.js';
import { BINDING, bytesOf, jobOf } from './claim-source.js';

/** Jobs of one template, where many are asked for. */
const SHAPES = 256;

function big32(number: number): Uint8Array {
  return Uint8Array.from([number >>> 24, number >>> 16, number >>> 8, number]);
}

function indexes<Row>(rows: number, row: (i: number) => Row): Row[] {
  return Array.from({ length: rows }, (_, i) => row(i));
}

export interface Wide {
  readonly rows: Partial<Readonly<Record<TableName, number>>>;
  /** Of the claim's shares. */
  readonly count?: bigint;
  /** Of each template. */
  readonly branch?: number;
  /** Of each shape's coinbase: three, of which those beyond are of nothing and to nobody, which check 16 finds. */
  readonly outputs?: number;
  readonly binding?: RoundBinding;
}

/** The commitment's output begins 15 bytes before the commitment: value, length, 6a24, ORC1. */
function withOutputs(middle: Uint8Array, outputs: number): Uint8Array {
  const before = middle.length - 15;
  const more = new Uint8Array(9 * (outputs - middle[4]!));
  return concatBytes(
    middle.slice(0, 4),
    Uint8Array.of(outputs),
    middle.slice(5, before),
    more,
    middle.slice(before),
  );
}

function inOrder<Row>(rows: Row[], bytes: (row: Row) => Uint8Array): Row[] {
  const encoded = rows.map((row) => ({ row, bytes: bytes(row) }));
  return encoded.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ row }) => row);
}

/** Nothing is wrong with a template or a shape: they differ in versions and tags, and are of a block of the round. */
export function widePackage(wide: Wide): Uint8Array {
  const { rows, count = 10_000_000n, branch = 0, outputs = 3, binding = BINDING } = wide;
  const jobs = rows.jobs ?? Math.max(rows.templates ?? 1, rows.shapes ?? 1);
  const shapesOf = rows.jobs === undefined ? (rows.shapes ?? 1) : Math.min(jobs, SHAPES);
  const templatesOf = rows.jobs === undefined ? (rows.templates ?? 1) : Math.ceil(jobs / SHAPES);
  const from = jobOf(0);
  const hash = bytesOf('of a branch');
  const hashes = indexes(branch, () => hash);
  const templates = indexes(templatesOf, (version) => ({ ...from.template, version, branch: hashes }));
  const { scriptHead } = from.shape;
  const middle = withOutputs(from.shape.middle, outputs);
  const shapes = indexes(shapesOf, (i) => ({
    ...{ ...from.shape, middle },
    scriptHead: Uint8Array.from([...scriptHead.slice(0, -4), ...big32(i)]), // in the tag
  }));
  const payouts = indexes(
    rows.miners ?? 1,
    (i): Payout => ({
      type: 'bitcoin',
      script: Uint8Array.from([0, 20, ...new Uint8Array(16), ...big32(i)]),
    }),
  );
  const shareOf = count / BigInt(payouts.length);
  const miners = payouts
    .map((payout) => ({ minerId: minerId(payout), payout, shareRoot: hash, work: shareOf, count: shareOf }))
    .sort((a, b) => Buffer.compare(a.minerId, b.minerId));
  miners[0] = { ...miners[0]!, count: shareOf + (count % BigInt(payouts.length)) };
  const tables: ClaimTables = {
    templates: inOrder(templates, encodeJobTemplate),
    shapes: inOrder(shapes, encodeShape),
    signatures: indexes(rows.signatures ?? 1, big32),
    jobs: indexes(jobs, (i) =>
      rows.jobs === undefined
        ? { template: Math.min(i, templatesOf - 1), shape: Math.min(i, shapesOf - 1) }
        : { template: Math.floor(i / SHAPES), shape: i % SHAPES },
    ),
    miners,
  };
  const top = topOf(miners);
  const { taskId, nodeKey, round, seed, reserveScript } = binding;
  return encodePackage({
    claim: {
      ...{ tier: 'sampled', taskId, nodeKey, round, seed, reserveHash: bytesOf('reserve') },
      ...{ total: top.sum, count: top.count, miners: miners.length, topRoot: top.hash },
    },
    ...{ reserveScript, appointment: null, tables, records: new Uint8Array(0) },
  }).bytes;
}
