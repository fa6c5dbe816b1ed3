/**
 * The entry of a thread that reads one round from the share log: to make its claim and put that into the store, or to
 * make proofs of membership from it. A million shares take seconds, which no tip may wait for.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  ClaimStore,
  type ClosedRound,
  claimRound,
  type RoundClaim,
  type ShardBounds,
} from '../claims/index.js';
import type { Payout, RoundBinding } from '../mining/index.js';
import type { ReceiptAppointment } from '../rounds/index.js';
import { roundShares } from '../shares/index.js';

export type ClaimTask = {
  readonly shares: string;
  readonly binding: RoundBinding;
  readonly bounds: ShardBounds;
  readonly appointment: ReceiptAppointment | null;
} & (
  | { readonly kind: 'claim'; readonly claims: string; readonly closedMs: number }
  /** `shareHash`: internal order; null for the miner's row alone. */
  | { readonly kind: 'prove'; readonly payout: Payout; readonly shareHash: Uint8Array | null }
);

/** Of `claim`: what the store has now. Of `prove`: the proof, null for a round without shares. */
export type ClaimTaskResult<Kind extends ClaimTask['kind']> = Kind extends 'claim'
  ? { readonly closed: ClosedRound; readonly leftOut: number }
  : Uint8Array | null;

function close(task: Extract<ClaimTask, { kind: 'claim' }>, claim: RoundClaim): ClaimTaskResult<'claim'> {
  const { built, tip, leftOut } = claim;
  const { binding, bounds, closedMs } = task;
  const figures =
    built === null
      ? null
      : {
          root: built.root,
          total: built.claim.total,
          count: built.claim.count,
          miners: built.claim.miners,
          tier: built.claim.tier,
          tip: tip!,
          packageCid: built.cid.toString(),
          packageBytes: built.package.length,
        };
  const store = new ClaimStore(task.claims);
  const closed = store.put({ binding, bounds, closedMs, claim: figures }, built?.package ?? null);
  return { closed, leftOut };
}

if (parentPort !== null) {
  const task = workerData as ClaimTask;
  const { shares, binding, bounds, appointment } = task;
  const claim = claimRound(binding, appointment, roundShares(shares, binding.round, bounds));
  parentPort.postMessage(
    task.kind === 'claim' ? close(task, claim) : (claim.built?.prove(task.payout, task.shareHash) ?? null),
  );
}
