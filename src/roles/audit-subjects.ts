/**
 * What an audit is told of a submission before it is examined: its round, its package, and of the same key the submission
 * before, where the audited one proves that claim. What this node cannot know ends in abstaining.
 */
import type { ClaimBefore, ClaimUnderAudit } from '../audit/index.js';
import type { AuditStore } from '../claims/index.js';
import type { AuditWish, SubmissionOnChain } from '../http/index.js';
import { type Clock, CodedError, utf8 } from '../lib/index.js';
import {
  type ArchiveKind,
  type Cid,
  decodeSubmission,
  type Submission,
  SubmissionError,
} from '../rounds/index.js';
import type { AuditedPackages } from './audited-packages.js';
import { boundsOfRound, type NodeRounds } from './node-rounds.js';

export class AuditSubjectsError extends CodedError<'AUDIT_CANNOT'> {}

/** A package that nobody has is the claimant's fault only in the last tenth of the audit window. */
const LAST_PART = 0.1;

/** `round`: in whose audit window archives have to be there. */
type Sought = Pick<AuditWish, 'round' | 'denied'>;

interface ToldClaimant {
  readonly round: bigint;
  readonly seed: Uint8Array;
  readonly told: SubmissionOnChain;
  readonly submission: Submission | null;
  readonly url: string | null;
}

export class AuditSubjects {
  constructor(
    private readonly store: AuditStore,
    private readonly rounds: NodeRounds,
    private readonly packages: Pick<AuditedPackages, 'find'>,
    private readonly clock: Clock,
  ) {}

  /** Throws `AuditSubjectsError` where this node has to abstain. */
  async of(
    wish: AuditWish,
    submitter: string,
  ): Promise<{ readonly claim: ClaimUnderAudit; readonly before: ClaimBefore | null }> {
    const submission = readOrNull(wish.submission);
    const { round, seed, packageUrl } = wish;
    const claim = await this.claimOf({ round, seed, told: wish, submission, url: packageUrl }, wish);
    return { claim, before: submission === null ? null : await this.before(wish, submitter, submission) };
  }

  /** A submission with its round and package. */
  private async claimOf(
    { round, seed, told, submission, url }: ToldClaimant,
    wish: Sought,
  ): Promise<ClaimUnderAudit> {
    const { taskId } = this.facts(round);
    const { submissionSlot, deadlineSlot, stake } = told;
    return {
      submission: utf8(told.submission),
      round: {
        ...{ taskId, round, seed, stakeRoe: stake, submissionSlot, deadlineSlot },
        ...boundsOfRound(this.rounds, round)!,
      },
      package:
        submission?.kind === 'claim'
          ? await this.find('package', submission.packageCid, url, wish)
          : 'unavailable',
    };
  }

  /** The submission of the round before by the same key, where the audited one may prove a sampled claim of it. */
  private async before(
    wish: AuditWish,
    submitter: string,
    { proofCid }: Submission,
  ): Promise<ClaimBefore | null> {
    // What is not proven is not weighed, and no vote goes by it.
    if (proofCid === null) return null;
    const round = wish.round - 1n;
    const told = wish.before === undefined ? this.remembered(round, submitter) : wish.before;
    if (told === null) {
      if (wish.before === null) return null;
      throw new AuditSubjectsError(
        'AUDIT_CANNOT',
        `this node has not audited the submission of round ${round} that is proven`,
      );
    }
    const earlier = readOrNull(told.submission);
    if (earlier?.kind !== 'claim') return null;
    const { packageUrl, round: audited } = wish;
    const seedBefore = this.facts(round).seed;
    const url = besideUrl(packageUrl, audited, `${round}/package`);
    const claim = await this.claimOf({ round, seed: seedBefore, told, submission: earlier, url }, wish);
    const proofUrl = besideUrl(packageUrl, audited, `${round}/draws/package`);
    return {
      claim,
      proof: await this.find('proof', proofCid, proofUrl, wish),
      beacon: wish.beacon ?? this.rounds.book?.beacon(round) ?? null,
    };
  }

  private facts(round: bigint): { readonly taskId: Uint8Array; readonly seed: Uint8Array } {
    const binding = this.rounds.binding(round);
    if (binding !== null) return binding;
    throw new AuditSubjectsError(
      'AUDIT_CANNOT',
      `the Koii task has told this node nothing of round ${round}`,
    );
  }

  private remembered(round: bigint, submitter: string): SubmissionOnChain | null {
    const record = this.store.get(round, submitter);
    if (record === null) return null;
    return {
      submission: record.submission,
      submissionSlot: BigInt(record.submissionSlot),
      deadlineSlot: BigInt(record.deadlineSlot),
      stake: BigInt(record.stake),
    };
  }

  private async find(
    kind: ArchiveKind,
    cid: Cid,
    url: string | null,
    { round, denied }: Sought,
  ): Promise<Uint8Array | 'unavailable'> {
    const found = await this.packages.find(kind, cid, url);
    if (found.bytes !== null) return found.bytes;
    const asked = found.tried === '' ? '' : ` (${found.tried})`;
    if (!this.isLate(round)) {
      throw new AuditSubjectsError('AUDIT_CANNOT', `${cid} is to be had from nobody yet${asked}`);
    }
    const isDenied = denied?.includes(cid.toString()) ?? found.gateways !== 'none';
    if (isDenied && found.gateways !== 'open') return 'unavailable';
    throw new AuditSubjectsError(
      'AUDIT_CANNOT',
      `nobody was asked for ${cid}, or not everybody says that he has it not, and the network may be at fault${asked}`,
    );
  }

  /** Whether the last tenth of the round's audit window has begun. */
  private isLate(round: bigint): boolean {
    const facts = this.rounds.book?.get(round) ?? null;
    if (facts === null) return false;
    const { submissionDeadlineSlot, auditDeadlineSlot } = facts;
    const slot = this.rounds.book!.slotAt(this.clock.nowMs());
    return slot >= Number(auditDeadlineSlot) - LAST_PART * Number(auditDeadlineSlot - submissionDeadlineSlot);
  }
}

/** Where the node whose package of one round is at `url` has another of its archives; null for another kind of URL. */
function besideUrl(url: string | null, round: bigint, other: string): string | null {
  const end = `/rounds/${round}/package`;
  return url?.endsWith(end) === true ? `${url.slice(0, -end.length)}/rounds/${other}` : null;
}

/** Null for what cannot be read: that is the audit's to say. */
function readOrNull(text: string): Submission | null {
  try {
    return decodeSubmission(text.trimEnd());
  } catch (error) {
    if (error instanceof SubmissionError) return null;
    throw error;
  }
}
