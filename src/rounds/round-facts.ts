/**
 * What K2 says of a round, as the Koii task hands it to the pool: whose round it is, its slots, its seed, and where
 * blocks may pay. A round is known by its facts once they are here; of a round that is heard of again only what grows
 * or passes may differ. Slots are K2's; a round lasts from its first slot to its last, both included.
 */
import { CodedError, equalBytes } from '../lib/index.js';
import type { ReceiptAppointment } from './receipt.js';

export class RoundFactsError extends CodedError<
  'FACTS_SLOTS' | 'FACTS_CHANGED' | 'FACTS_RESERVE' | 'FACTS_ORDER'
> {}

/** A script that may receive a pool's blocks, in the rounds from first to last, both included. */
export interface ReserveEpoch {
  readonly epoch: number;
  readonly script: Uint8Array;
  readonly firstRound: bigint;
  readonly lastRound: bigint;
}

/** The blockhash that the draws for a round's sampled claims depend on (docs/claim-format.md, "Draws"). */
export interface Beacon {
  readonly round: bigint;
  /** 32 bytes. */
  readonly blockhash: Uint8Array;
}

export interface RoundFacts {
  /** 32 bytes each; the node key is the staking key that submits. */
  readonly taskId: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly round: bigint;
  /** 32 bytes, and the slot whose blockhash it is. */
  readonly seed: Uint8Array;
  readonly seedSlot: bigint;
  readonly startSlot: bigint;
  readonly endSlot: bigint;
  /** The last slots in which a submission, and an audit, of this round is in time. */
  readonly submissionDeadlineSlot: bigint;
  readonly auditDeadlineSlot: bigint;
  /** When this was said. */
  readonly slotNow: bigint;
  /** How long a slot takes at present. */
  readonly slotMs: number;
  readonly reserveEpochs: readonly ReserveEpoch[];
  /** Those known of this round and of earlier ones. */
  readonly beacons: readonly Beacon[];
  /** Ids of the task's earlier generations, the oldest first. */
  readonly lineage: readonly Uint8Array[];
  /** Null while the node key has appointed no receipt key. */
  readonly appointment: ReceiptAppointment | null;
}

export interface HeardFacts extends RoundFacts {
  /** By the observer's own clock. */
  readonly heardMs: number;
  /** Where blocks of the round pay and what its shares commit to, from the first word of it on. */
  readonly reserveScript: Uint8Array;
}

function epochsOf({ reserveEpochs, round }: RoundFacts): readonly ReserveEpoch[] {
  return reserveEpochs.filter(({ firstRound, lastRound }) => firstRound <= round && round <= lastRound);
}

/** Where blocks of the round are to pay: the newest epoch that has it. Throws `RoundFactsError`. */
export function reserveOf(facts: RoundFacts): Uint8Array {
  const { round } = facts;
  const newest = epochsOf(facts).reduce<ReserveEpoch | null>(
    (best, each) => (best === null || each.epoch > best.epoch ? each : best),
    null,
  );
  if (newest !== null) return newest.script;
  throw new RoundFactsError('FACTS_RESERVE', `no reserve epoch has round ${round}`, { round });
}

/**
 * The facts of a round from now on. `known`: what was heard of it before, null for nothing. Throws `RoundFactsError`
 * for slots that are no round's and for facts that change what shares already commit to.
 */
export function heardFacts(known: HeardFacts | null, facts: RoundFacts, nowMs: number): HeardFacts {
  const { round, startSlot, endSlot, submissionDeadlineSlot, auditDeadlineSlot } = facts;
  if (
    !(startSlot <= endSlot && endSlot < submissionDeadlineSlot && submissionDeadlineSlot < auditDeadlineSlot)
  ) {
    throw new RoundFactsError(
      'FACTS_SLOTS',
      `round ${round} must begin, end, and have its submission and its audit deadline in this order of slots`,
      { round },
    );
  }
  const newest = reserveOf(facts);
  if (known !== null) {
    const changed = changedOf(known, facts);
    if (changed !== null) {
      throw new RoundFactsError('FACTS_CHANGED', `${changed} of round ${round} cannot change any more`, {
        round,
      });
    }
    // One that was on its way for longer does not turn the clock back.
    if (facts.slotNow < known.slotNow) return known;
  }
  const reserveScript = known?.reserveScript ?? newest;
  return { ...facts, reserveScript, beacons: union(known?.beacons ?? [], facts.beacons), heardMs: nowMs };
}

/** What was once said of a beacon stays said. */
function union(known: readonly Beacon[], said: readonly Beacon[]): Beacon[] {
  return [...new Map([...said, ...known].map((beacon) => [beacon.round, beacon])).values()];
}

/** An epoch more changes nothing of the round: what its shares commit to is one of those it has. */
function changedOf(known: HeardFacts, facts: RoundFacts): string | null {
  if (!equalBytes(known.taskId, facts.taskId)) return 'the task';
  if (!equalBytes(known.nodeKey, facts.nodeKey)) return 'the node key';
  if (!equalBytes(known.seed, facts.seed)) return 'the seed';
  if (!epochsOf(facts).some(({ script }) => equalBytes(script, known.reserveScript))) return 'the reserve';
  for (const name of [
    'seedSlot',
    'startSlot',
    'endSlot',
    'submissionDeadlineSlot',
    'auditDeadlineSlot',
  ] as const) {
    if (known[name] !== facts[name]) return name;
  }
  return null;
}
