/**
 * What happens with a judged share, whichever way it came: a block is handed on before anything else, an accepted
 * share is answered once it is on disk, the others at once. Hot path: nothing is awaited.
 */
import {
  errorMessage,
  type Logger,
  type SteadyTimers,
  sha256d,
  toDisplayHex,
  toHex,
} from '../../lib/index.js';
import { type ShareRecord, shareCoinbase, shareHeader } from '../../mining/index.js';
import { TokenBucket } from '../guard/token-bucket.js';
import type { StrayBlock, StraySolution } from '../session/given-jobs.js';
import type { Judgement } from '../session/judge-share.js';
import { usernameOf } from '../session/worker.js';
import type { BlockCandidate, BlockSink, ShareSink } from '../share-sink.js';
import type { Settlement, ShareOrigin } from './settlement.js';
import { type ShareReport, who } from './share-report.js';

/** Blocks whose hash is remembered, so that a share submitted again is not a block found again. */
const BLOCKS_REMEMBERED = 1000;

/** Solutions that other listeners are asked about: no more at once, and as many a second. Strangers have half of them. */
const MOST_ASKED = 100;
const MOST_ASKED_BY_STRANGERS = 50;

/** Shares wait for the disk: from so many on it matters whose they are ... */
const MANY_PENDING = 12_500;
/** ... and each connection has such a part of the room that is left, or of ten thousand a few might fill it. */
const OWN_PART = 1 / 1000;

export class ShareDesk {
  /** Answers that wait for the disk. */
  pending = 0;
  private readonly foundHashes = new Set<string>();
  private onIdle: (() => void)[] = [];
  private readonly asked: TokenBucket;
  private readonly askedByStrangers: TokenBucket;

  constructor(
    private readonly sink: ShareSink,
    private readonly blocks: BlockSink,
    private readonly report: ShareReport,
    private readonly timers: SteadyTimers,
    private readonly logger: Logger,
  ) {
    const aSecond = (most: number): TokenBucket => new TokenBucket(most, most / 1000, timers.nowMs());
    this.asked = aSecond(MOST_ASKED);
    this.askedByStrangers = aSecond(MOST_ASKED_BY_STRANGERS);
  }

  /** `answer` is called exactly once: now, or when the share log has spoken. */
  settle(judgement: Judgement, origin: ShareOrigin, answer: (settlement: Settlement) => void): void {
    const startedMs = performance.now();
    const finish = (settlement: Settlement): void => {
      answer(settlement);
      this.report.settled(judgement, origin, settlement, performance.now() - startedMs);
    };
    const candidate = judgement.isBlock ? this.newBlock(judgement, usernameOf(origin.worker)) : null;
    if (candidate !== null) {
      this.blocks.found(candidate);
      this.report.found(judgement, who(origin.worker));
    }
    if (judgement.kind === 'accepted') {
      if (candidate !== null) this.store(candidate, () => {});
      this.append(judgement, origin, finish);
      return;
    }
    const { refusal } = judgement;
    const settlement: Settlement = refusal === null ? { kind: 'uncredited' } : { kind: 'refused', refusal };
    if (candidate === null) finish(settlement);
    else this.store(candidate, () => finish(settlement));
  }

  /**
   * Whether a connection of which so many shares wait for the disk may bring another, so that nobody is refused one because
   * of what others bring. Hot path.
   */
  takesFrom(owed: number): boolean {
    return owed === 0 || this.pending < MANY_PENDING || owed < OWN_PART * this.sink.room;
  }

  /** For a job of another listener: that one is asked, unless too many such come. `isProven`: who brought it. */
  elsewhere(stray: StraySolution, isProven: boolean): void {
    const nowMs = this.timers.nowMs();
    if (this.asked.left(nowMs) < 1) return;
    if (!isProven) {
      if (this.askedByStrangers.left(nowMs) < 1) return;
      this.askedByStrangers.spend(1);
    }
    this.asked.spend(1);
    this.blocks.elsewhere(stray);
  }

  /** A block of who has not logged in: it is handed on, told and stored, and is no share. */
  stray({ issued, share, worker }: StrayBlock): void {
    const hash = sha256d(shareHeader(issued.job, share));
    const candidate = this.newBlock({ issued, share, hash }, worker);
    if (candidate === null) return;
    this.blocks.found(candidate);
    const [user = '', ...names] = worker.split('.');
    this.report.found({ issued, hash }, { user, worker: names.join('.') });
    this.store(candidate, () => {});
  }

  /** Resolves when no answer waits for the disk. */
  idle(): Promise<void> {
    return this.pending === 0 ? Promise.resolve() : new Promise((resolve) => this.onIdle.push(resolve));
  }

  private append(judgement: Judgement, { worker }: ShareOrigin, finish: (result: Settlement) => void): void {
    const { issued, share, hash, hashDifficulty, isExcess } = judgement;
    const record: ShareRecord = {
      job: issued.work.job,
      miner: worker.miner,
      bits: issued.job.bits,
      signature: issued.signature.row,
      extranonce: share.extranonce,
      time: share.time,
      nonce: share.nonce,
      version: share.version,
    };
    const { difficulty } = issued;
    this.pending++;
    this.sink.append({ record, hash, worker: worker.row, difficulty, hashDifficulty, isExcess }, (error) => {
      if (error === null) finish({ kind: 'accepted' });
      else {
        issued.work.tip.seen.remove(hash);
        finish({ kind: 'not-stored', reason: errorMessage(error) });
      }
      this.answered();
    });
  }

  /** Null for a block that was found before. */
  private newBlock(
    { issued, share, hash }: Pick<Judgement, 'issued' | 'share' | 'hash'>,
    worker: string,
  ): BlockCandidate | null {
    const name = toHex(hash);
    if (this.foundHashes.has(name)) return null;
    this.foundHashes.add(name);
    if (this.foundHashes.size > BLOCKS_REMEMBERED) {
      this.foundHashes.delete(this.foundHashes.values().next().value!);
    }
    const { template } = issued.work;
    return {
      hash,
      header: shareHeader(issued.job, share),
      coinbase: shareCoinbase(issued.job, share),
      templateId: template.id,
      hasWitnessCommitment: template.witnessCommitment !== null,
      height: template.height,
      worker,
      foundMs: this.timers.wallMs(),
    };
  }

  private store(candidate: BlockCandidate, done: () => void): void {
    this.pending++;
    this.sink.block(candidate, (error) => {
      if (error !== null) {
        this.logger.error(
          { block: toDisplayHex(candidate.hash), error: errorMessage(error) },
          'a found block was handed on, but is not in the share log',
        );
      }
      done();
      this.answered();
    });
  }

  private answered(): void {
    this.pending--;
    if (this.pending > 0) return;
    for (const resolve of this.onIdle.splice(0)) resolve();
  }
}
