/**
 * What this node says of a round on K2: its container's claim, with package and proof handed to Koii's storage before,
 * because a claim whose package nobody can have is voted false. Something is said each round, since Koii stops a task
 * that was silent for three: an idle node says so.
 */
import { CodedError, type Timers } from '../../../../src/lib/index.js';
import {
  Cid,
  encodeSubmission,
  type Submission,
  submissionOfTold,
  type ToldClaim,
  tierOf,
} from '../../../../src/rounds/index.js';
import { insist } from '../koii/insist.js';
import type { KoiiNode } from '../koii/koii-node.js';
import type { StakingKey } from '../koii/staking-key.js';
import type { KoiiStorage, StoredFile } from '../storage/koii-storage.js';
import type { Container } from './container.js';
import { readSubmission, submissionOf } from './read-submission.js';
import { slotsOfRound } from './round-plan.js';
import type { RoundTeller } from './round-teller.js';
import type { SharedFolder } from './shared-folder.js';
import { statedStake } from './stated-stake.js';

export class SubmitterError extends CodedError<'CLAIM_OPEN'> {}

/** Of the submission window, left for the transaction. */
const RESERVED_PART = 0.1;
const RETRY_MS = 1_000;

export class Submitter {
  constructor(
    private readonly node: KoiiNode,
    private readonly container: Pick<Container, 'claim' | 'draws'>,
    private readonly teller: Pick<RoundTeller, 'tell'>,
    private readonly folder: Pick<SharedFolder, 'own'>,
    private readonly storage: Pick<KoiiStorage, 'upload'>,
    private readonly key: StakingKey,
    private readonly timers: Timers,
    /** Of a round, in roe. */
    private readonly bounty: number,
  ) {}

  /** Tries as long as there is time; then throws what kept this node from claiming. See `idleSubmission`. */
  submissionOf(round: number): Promise<string> {
    const { timers } = this;
    const isTooLate = (): Promise<boolean> => this.isTooLate(round);
    return insist({ timers, longestWaitMs: RETRY_MS, isTooLate }, () => this.attempt(round));
  }

  private async isTooLate(round: number): Promise<boolean> {
    const task = await this.node.taskState({ stakes: false });
    const { submissionDeadlineSlot } = slotsOfRound(round, task);
    return (
      (await this.node.slot()) > submissionDeadlineSlot - Math.ceil(RESERVED_PART * task.submission_window)
    );
  }

  private async attempt(round: number): Promise<string> {
    const claim = await this.claim(round);
    const proofCid = await this.proofOf(round - 1);
    const archives: StoredFile[] = [];
    const packageCid = claim === null ? null : Cid.parse(claim.package_cid);
    if (packageCid !== null) {
      archives.push({
        name: `${packageCid}.car`,
        bytes: await this.folder.own(round, 'package', packageCid),
      });
    }
    if (proofCid !== null) {
      archives.push({ name: `${proofCid}.car`, bytes: await this.folder.own(round - 1, 'draws', proofCid) });
    }
    const storeCid = archives.length === 0 ? null : await this.storage.upload(archives, this.key);
    if (claim === null) {
      return encodeSubmission({ kind: 'idle', round: BigInt(round), proofCid, storeCid });
    }
    return encodeSubmission(await this.claiming(round, claim, { proofCid, storeCid }));
  }

  private async claiming(
    round: number,
    claim: ToldClaim,
    cids: { proofCid: Cid | null; storeCid: string | null },
  ): Promise<Submission> {
    const stake = await statedStake(this.node, this.bounty, this.key.address, round);
    return submissionOfTold(BigInt(round), claim, { ...cids, stake });
  }

  /** Null for a round without shares. Throws while the container has not closed it, a little after the round's end. */
  private async claim(round: number): Promise<ToldClaim | null> {
    await this.teller.tell(round);
    const claim = await this.container.claim(round);
    if (claim !== undefined) return claim;
    throw new SubmitterError('CLAIM_OPEN', `the container has not closed round ${round} yet`);
  }

  /** The proof that this key owes for a sampled claim of that round; null where it owes none. */
  private async proofOf(round: number): Promise<Cid | null> {
    if (round < 0) return null;
    const claimed = submissionOf(await this.node.submissionInfo(round), round, this.key.address);
    const earlier = claimed && readSubmission(claimed, round);
    if (earlier?.kind !== 'claim' || tierOf(earlier.count) === 'full') return null;
    const cid = await this.container.draws(round);
    return cid === null ? null : Cid.parse(cid);
  }
}

/** For a node that has nothing to claim, or cannot. */
export function idleSubmission(round: number): string {
  return encodeSubmission({ kind: 'idle', round: BigInt(round), proofCid: null, storeCid: null });
}
