/**
 * One round's shares, as the log gives them, made into the claim. The log is believed: a share's hash is taken from
 * it, and whether the work is true is the auditors' business (an operator's own check is `orcapool verify shares`).
 */
import type { JobTemplate, RoundBinding, ShareRecord } from '../mining/index.js';
import {
  type BuiltClaim,
  type Cid,
  drawnShares,
  proveDraws,
  type ReceiptAppointment,
  ShareHashes,
} from '../rounds/index.js';
import { hasRoom, type Room, roomByWork } from './room-by-work.js';
import { type LoggedShare, RoundRecords } from './round-records.js';

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
): RoundProof | null {
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
  return { root: built.root, ...proveDraws(built, beacon, (number) => found.get(number)!) };
}

export interface RoundProof {
  /** Of the claim that the shares make now. */
  readonly root: Uint8Array;
  readonly bytes: Uint8Array;
  readonly cid: Cid;
}
