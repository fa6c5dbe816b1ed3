/** What a listener measures; fits the `StratumMetrics` that the Stratum room asks for. Hot path: once per share. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { RateMeter } from './rate-meter.js';

const REJECTIONS = ['stale', 'duplicate', 'low-difficulty', 'invalid'];
const STALE_REASONS = ['superseded', 'unknown-job', 'no-work', 'round-closed'];
const DROPS = [
  'oversize-line',
  'not-json',
  'proxy-header',
  'proxy-untrusted',
  'tls',
  'idle',
  'no-proof',
  'flood',
  'reject-loop',
  'slow-reader',
  'memory',
  'banned',
  'address-full',
  'over-share',
  'too-fast',
  'strangers-full',
  'yielded',
  'full',
  'socket-error',
];
const WITHOUT_REASON: ReadonlySet<string> = new Set(['accepted', 'uncredited']);

export class StratumMetrics {
  private readonly open: Gauge;
  private readonly shares: Counter<'result' | 'reason'>;
  private readonly stale: Counter<'reason'>;
  /** Answered since the counter was read last, by outcome: to count with labels each time would cost ten times as much. */
  private readonly answered = new Map<string, { count: number }>();
  private readonly rate: RateMeter;
  private readonly acknowledgement: Histogram;
  private readonly broadcast: Histogram;
  private readonly vardiff: Counter<'direction'>;
  private readonly errors: Counter<'reason'>;
  private readonly bans: Counter;
  private readonly bannedNow: Gauge;
  private readonly strangers: Gauge;
  private readonly pending: Gauge;
  private readonly full: Gauge;

  constructor(registry: Registry, clock: { nowMs(): number }) {
    const registers = [registry];
    const rate = new RateMeter(clock);
    this.rate = rate;
    this.open = new Gauge({
      name: 'orcapool_connections',
      help: 'Open Stratum connections, logged in or not',
      registers,
    });
    this.shares = new Counter({
      name: 'orcapool_shares_total',
      help: 'Shares answered: accepted, uncredited, rejected (with the reason) or not-stored',
      labelNames: ['result', 'reason'],
      registers,
      collect: () => this.countAnswered(),
    });
    this.stale = new Counter({
      name: 'orcapool_stale_shares_total',
      help: 'Shares that came too late; superseded: an earlier block; unknown-job: not sent here or too long ago; no-work; round-closed',
      labelNames: ['reason'],
      registers,
    });
    new Gauge({
      name: 'orcapool_shares_rate',
      help: 'Accepted shares per second over the last minute',
      registers,
      collect() {
        this.set(rate.perSecond());
      },
    });
    this.acknowledgement = new Histogram({
      name: 'orcapool_share_ack_seconds',
      help: "From an accepted share's line to its answer, commit to disk included",
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    });
    this.broadcast = new Histogram({
      name: 'orcapool_notify_broadcast_seconds',
      help: 'From new work to the last miner it was sent to',
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.vardiff = new Counter({
      name: 'orcapool_vardiff_adjustments_total',
      help: 'Changes of a connection difficulty',
      labelNames: ['direction'],
      registers,
    });
    this.errors = new Counter({
      name: 'orcapool_connection_errors_total',
      help: 'Connections the pool ended or lost, by reason',
      labelNames: ['reason'],
      registers,
    });
    this.bans = new Counter({
      name: 'orcapool_bans_total',
      help: 'Times an address was kept out for a while',
      registers,
    });
    this.bannedNow = new Gauge({
      name: 'orcapool_banned_addresses',
      help: 'Addresses that are kept out now',
      registers,
    });
    this.strangers = new Gauge({
      name: 'orcapool_strangers',
      help: 'Open connections that do not work as a miner does',
      registers,
    });
    this.pending = new Gauge({
      name: 'orcapool_pending_bytes',
      help: 'Bytes of miners that wait to be worked off or to be read, in all listeners',
      registers,
    });
    this.full = new Gauge({
      name: 'orcapool_full',
      help: '1 while no listener takes another connection',
      registers,
    });
    this.startAtZero();
  }

  /** A counter that is absent until its first event hides that event from `rate()`. */
  private startAtZero(): void {
    for (const result of ['accepted', 'uncredited']) this.shares.inc({ result, reason: 'none' }, 0);
    for (const reason of REJECTIONS) this.shares.inc({ result: 'rejected', reason }, 0);
    this.shares.inc({ result: 'not-stored', reason: 'storage' }, 0);
    for (const reason of STALE_REASONS) this.stale.inc({ reason }, 0);
    for (const direction of ['up', 'down']) this.vardiff.inc({ direction }, 0);
    for (const reason of DROPS) this.errors.inc({ reason }, 0);
  }

  connections(open: number): void {
    this.open.set(open);
  }

  dropped(reason: string): void {
    this.errors.inc({ reason });
  }

  banned(addresses: number): void {
    this.bans.inc(addresses);
  }

  /** What the guard of the whole node has before it. */
  guarded(now: { banned: number; strangers: number; pendingBytes: number; full: boolean }): void {
    this.bannedNow.set(now.banned);
    this.strangers.set(now.strangers);
    this.pending.set(now.pendingBytes);
    this.full.set(Number(now.full));
  }

  /** `outcome`: accepted, uncredited, not-stored, or why the share was rejected. */
  shareAnswered(outcome: string, latencyMs: number): void {
    const answered = this.answered.get(outcome);
    if (answered === undefined) this.answered.set(outcome, { count: 1 });
    else answered.count++;
    if (outcome !== 'accepted') return;
    this.rate.mark();
    this.acknowledgement.observe(latencyMs / 1000);
  }

  private countAnswered(): void {
    for (const [outcome, answered] of this.answered) {
      this.shares.inc(labelsOf(outcome), answered.count);
      answered.count = 0;
    }
  }

  staleShare(reason: string): void {
    this.stale.inc({ reason });
  }

  difficultyChanged(direction: 'up' | 'down'): void {
    this.vardiff.inc({ direction });
  }

  /** Of interest with miners only: an empty broadcast takes no time. */
  workSent(miners: number, durationMs: number): void {
    if (miners > 0) this.broadcast.observe(durationMs / 1000);
  }
}

function labelsOf(outcome: string): { readonly result: string; readonly reason: string } {
  if (outcome === 'not-stored') return { result: 'not-stored', reason: 'storage' };
  if (WITHOUT_REASON.has(outcome)) return { result: outcome, reason: 'none' };
  return { result: 'rejected', reason: outcome };
}
