/**
 * `POST /submission/:round`: one share with its full proof, for a job this node issued. The proof is recomputed
 * before anything else; what the caller claims about it must agree, or nothing is credited. A header that is a
 * block is handed in first of all, however little of the rest can be read: a block is tried before there is any reason to
 * refuse the share.
 */
import type { Request, Response } from 'express';
import { type ErrorBody, errorBody, HttpError } from './http-error.js';
import { roundNumber, unknownRound } from './round-number.js';
import {
  type BlockProof,
  blockIn,
  compareClaims,
  proofOf,
  type RecomputedShare,
  readSubmission,
  type ShareProof,
  type Submission,
} from './share-proof.js';
import { SubmissionMemory } from './submission-memory.js';

type Refusal =
  /** `reason` in kebab case: duplicate, low-difficulty, stale; `message` for the person who sent it. */
  | { readonly kind: 'rejected'; readonly reason: string; readonly message: string }
  /** No live job of this node has this coinbase, payout and bits. */
  | { readonly kind: 'unknown-job' }
  | { readonly kind: 'unknown-round' }
  | { readonly kind: 'closed-round' }
  /** The pool's own fault; the caller may try again. `reason` for people. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export type ProofVerdict = { readonly kind: 'accepted' } | { readonly kind: 'uncredited' } | Refusal;

export interface ProofSubmitter {
  /**
   * Brings it to the chain if it is a block of this node's work, whatever else is wrong with it. Resolves when kill -9
   * cannot lose it any more, or it is none. Never rejects.
   */
  tryBlock(block: BlockProof): Promise<void>;
  /** What a proof amounts to, without effects; null when its bits or coinbase cannot be read as a share's. */
  recompute(proof: ShareProof): RecomputedShare | null;
  /** Judges and stores the share like one that came by Stratum: "accepted" is said after the commit. */
  submitProof(round: bigint, proof: ShareProof): Promise<ProofVerdict>;
}

interface Answer {
  readonly status: number;
  readonly body: object | ErrorBody;
}

const REMEMBERED_SUBMISSIONS = 10_000;

export function submissionRoute(submitter: ProofSubmitter) {
  const memory = new SubmissionMemory<Answer>(REMEMBERED_SUBMISSIONS, ({ status }) => status === 200);
  return async (request: Request, response: Response): Promise<void> => {
    const block = blockIn(request.body);
    // Who has an answer does not send it again.
    if (block !== null) await submitter.tryBlock(block);
    const round = roundNumber(request.params.round);
    const submission = readSubmission(request.body);
    const proof = proofOf(submission);
    const body = JSON.stringify([String(round), submission]);
    const answer = await memory.once(submission.submission_id, body, () =>
      judge(submitter, round, submission, proof),
    );
    if (answer.status === 503) response.set('retry-after', '5');
    response.status(answer.status).json(answer.body);
  };
}

async function judge(
  submitter: ProofSubmitter,
  round: bigint,
  submission: Submission,
  proof: ShareProof,
): Promise<Answer> {
  try {
    const share = submitter.recompute(proof);
    if (share === null) throw invalidProof();
    compareClaims(submission, share);
    const verdict = await submitter.submitProof(round, proof);
    if (verdict.kind !== 'accepted' && verdict.kind !== 'uncredited') throw refusal(verdict, round);
    return { status: 200, body: receipt(round, submission, share, verdict.kind === 'accepted') };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { status: error.status, body: errorBody(error) };
  }
}

function receipt(round: bigint, submission: Submission, share: RecomputedShare, credited: boolean): object {
  return {
    accepted: true,
    credited,
    round_number: Number(round),
    hash: share.hash,
    difficulty: share.difficulty,
    block_height: share.blockHeight,
    is_block: share.isBlock,
    worker_id: submission.worker_id,
    submission_id: submission.submission_id,
  };
}

function invalidProof(): HttpError {
  return new HttpError(
    422,
    'PROOF_INVALID',
    'header, coinbase and bits do not make a share',
    'Send the 80-byte header, the coinbase without witness and the job bits exactly as they were hashed.',
  );
}

function refusal(verdict: Refusal, round: bigint): HttpError {
  switch (verdict.kind) {
    case 'rejected':
      return new HttpError(
        422,
        `SHARE_${verdict.reason.toUpperCase().replaceAll('-', '_')}`,
        `the share is rejected: ${verdict.message}`,
        'A share counts once, at the bits of its job, on the newest block.',
      );
    case 'unknown-job':
      return new HttpError(
        422,
        'JOB_UNKNOWN',
        'no live job of this node fits this worker, coinbase and bits',
        'Send shares to the node that gave the job, within ten minutes of it.',
      );
    case 'unknown-round':
      return unknownRound(round);
    case 'closed-round':
      return new HttpError(
        409,
        'ROUND_CLOSED',
        `round ${round} is closed`,
        'Send shares while their round lasts.',
      );
    case 'unavailable':
      return new HttpError(
        503,
        'SHARES_UNAVAILABLE',
        `no share can be taken now: ${verdict.reason}`,
        'Send the same body again in a few seconds.',
      );
  }
}
