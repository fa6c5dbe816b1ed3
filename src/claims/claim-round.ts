/**
 * One round's shares, as the log gives them, made into the claim. The log is believed: a share's hash is taken from
 * it, and whether the work is true is the auditors' business (an operator's own check is `orcapool verify shares`).
 */
import { equalBytes, toDisplayHex } from '../lib/index.js';
import type { CoinbaseShape, JobTemplate, Payout, RoundBinding, ShareRecord } from '../mining/index.js';
import {
  type BuiltClaim,
  type Cid,
  ClaimDraft,
  drawnShares,
  proveDraws,
  type ReceiptAppointment,
  ShareHashes,
} from '../rounds/index.js';
import { hasRoom, type Room, roomByWork } from './room-by-work.js';

/** A share with what its rows say; equal rows give the same objects, or making the claim takes longer. */
export interface LoggedShare {
  readonly record: ShareRecord;
  /** Internal order. */
  readonly hash: Uint8Array;
  readonly job: {
    readonly template: JobTemplate;
    readonly shape: CoinbaseShape;
    readonly binding: RoundBinding;
  };
  readonly payout: Payout;
  readonly signature: Uint8Array;
}

export interface RoundClaim {
  /** Null for a round without shares. */
  readonly built: BuiltClaim | null;
  /** The highest block that shares were mined on; null without shares. */
  readonly tip: { readonly height: number; readonly hash: Uint8Array } | null;
  readonly leftOut: LeftOut;
}

/** Shares of the round that are in no claim. */
export interface LeftOut {
  /** Their commitment names another task, node, seed or reserve. */
  readonly foreign: number;
  /** The package has no room for their rows: see `room-by-work.ts`. */
  readonly noRoom: number;
  /** They stand on a block two or more off the best chain, which no auditor takes. */
  readonly offChain: number;
  /** Of all of them, internal order, ascending, 32 bytes each. */
  readonly hashes: Uint8Array;
}

/** Numbers that a draft gave, by the object they were given for. */
class Numbers<Key extends object> {
  private readonly known = new Map<Key, number>();

  constructor(private readonly number: (key: Key) => number) {}

  of(key: Key): number {
    let number = this.known.get(key);
    if (number === undefined) {
      number = this.number(key);
      this.known.set(key, number);
    }
    return number;
  }

  forget(): void {
    this.known.clear();
  }
}

function isSame(a: RoundBinding, b: RoundBinding): boolean {
  return (
    a.round === b.round &&
    equalBytes(a.taskId, b.taskId) &&
    equalBytes(a.nodeKey, b.nodeKey) &&
    equalBytes(a.seed, b.seed) &&
    equalBytes(a.reserveScript, b.reserveScript)
  );
}

/** Gives each share of a round the record that the round's draft has of it: always the same, in whatever order it is asked. */
class RoundRecords {
  readonly draft: ClaimDraft;
  private readonly jobs: Numbers<LoggedShare['job']>;
  private readonly miners: Numbers<Payout>;
  private readonly signatures: Numbers<Uint8Array>;
  private readonly faults = new Map<LoggedShare['job'], 'foreign' | 'offChain' | null>();

  /** `lost`: blocks whose shares are left out, display order. */
  constructor(
    private readonly binding: RoundBinding,
    appointment: ReceiptAppointment | null,
    private lost: readonly string[],
  ) {
    const draft = new ClaimDraft(binding, appointment);
    this.draft = draft;
    this.jobs = new Numbers(({ template, shape }) => draft.job(template, shape));
    this.miners = new Numbers((payout) => draft.miner(payout));
    this.signatures = new Numbers((bytes) => draft.signature(bytes));
  }

  /** Another reading gives other objects for the same rows; those of the last one are not kept beside them. */
  beginReading(): void {
    for (const numbers of [this.jobs, this.miners, this.signatures]) numbers.forget();
    this.faults.clear();
  }

  /** For the next reading. */
  leaveOut(lost: readonly string[]): void {
    this.lost = lost;
  }

  /** Or why the share is in no claim. */
  of({ record, job, payout, signature }: LoggedShare): ShareRecord | 'foreign' | 'offChain' {
    let fault = this.faults.get(job);
    if (fault === undefined) {
      fault = this.faultOf(job);
      this.faults.set(job, fault);
    }
    if (fault !== null) return fault;
    const { jobs, miners, signatures } = this;
    return {
      ...record,
      job: jobs.of(job),
      miner: miners.of(payout),
      signature: signatures.of(signature),
    };
  }

