/** The state of the pool as its coordinator knows it. Whoever owns a fact sets it or lends a function to read it. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { MeasuredGauge } from './measured-gauge.js';

/** How a listener is with its disk. */
export interface MeasuredShard {
  /** Why nothing can be stored; null when it can. */
  readonly fault: string | null;
  readonly waitMs: number;
}

export class PoolMetrics {
  /** Miners that are logged in. */
  readonly connectedMiners: MeasuredGauge;
  /** Of them, those that roll version bits. */
  readonly asicboostMiners: MeasuredGauge;
  /** H/s. */
  readonly hashrate: MeasuredGauge;
  readonly round: MeasuredGauge;
  /** Of bitcoind's best block. */
  readonly bitcoinHeight: MeasuredGauge;
  /** bitcoinds in use: 0 while none can be worked with. */
  readonly bitcoinConnected: MeasuredGauge;
  /** Seconds since the template was made that miners work on; unknown without work. */
  readonly templateAge: MeasuredGauge;
  /** Shares that wait for the disk. */
  readonly unacknowledgedShares: MeasuredGauge;
  /** Of the data directory, beside the share log. */
  readonly unwrittenRecords: MeasuredGauge;
  /** Set aside in the data directory because they were damaged. */
  readonly damagedRecords: MeasuredGauge;
  /** Found, and not to be given to any bitcoind. */
  readonly unassembledBlocks: MeasuredGauge;
  private readonly blocks: Counter;
  private readonly suspects: Counter<'check'>;
  private readonly hung: Counter;
  private readonly hasher: Gauge<'process' | 'hasher'>;
  private shards: () => readonly MeasuredShard[] = () => [];

  constructor(registry: Registry) {
    const gauge = (name: string, help: string, across: 'sum' | 'max' = 'sum'): MeasuredGauge =>
      new MeasuredGauge({ name, help, across, registry });
    this.connectedMiners = gauge('orcapool_connected_miners', 'Miners that are logged in');
    this.asicboostMiners = gauge('orcapool_asicboost_miners', 'Miners that roll version bits');
    this.hashrate = gauge('orcapool_hashrate_total', 'Hashes per second, from the work of accepted shares');
    this.round = gauge('orcapool_round_number', 'The mining round', 'max');
    this.bitcoinHeight = gauge('orcapool_bitcoin_height', "Height of bitcoind's best block", 'max');
    this.bitcoinConnected = gauge(
      'orcapool_bitcoin_connected',
      'bitcoinds that can be worked with, 0 for none',
      'max',
    );
    this.templateAge = gauge('orcapool_template_age_seconds', 'Age of the template miners work on', 'max');
    this.unacknowledgedShares = gauge('orcapool_unacknowledged_shares', 'Shares that wait for the disk');
    this.damagedRecords = gauge(
      'orcapool_damaged_records',
      'Records that were damaged and lie set aside in the data directory',
    );
    this.unassembledBlocks = gauge(
      'orcapool_unassembled_blocks',
      'Found blocks that cannot be put together, as their templates cannot be read',
    );
    this.unwrittenRecords = gauge(
      'orcapool_unwritten_records',
      'Records of the data directory, beside the share log, that the disk refused last',
    );
    const shards = (): readonly MeasuredShard[] => this.shards();
    new Gauge({
      name: 'orcapool_share_log_failing',
      help: 'Whether this listener cannot store shares at present',
      labelNames: ['listener'],
      registers: [registry],
      collect() {
        shards().forEach(({ fault }, listener) => {
          this.set({ listener }, fault === null ? 0 : 1);
        });
      },
    });
    new Gauge({
      name: 'orcapool_share_log_wait_seconds',
      help: 'The longest that a write of this listener waited for its disk in the last minute',
      labelNames: ['listener'],
      registers: [registry],
      collect() {
        shards().forEach(({ waitMs }, listener) => {
          this.set({ listener }, waitMs / 1000);
        });
      },
    });
    this.blocks = new Counter({
      name: 'orcapool_blocks_found_total',
      help: 'Blocks found, accepted by the chain or not',
      registers: [registry],
    });
    this.hung = new Counter({
      name: 'orcapool_listeners_hung_total',
      help: 'Listeners that were killed because they did not close a round in time',
      registers: [registry],
    });
    this.hasher = new Gauge({
      name: 'orcapool_share_hasher',
      help: 'By what this listener hashes shares; always 1',
      labelNames: ['process', 'hasher'],
      aggregator: 'max',
      registers: [registry],
    });
    this.suspects = new Counter({
      name: 'orcapool_audit_suspects_total',
      help: 'Suspicions of audits, by name of the check; no vote goes by them',
      labelNames: ['check'],
      registers: [registry],
    });
  }

  /** Asks `read`, by index of the listener, at every scrape from now on; it must not throw. */
  shardsFrom(read: () => readonly MeasuredShard[]): void {
    this.shards = read;
  }

  blockFound(): void {
    this.blocks.inc();
  }

  listenerHung(): void {
    this.hung.inc();
  }

  hashesBy(process: string, hasher: string): void {
    this.hasher.set({ process, hasher }, 1);
  }

  suspected(check: string): void {
    this.suspects.inc({ check });
  }
}
