/** Tells events and metrics about one connection: who came and left, and how its difficulty went. */
import type { EventSink } from '../event-sink.js';
import type { Judgement } from '../session/judge-share.js';
import type { Session } from '../session/session.js';
import type { Worker } from '../session/worker.js';
import type { StratumMetrics } from '../stratum-metrics.js';
import { uint32Hex } from '../v1/notify.js';
import { who } from './share-report.js';

export class MinerReport {
  private owner: { user: string; worker: string; client_id: string } | null = null;
  private ip = '';
  private lastDifficulty: number | null = null;
  private changedMs = 0;
  private changes = 0;
  private rolled = false;

  constructor(
    private readonly session: Session,
    private readonly events: EventSink,
    private readonly metrics: StratumMetrics | null,
  ) {}

  connected(owner: Worker, ip: string, clientId: string): void {
    this.owner = { ...who(owner), client_id: clientId };
    this.ip = ip;
    this.events.publish('miner_connected', {
      ...this.owner,
      ip,
      useragent: this.session.userAgent,
      initial_diff: this.session.difficulty,
      asicboost_capable: this.session.rolling.mask !== 0,
    });
  }

  disconnected(nowMs: number): void {
    if (this.owner === null) return;
    this.events.publish('miner_disconnected', {
      ...this.owner,
      ip: this.ip,
      session_duration: Math.max(0, nowMs - this.session.history.startedMs) / 1000,
      shares_session: this.session.history.shares,
    });
  }

  /** The difficulty that is sent now. True when it replaces another. */
  difficulty(difficulty: number, nowMs: number): boolean {
    const previous = this.lastDifficulty;
    const sinceMs = nowMs - this.changedMs;
    this.lastDifficulty = difficulty;
    this.changedMs = nowMs;
    if (previous === null || this.owner === null) return false;
    this.changes++;
    this.metrics?.difficultyChanged(difficulty > previous ? 'up' : 'down');
    this.events.publish('diff_updated', {
      ...this.owner,
      old_diff: previous,
      new_diff: difficulty,
      ema_share_rate: this.session.history.rate.perSecond(nowMs),
      stable_intervals: Math.max(0, Math.floor(sinceMs / this.session.difficultySetting.shareIntervalMs)),
      adjustment_count: this.changes,
    });
    return true;
  }

  /** The first good share with a version of the miner's own shows that it does roll. */
  judged({ kind, share, issued }: Judgement, worker: Worker): void {
    if (this.rolled || kind === 'rejected' || share.version === issued.work.template.version) return;
    this.rolled = true;
    this.events.publish('asicboost_detected', {
      ...who(worker),
      pool_mask: uint32Hex(this.session.rules.versionMask),
      miner_mask: uint32Hex(this.session.rolling.minerMask),
    });
  }
}
