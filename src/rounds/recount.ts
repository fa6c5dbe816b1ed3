/**
 * Shares recomputed from a package: record and tables to coinbase, header and hash, with the same `checkShare` that
 * judged them when they came. And a full package recounted: every record is hashed, and the hashes alone rebuild
 * every miner's trie. Where a share stood on the chain is not asked here.
 */
import { isCanonicalBits, MINING_VERSION_BITS, type Network, workOfBits } from '../bitcoin/index.js';
import { CodedError, equalBytes, toDisplayHex } from '../lib/index.js';
import {
  checkShare,
  type Job,
  makeJob,
  readShareRecord,
  SHARE_RECORD_BYTES,
  type ShareContext,
  type ShareRecord,
} from '../mining/index.js';
import type { ClaimPackage } from './claim-package.js';
import { refuseUnused } from './claim-tables.js';
import { minerSpans, rowOf } from './claim-trie.js';
import { ShareSet } from './share-set.js';

export type RecountFault =
  | 'BITS_NOT_CANONICAL'
  | 'WORK_OUT_OF_BOUNDS'
  | 'VERSION_BITS'
  | 'LOW_DIFFICULTY'
  | 'RECORD_REFERENCE'
  | 'RECORD_ORDER'
  | 'MINER_ROW';

export class RecountError extends CodedError<RecountFault> {}

const JOBS_REMEMBERED = 4_096;

/** Header times are the audit's business, duplicates the trie's. */
const CONTEXT: ShareContext = {
  stale: false,
  versionMask: MINING_VERSION_BITS,
  minTime: 0,
  maxTime: 0xffff_ffff,
  easierTarget: null,
  isDuplicate: () => false,
};

export interface CountedShare {
  readonly record: ShareRecord;
  readonly job: Job;
  /** The header's, internal order. */
  readonly hash: Uint8Array;
  readonly work: bigint;
  readonly isBlock: boolean;
}

type Tables = Pick<ClaimPackage, 'binding' | 'tables'>;

/** Recomputes shares of one package; remembers the jobs it made. */
export class ShareRecount {
  private readonly jobs = new Map<string, { job: Job; work: bigint }>();

  constructor(
    private readonly from: Tables,
    private readonly network: Network,
  ) {}

  /** Throws `RecountError` for a record that is no share of this package's claim. */
  share(record: ShareRecord): CountedShare {
    const { job, work } = this.jobOf(record);
    const verdict = checkShare(job, record, CONTEXT);
    if (verdict.kind === 'accepted') {
      return { record, job, work, hash: verdict.hash, isBlock: verdict.isBlock };
    }
    const isVersion = verdict.kind === 'rejected' && verdict.reason === 'version-bits';
    throw new RecountError(
      isVersion ? 'VERSION_BITS' : 'LOW_DIFFICULTY',
      isVersion
        ? `version ${record.version.toString(16)} differs from the template's outside BIP320's bits`
        : `the hash ${toDisplayHex(verdict.hash)} does not meet bits ${record.bits.toString(16)}`,
      { record },
    );
  }

  private jobOf(record: ShareRecord): { job: Job; work: bigint } {
    const key = `${record.job} ${record.miner} ${record.signature} ${record.bits}`;
    const known = this.jobs.get(key);
    if (known !== undefined) return known;
    const made = { job: this.makeJob(record), work: this.workOf(record) };
    if (this.jobs.size >= JOBS_REMEMBERED) this.jobs.clear();
    this.jobs.set(key, made);
    return made;
  }

  private workOf({ bits }: ShareRecord): bigint {
    const { minWork, maxWork, name } = this.network;
    const work = workOfBits(bits);
    if (work >= minWork && work <= maxWork) return work;
    throw new RecountError('WORK_OUT_OF_BOUNDS', `${work} hashes are no share of ${name}`, { bits });
  }

  private makeJob(record: ShareRecord): Job {
    const { tables, binding } = this.from;
    const job = tables.jobs[record.job];
    const miner = tables.miners[record.miner];
    const signature = tables.signatures[record.signature];
    if (job === undefined || miner === undefined || signature === undefined) {
      throw new RecountError('RECORD_REFERENCE', 'a record names a row that its tables have not', { record });
    }
    if (!isCanonicalBits(record.bits)) {
      throw new RecountError('BITS_NOT_CANONICAL', `${record.bits.toString(16)} are no canonical bits`, {
        record,
      });
    }
    const template = tables.templates[job.template]!;
    const shape = tables.shapes[job.shape]!;
    return makeJob(
      { template, shape, signature, binding, payout: miner.payout, bits: record.bits },
      this.network,
    );
  }
}

/**
 * Hashes every record of a full package. Throws `RecountError` unless they are the claim: in order, of other rows'
 * use, and adding up to the miners' rows. `each` hears of every share that is one, before the sums are known.
 */
export function recountPackage(
  from: ClaimPackage,
  network: Network,
  each: (share: CountedShare) => void = () => {},
): void {
  const { tables, records } = from;
  const recount = new ShareRecount(from, network);
  const shares = new ShareSet();
  const used = { jobs: new Set<number>(), signatures: new Set<number>() };
  for (let at = 0; at < records.length; at += SHARE_RECORD_BYTES) {
    const share = recount.share(readShareRecord(records, at));
    shares.add(share.record.miner, share.hash, share.work);
    used.jobs.add(share.record.job);
    used.signatures.add(share.record.signature);
    each(share);
  }
  refuseUnused(used.jobs, tables.jobs.length, 'jobs');
  refuseUnused(used.signatures, tables.signatures.length, 'signatures');
  const rank = Uint32Array.from(tables.miners, (_, i) => i);
  const sorted = shares.sort(rank);
  for (let place = 0; place < shares.length; place++) {
    if (place < sorted.length && sorted.added(place) === place) continue;
    throw new RecountError(
      'RECORD_ORDER',
      `record ${place} is not behind the one before it, or there twice`,
      {
        place,
      },
    );
  }
  const spans = minerSpans(sorted);
  for (const [index, miner] of tables.miners.entries()) {
    const span = spans[index];
    const row =
      span === undefined || sorted.miner(span.from) !== index ? null : rowOf(miner.minerId, sorted, span);
    const isMiners =
      row !== null &&
      row.count === miner.count &&
      row.work === miner.work &&
      equalBytes(row.shareRoot, miner.shareRoot);
    if (!isMiners)
      throw new RecountError('MINER_ROW', `miner ${index}'s row is not what its records make`, {
        index,
        row,
      });
  }
}