  private faultOf({ binding, template }: LoggedShare['job']): 'foreign' | 'offChain' | null {
    if (!isSame(binding, this.binding)) return 'foreign';
    return this.lost.includes(toDisplayHex(template.prevHash)) ? 'offChain' : null;
  }
}

/** A round's shares, read and not yet made into its claim. */
export interface RoundDraft {
  /** The blocks that the shares were mined on, internal order. */
  readonly prevHashes: readonly Uint8Array[];
  /** `beside`: headers of those that lost their race. `lost`: those whose shares are left out, display order. */
  finish(standing: { readonly beside: readonly Uint8Array[]; readonly lost: readonly string[] }): RoundClaim;
}

/**
 * `shares` is read again, the same each time, where some are left out for want of room or of a chain. Throws what `ClaimDraft` and the
 * reading of `shares` throw, as `finish` does.
 */
export function draftRound(
  binding: RoundBinding,
  appointment: ReceiptAppointment | null,
  shares: () => Iterable<LoggedShare>,
): RoundDraft {
  const records = new RoundRecords(binding, appointment, []);
  const filled = fill(records, shares);
  return {
    prevHashes: records.draft.prevHashes(),
    finish({ beside, lost }) {
      if (lost.length === 0) return finish(records, filled, beside);
      records.leaveOut(lost);
      records.beginReading();
      records.draft.clear();
      return finish(records, fill(records, shares), beside);
    },
  };
}

/** At once, with no header beside. `lost`: as in `RoundDraft.finish`. */
export function claimRound(
  binding: RoundBinding,
  appointment: ReceiptAppointment | null,
  shares: () => Iterable<LoggedShare>,
  lost: readonly string[] = [],
): RoundClaim {
  const records = new RoundRecords(binding, appointment, lost);
  return finish(records, fill(records, shares), []);
}

interface Filled {
  readonly tip: JobTemplate | null;
  readonly leftOut: LeftOut;
}

function fill(records: RoundRecords, shares: () => Iterable<LoggedShare>): Filled {
  const filled = fillWithin({}, records, shares());
  if (filled !== null) return filled;
  const room = roomByWork(function* () {
    records.beginReading();
    for (const share of shares()) {
      const record = records.of(share);
      if (typeof record !== 'string') yield record;
    }
  });
  records.beginReading();
  records.draft.clear();
  return fillWithin(room, records, shares())!;
}

/** Null when a table of the package has not room for all that `room` lets in. */
function fillWithin(room: Room, records: RoundRecords, shares: Iterable<LoggedShare>): Filled | null {
  let tip: JobTemplate | null = null;
  const counts = { foreign: 0, noRoom: 0, offChain: 0 };
  const hashes = new ShareHashes();
  for (const share of shares) {
    const record = records.of(share);
    if (typeof record === 'string' || !hasRoom(room, record)) {
      counts[typeof record === 'string' ? record : 'noRoom']++;
      hashes.add(share.hash);
      continue;
    }
    if (!records.draft.add(record, share.hash)) return null;
    const { template } = share.job;
    if (tip === null || template.height > tip.height) tip = template;
  }
  return { tip, leftOut: { ...counts, hashes: hashes.ascending() } };
}

function finish(
  { draft }: RoundRecords,
  { tip, leftOut }: Filled,
  beside: readonly Uint8Array[],
): RoundClaim {
  if (tip === null) return { built: null, tip: null, leftOut };
  return { built: draft.finish(beside), tip: { height: tip.height - 1, hash: tip.prevHash }, leftOut };
}

/**
 * The proof of draws for a round's claim. `shares` is read twice at least, the same each time: for the claim, and for the
 * records under its draws. `lost`: as in `RoundDraft.finish`. Null for a round without shares.
 */
export function proveRound(
  binding: RoundBinding,
  beacon: Uint8Array,
  shares: () => Iterable<LoggedShare>,
  lost: readonly string[] = [],
): { readonly bytes: Uint8Array; readonly cid: Cid } | null {
  const records = new RoundRecords(binding, null, lost);
  // The headers beside are in the package, and not in the root that the draws are of.
  const { built } = finish(records, fill(records, shares), []);
  if (built === null) return null;
  const wanted = new Set(drawnShares(built, beacon));
  const found = new Map<number, ShareRecord>();
  records.beginReading();
  let added = 0;
  for (const share of shares()) {
    if (found.size === wanted.size) break;
    const record = records.of(share);
    if (typeof record === 'string' || !records.draft.holds(record)) continue;
    if (wanted.has(added)) found.set(added, record);
    added++;
  }
  return proveDraws(built, beacon, (number) => found.get(number)!);
}
