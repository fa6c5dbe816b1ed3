/**
 * A gauge that is absent until somebody measured it, and absent again when nobody can: prom-client shows 0 for a
 * gauge that was never set, and a height of 0 reads like a fact.
 */
import { Gauge, type Registry } from 'prom-client';

export interface MeasuredGaugeOptions {
  readonly name: string;
  readonly help: string;
  /** How the values of several processes become one. */
  readonly across: 'sum' | 'max';
  readonly registry: Registry;
}

export class MeasuredGauge {
  private readonly gauge: Gauge;
  private read: (() => number | null) | null = null;

  constructor(options: MeasuredGaugeOptions) {
    const collect = (): void => {
      if (this.read !== null) this.set(this.read());
    };
    this.gauge = new Gauge({
      name: options.name,
      help: options.help,
      aggregator: options.across,
      registers: [options.registry],
      collect,
    });
    this.set(null);
  }

  /** Null for unknown. */
  set(value: number | null): void {
    if (value === null) this.gauge.remove();
    else this.gauge.set(value);
  }

  /** Asks `read` at every scrape from now on; it must not throw. */
  from(read: () => number | null): void {
    this.read = read;
  }
}
