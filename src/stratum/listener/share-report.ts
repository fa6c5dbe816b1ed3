/** Tells the log's counters, the events and the metrics what became of shares. */
import { difficultyOfBits, difficultyOfHash } from '../../bitcoin/index.js';
import { type SteadyTimers, toDisplayHex, weekOf } from '../../lib/index.js';
import { signatureText } from '../../mining/index.js';
import type { EventSink } from '../event-sink.js';
import {
  type Judgement,
  outcomeOf,
  type Refusal,
  staleReason,
  type Unjudged,
} from '../session/judge-share.js';
import type { Worker } from '../session/worker.js';
import type { ShareSink } from '../share-sink.js';
import type { ShareOutcome, StratumMetrics } from '../stratum-metrics.js';
import type { Settlement, ShareOrigin } from './settlement.js';

const BESTS = [
  ['session', 'bestSession'],
  ['weekly', 'bestWeek'],
  ['alltime', 'bestEver'],
] as const;

/** Of a share that nobody had logged in for. */
const NOBODY = { user: '', worker: '' };

/** Where a share came from that could not be judged. */
export interface UnjudgedOrigin {
  /** Null when nobody knows whose it is. */
  readonly worker: Worker | null;
  readonly clientId: string;
  readonly ip: string;
  /** What was asked of the connection at the time. */
  readonly difficulty: number;
}

/** As events name who it was. */
export interface Finder {
  readonly user: string;
  readonly worker: string;
}

export class ShareReport {
  readonly counts: Record<ShareOutcome, number> = {
    accepted: 0,
    uncredited: 0,
    stale: 0,
    duplicate: 0,
    'low-difficulty': 0,
    invalid: 0,
    'not-stored': 0,
  };
  blocks = 0;

  constructor(
    private readonly sink: ShareSink,
    private readonly events: EventSink,
    private readonly metrics: StratumMetrics | null,
    private readonly clock: Pick<SteadyTimers, 'wallMs'>,
  ) {}

  settled(judgement: Judgement, origin: ShareOrigin, settlement: Settlement, latencyMs: number): void {
    const outcome = settlement.kind === 'refused' ? outcomeOf(settlement.refusal) : settlement.kind;
    const { worker } = origin;
    const { issued, hashDifficulty } = judgement;
    this.counts[outcome]++;
    if (outcome !== 'accepted') this.sink.count(worker.row, outcome, issued.work.binding.round);
    this.metrics?.shareAnswered(outcome, latencyMs);
    if (settlement.kind === 'refused') this.stale(settlement.refusal);
    if (this.events.wants('share_submitted')) {
      this.events.publish('share_submitted', {
        ...who(worker),
        client_id: origin.clientId,
        diff: issued.difficulty,
        sdiff: hashDifficulty,
        accepted: outcome === 'accepted',
        reject_reason: outcome === 'accepted' ? null : (judgement.refusal ?? outcome),
        ip: origin.ip,
      });
    }
    if (outcome === 'accepted') this.best(worker, hashDifficulty);
  }

  /** A share that could not be judged: no such job, or no share at all. */
  unjudged(reason: Unjudged, round: bigint, { worker, clientId, ip, difficulty }: UnjudgedOrigin): void {
    const outcome = outcomeOf(reason);
    this.counts[outcome]++;
    this.sink.count(worker?.row ?? null, outcome, round);
    this.metrics?.shareAnswered(outcome, 0);
    this.stale(reason);
    if (!this.events.wants('share_submitted')) return;
    this.events.publish('share_submitted', {
      ...(worker === null ? NOBODY : who(worker)),
      client_id: clientId,
      diff: difficulty,
      sdiff: 0,
      accepted: false,
      reject_reason: reason,
      ip,
    });
  }

  private stale(refusal: Refusal | Unjudged): void {
    const reason = staleReason(refusal);
    if (reason !== null) this.metrics?.staleShare(reason);
  }

  /** `finder`: who is paid for its work. */
  found({ issued, hash }: Pick<Judgement, 'issued' | 'hash'>, finder: Finder): void {
    const { template } = issued.work;
    this.blocks++;
    this.events.publish('block_found', {
      ...finder,
      height: template.height,
      hash: toDisplayHex(hash),
      diff: difficultyOfHash(hash),
      network_diff: difficultyOfBits(template.bits),
      reward_sats: template.coinbaseValueSats.toString(),
      coinbase_sig: signatureText(issued.signature.bytes),
    });
  }

  private best(worker: Worker, difficulty: number): void {
    const week = weekOf(this.clock.wallMs());
    if (week !== worker.week) {
      worker.week = week;
      worker.bestWeek = 0;
    }
    for (const [timeframe, key] of BESTS) {
      const previous = worker[key];
      if (difficulty <= previous) continue;
      worker[key] = difficulty;
      this.publishBest(worker, difficulty, previous, timeframe);
    }
  }

  private publishBest(
    worker: Worker,
    best: number,
    previous: number,
    timeframe: (typeof BESTS)[number][0],
  ): void {
    if (!this.events.wants('share_best_diff')) return;
    this.events.publish('share_best_diff', {
      ...who(worker),
      new_best: best,
      prev_best: previous,
      timeframe,
    });
  }
}

export function who({ identity }: Worker): Finder {
  return { user: identity.address, worker: identity.worker };
}
