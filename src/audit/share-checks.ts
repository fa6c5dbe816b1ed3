/**
 * Checks 23 to 29: a package's records. What a share is, and what the records add up to, `src/rounds` judges; only
 * how its time stands to the chain is judged here. Hot path of an audit: 16,384 records at most.
 */
import { type Network, workOfBits } from '../bitcoin/index.js';
import { errorMessage, toHex } from '../lib/index.js';
import {
  type Job,
  readShareRecord,
  SHARE_RECORD_BYTES,
  type ShareRecord,
  writeShareRecord,
} from '../mining/index.js';
import {
  type ClaimPackage,
  type CountedShare,
  type MinerRow,
  RecountError,
  recountPackage,
} from '../rounds/index.js';
import type { RoundUnderAudit } from './audit-subject.js';
import { type ChainView, MARGIN_SECONDS, within } from './chain-facts.js';
import type { CheckName } from './check-list.js';
import { codeOf, type Evidence, type Finding, failed, overAll, PASSED, unknown } from './finding.js';

export const SHARE_CHECKS = [
  'share-rows',
  'share-bits',
  'share-version',
  'share-work',
  'records-order',
  'miner-row',
] as const;

const CHECK_OF_CODE: Readonly<Record<string, (typeof SHARE_CHECKS)[number] | 'package-form'>> = {
  RECORD_REFERENCE: 'share-rows',
  BITS_NOT_CANONICAL: 'share-bits',
  WORK_OUT_OF_BOUNDS: 'share-bits',
  VERSION_BITS: 'share-version',
  LOW_DIFFICULTY: 'share-work',
  RECORD_ORDER: 'records-order',
  MINER_ROW: 'miner-row',
  // A job or a signature that no record uses.
  TABLE_REFERENCE: 'package-form',
};

export function recordEvidence(record: ShareRecord, index: number): Evidence {
  const bytes = new Uint8Array(SHARE_RECORD_BYTES);
  writeShareRecord(record, bytes, 0);
  return { record: String(index), recordRow: toHex(bytes) };
}

export function recordsOf({ records }: ClaimPackage): ShareRecord[] {
  return Array.from({ length: records.length / SHARE_RECORD_BYTES }, (_, i) =>
    readShareRecord(records, i * SHARE_RECORD_BYTES),
  );
}

/** A record of rows that are not there is check 24's. */
export function shareTimes(
  records: readonly ShareRecord[],
  { tables }: ClaimPackage,
  chain: ChainView,
  { endTime }: RoundUnderAudit,
): Finding {
  const latest = endTime + MARGIN_SECONDS;
  const answers = tables.templates.map(({ prevHash }) => chain.block(prevHash));
  return overAll(records.entries(), ([index, record]) => {
    const job = tables.jobs[record.job];
    if (job === undefined) return PASSED;
    const answer = answers[job.template]!;
    if (answer.kind !== 'known') return unknown('the chain says nothing of a prevhash');
    const { medianTime } = answer.block;
    const outside = () =>
      failed(
        `a time above ${medianTime}, up to ${latest}`,
        String(record.time),
        recordEvidence(record, index),
      );
    if (record.time <= medianTime) return outside();
    return within(record.time, Number.NEGATIVE_INFINITY, latest, outside);
  });
}

export interface Recounted {
  /** Null when every record is a share and the rows are theirs. */
  readonly fault: { readonly check: CheckName; readonly finding: Finding } | null;
  /** Shares that are blocks. */
  readonly blocks: readonly CountedShare[];
  /** How many of them such work finds on average. */
  readonly expected: number;
}

/** Expected blocks of one expected hash, by the target that makes a share a block. */
function blocksPerHash(network: Network): (job: Job) => number {
  const known = new Map<number, number>();
  return ({ template }) => {
    const bits = network.blockTargetBits ?? template.bits;
    const blocks = known.get(bits) ?? 1 / Number(workOfBits(bits));
    known.set(bits, blocks);
    return blocks;
  };
}

const known = new WeakMap<ClaimPackage, { readonly network: Network; readonly result: Recounted }>();

/**
 * Each record is asked 24 to 27 in turn; then all of them 28, then the rows 29. Of one package once: it is asked before
 * the chain is, and again with what the chain says.
 */
export function recounted(from: ClaimPackage, records: readonly ShareRecord[], network: Network): Recounted {
  const before = known.get(from);
  if (before?.network === network) return before.result;
  const result = recount(from, records, network);
  known.set(from, { network, result });
  return result;
}

function recount(from: ClaimPackage, records: readonly ShareRecord[], network: Network): Recounted {
  const blocks: CountedShare[] = [];
  const blocksOf = blocksPerHash(network);
  let counted = 0;
  let expected = 0;
  try {
    recountPackage(from, network, (share) => {
      counted++;
      expected += Number(share.work) * blocksOf(share.job);
      if (share.isBlock) blocks.push(share);
    });
    return { fault: null, blocks, expected };
  } catch (error) {
    const code = codeOf(error);
    const told = `${code}: ${errorMessage(error)}`;
    const finding =
      rowFault(error, from) ?? failed('shares of the claim', told, recordFault(error, records, counted));
    return { fault: { check: CHECK_OF_CODE[code] ?? 'miner-row', finding }, blocks, expected };
  }
}

/** The record that is told, else the first that was not counted. */
function recordFault(error: unknown, records: readonly ShareRecord[], counted: number): Evidence {
  const place = error instanceof RecountError ? error.data.place : undefined;
  const index = typeof place === 'number' ? place : counted;
  const record = records[index];
  return record === undefined ? {} : recordEvidence(record, index);
}

/** For check 29: the row that is told, and the one that its records make. */
function rowFault(error: unknown, { tables }: ClaimPackage): Finding | null {
  if (!(error instanceof RecountError) || error.code !== 'MINER_ROW') return null;
  const { index, row } = error.data as { index: number; row: MinerRow | null };
  const miner = tables.miners[index]!;
  return failed(row === null ? 'records of this miner' : rowText(row), rowText(miner), {
    miner: toHex(miner.minerId),
    row: String(index),
  });
}

function rowText({ count, work, shareRoot }: MinerRow): string {
  return `${count} shares of ${work} work, root ${toHex(shareRoot)}`;
}
