/** The state of the pool as its coordinator knows it. Whoever owns a fact sets it or lends a function to read it. */
import { Counter, type Registry } from 'prom-client';
import { MeasuredGauge } from './measured-gauge.js';

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
  private readonly blocks: Counter;

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
    this.blocks = new Counter({
      name: 'orcapool_blocks_found_total',
      help: 'Blocks found, accepted by the chain or not',
      registers: [registry],
    });
  }

  blockFound(): void {
    this.blocks.inc();
  }
}
