/** Packages of a sampled claim with as many rows as are asked for, true to the format but for that, and to no share. */
import { type JobTemplate, minerId, type Payout } from '../../../src/mining/index.js';
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
}

export function widePackage({ rows, count = 10_000_000n, branch = 0 }: Wide): Uint8Array {
  const jobs = rows.jobs ?? Math.max(rows.templates ?? 1, rows.shapes ?? 1);
  const shapesOf = rows.jobs === undefined ? (rows.shapes ?? 1) : Math.min(jobs, SHAPES);
  const templatesOf = rows.jobs === undefined ? (rows.templates ?? 1) : Math.ceil(jobs / SHAPES);
  const from = jobOf(0);
  const hash = bytesOf('of a branch');
  const template = (i: number): JobTemplate => ({
    ...from.template,
    prevHash: Uint8Array.from([...big32(i), ...new Uint8Array(28)]),
    branch: indexes(branch, () => hash),
  });
  const payouts = indexes(
    rows.miners ?? 1,
    (i): Payout => ({ type: 'bitcoin', script: Uint8Array.from([0, 4, ...big32(i)]) }),
  );
  const shareOf = count / BigInt(payouts.length);
  const miners = payouts
    .map((payout) => ({ minerId: minerId(payout), payout, shareRoot: hash, work: shareOf, count: shareOf }))
    .sort((a, b) => Buffer.compare(a.minerId, b.minerId));
  miners[0] = { ...miners[0]!, count: shareOf + (count % BigInt(payouts.length)) };
  const tables: ClaimTables = {
    templates: indexes(templatesOf, template),
    shapes: indexes(shapesOf, (i) => ({ ...from.shape, middle: big32(i) })),
    signatures: indexes(rows.signatures ?? 1, big32),
    jobs: indexes(jobs, (i) =>
      rows.jobs === undefined
        ? { template: Math.min(i, templatesOf - 1), shape: Math.min(i, shapesOf - 1) }
        : { template: Math.floor(i / SHAPES), shape: i % SHAPES },
    ),
    miners,
  };
  const top = topOf(miners);
  const { taskId, nodeKey, round, seed, reserveScript } = BINDING;
  return encodePackage({
    claim: {
      ...{ tier: 'sampled', taskId, nodeKey, round, seed, reserveHash: bytesOf('reserve') },
      ...{ total: top.sum, count: top.count, miners: miners.length, topRoot: top.hash },
    },
    ...{ reserveScript, appointment: null, tables, records: new Uint8Array(0) },
  }).bytes;
}
