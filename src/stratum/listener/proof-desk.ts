/**
 * Shares that are handed in over HTTP with their full proof, for work of this listener. They are judged and stored
 * by the same rules as a submit, so a share counts once whichever way it came.
 */
import {
  bitsOfDifficulty,
  bitsToTarget,
  difficultyOfBits,
  difficultyOfHash,
  gridFloor,
  isCanonicalBits,
} from '../../bitcoin/index.js';
import { errorMessage, toHex, weekOf } from '../../lib/index.js';
import { type Identity, parseUsername } from '../session/identity.js';
import { type Judgement, judgeShare, type Refusal } from '../session/judge-share.js';
import { findProvenJob, type ProvenJob, type ShareProof } from '../session/proof.js';
import type { Signature } from '../session/signature.js';
import type { Worker } from '../session/worker.js';
import { errorOfRefusal } from '../v1/stratum-error.js';
import type { Floor } from './floor.js';
import type { ListenerOptions } from './listener-options.js';
import type { Settlement } from './settlement.js';

/** `hash` in internal order; null where it was never computed. `message` is for the person who sent the proof. */
export type ProofVerdict =
  | { readonly kind: 'accepted'; readonly hash: Uint8Array }
  | {
      readonly kind: 'refused';
      readonly reason: Refusal | 'username' | 'bits' | 'unknown-job' | 'not-stored';
      readonly message: string;
      readonly hash: Uint8Array | null;
    };

type RefusedReason = Extract<ProofVerdict, { kind: 'refused' }>['reason'];

export class ProofDesk {
  constructor(
    private readonly options: ListenerOptions,
    private readonly floor: Floor,
  ) {}

  async submit(proof: ShareProof): Promise<ProofVerdict> {
    const { network, mode } = this.options;
    if (!this.allows(proof.bits)) return refused('bits', 'this pool does not give out work at these bits');
    let identity: Identity;
    try {
      identity = parseUsername(proof.worker, network, mode);
    } catch (error) {
      return refused('username', errorMessage(error));
    }
    const found = this.find(proof, identity);
    if (found === null) {
      return refused(
        'unknown-job',
        'not work this node gave out for this payout, bits and round in the last minutes',
      );
    }
    const { sink } = this.floor;
    try {
      const miner = await sink.miner(identity.payout);
      const { worker: row, bestWeek, bestEver } = await sink.worker(miner, identity.worker);
      const signature = { row: await sink.signature(found.signature), bytes: found.signature };
      const week = weekOf(this.floor.timers.wallMs());
      // A proof has no session whose best it could be.
      const bestSession = Number.POSITIVE_INFINITY;
      const worker = { identity, miner, row, bestSession, bestWeek, week, bestEver };
      return await this.settle(found, signature, worker);
    } catch (error) {
      const { work, job, share } = found;
      this.floor.shares.unjudged('not-stored', work.binding.round, {
        worker: null,
        clientId: toHex(share.extranonce.subarray(0, 4)),
        ip: '',
        difficulty: difficultyOfBits(job.bits),
      });
      return refused('not-stored', errorMessage(error));
    }
  }

  private find(proof: ShareProof, { payout }: Identity): ProvenJob | null {
    const works = this.floor.board.live(this.floor.timers.nowMs());
    const found = findProvenJob(proof, payout, works, this.options.network);
    return found?.share.extranonce[0] === this.options.extranonce1.prefix ? found : null;
  }

  private settle(
    { work, job, share }: ProvenJob,
    signature: Signature,
    worker: Worker,
  ): Promise<ProofVerdict> {
    const { board, desk, timers } = this.floor;
    const nowMs = timers.nowMs();
    const verdict = judgeShare({ work, job }, share, {
      versionMask: this.options.versionMask,
      versionBitsAllowed: true,
      easierTarget: null,
      hasWork: board.current !== null,
      openRound: board.openRound,
      staleGraceMs: this.options.limits.staleGraceMs,
      cameMs: nowMs,
      wallMs: nowMs + board.wallAheadMs,
    });
    const difficulty = difficultyOfBits(job.bits);
    const extranonce1 = share.extranonce.subarray(0, 4);
    const { time } = share;
    const issued = {
      ...{ id: '', work, job, isShared: true, signature, extranonce1 },
      ...{ difficulty, time, sentMs: nowMs },
    };
    // No session paces proofs.
    const isExcess = verdict.kind === 'accepted';
    const hashDifficulty = difficultyOfHash(verdict.hash);
    const judgement: Judgement = {
      ...verdict,
      hashDifficulty,
      isExcess,
      issued,
      share,
      difficultyMoved: false,
      isOvertaken: false,
    };
    const origin = { worker, clientId: toHex(extranonce1), ip: '' };
    return new Promise((resolve) => {
      desk.settle(judgement, origin, (settlement) => resolve(this.verdict(settlement, verdict.hash)));
    });
  }

  private verdict(settlement: Settlement, hash: Uint8Array): ProofVerdict {
    switch (settlement.kind) {
      case 'refused': {
        const { text } = errorOfRefusal(settlement.refusal, this.floor.board.reason);
        return refused(settlement.refusal, text, hash);
      }
      case 'not-stored':
        return refused('not-stored', settlement.reason, hash);
      default:
        return { kind: 'accepted', hash };
    }
  }

  private allows(bits: number): boolean {
    if (!isCanonicalBits(bits)) return false;
    const target = bitsToTarget(bits);
    const { minDifficulty, maxDifficulty } = this.options;
    const easiest = bitsToTarget(bitsOfDifficulty(gridFloor(minDifficulty)));
    const hardest = bitsToTarget(bitsOfDifficulty(gridFloor(maxDifficulty)));
    return target <= easiest && target >= hardest;
  }
}

function refused(reason: RefusedReason, message: string, hash: Uint8Array | null = null): ProofVerdict {
  return { kind: 'refused', reason, message, hash };
}
