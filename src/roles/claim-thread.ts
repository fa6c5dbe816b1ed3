/**
 * The entry of a thread that reads one round from the share log: to make its claim and put that into the store, or to
 * make proofs of membership from it. A million shares take seconds, which no tip may wait for.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Standing } from '../bitcoind/index.js';
import {
  ClaimStore,
  type ClosedRound,
  claimRound,
  draftRound,
  type LoggedShare,
  proveRound,
  type RoundClaim,
  type ShardBounds,
} from '../claims/index.js';
import { CodedError, equalBytes } from '../lib/index.js';
import type { Payout, RoundBinding } from '../mining/index.js';
import type { ReceiptAppointment } from '../rounds/index.js';
import { roundShares } from '../shares/index.js';

export class ClaimThreadError extends CodedError<'DRAWS_OTHER_CLAIM'> {}

export type ClaimTask = {
  readonly shares: string;
  readonly binding: RoundBinding;
  readonly bounds: ShardBounds;
  readonly appointment: ReceiptAppointment | null;
} & (
  | { readonly kind: 'claim'; readonly claims: string; readonly closedMs: number }
  /** `shareHash`: internal order; null for the miner's row alone. */
  | ({ readonly kind: 'prove'; readonly payout: Payout; readonly shareHash: Uint8Array | null } & Lost)
  | ({ readonly kind: 'draws'; readonly claims: string; readonly beacon: Uint8Array } & Lost)
);

/** Of a closed round, whose claim was made without their shares. */
type Lost = Pick<ClosedRound, 'lost'>;

/**
 * Of `claim`: what the store has now. Of `prove`: the proof, null for a round without shares. Of `draws`: the proof's
 * CID, which the store has then; null likewise.
 */
export type ClaimTaskResult<Kind extends ClaimTask['kind']> = Kind extends 'claim'
  ? ClosedRound
  : Kind extends 'draws'
    ? string | null
    : Uint8Array | null;

/** How these stand to the chain: a `Standing` is the answer, once. */
export interface ClaimThreadQuestion {
  readonly prevHashes: readonly Uint8Array[];
}

function close(
  task: Extract<ClaimTask, { kind: 'claim' }>,
  claim: RoundClaim,
  lost: readonly string[],
): ClaimTaskResult<'claim'> {
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
  const { hashes, ...counts } = leftOut;
  const closed = { binding, bounds, closedMs, claim: figures, leftOut: counts, lost };
  return store.put(closed, built?.package ?? null, hashes);
}

function draw(
  { binding, beacon, claims, lost }: Extract<ClaimTask, { kind: 'draws' }>,
  read: () => Iterable<LoggedShare>,
): ClaimTaskResult<'draws'> {
  const proof = proveRound(binding, beacon, read, lost);
  if (proof === null) return null;
  const store = new ClaimStore(claims);
  const claimed = store.get(binding.round)?.claim ?? null;
  if (claimed === null || !equalBytes(claimed.root, proof.root)) {
    throw new ClaimThreadError('DRAWS_OTHER_CLAIM', 'the log no longer gives the claim that was submitted');
  }
  store.putDraws(binding.round, proof.bytes);
  return proof.cid.toString();
}

if (parentPort !== null) {
  const task = workerData as ClaimTask;
  const { shares, binding, bounds, appointment } = task;
  const read = (): Iterable<LoggedShare> => roundShares(shares, binding.round, bounds);
  const port = parentPort;
  if (task.kind === 'draws') port.postMessage(draw(task, read));
  else if (task.kind === 'prove') {
    const { built } = claimRound(binding, appointment, read, task.lost);
    port.postMessage(built?.prove(task.payout, task.shareHash) ?? null);
  } else {
    const draft = draftRound(binding, appointment, read);
    port.once('message', (standing: Standing) => {
      port.postMessage(close(task, draft.finish(standing), standing.lost));
      port.close();
    });
    port.postMessage({ prevHashes: draft.prevHashes } satisfies ClaimThreadQuestion);
  }
}
