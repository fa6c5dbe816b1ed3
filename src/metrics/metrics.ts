/**
 * All metrics of a node, declared in one place and always optional to their users. Every process makes one of
 * these; listeners send their `snapshot()` to the coordinator, which merges the newest of each process into the one
 * page Prometheus reads.
 *
 * Counters must not fall when a process ends, or Prometheus takes the fall for a restart and counts what is left
 * twice. So a source that is gone is retired: its counters and histograms stay in the sum, its gauges go.
 */
import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, Registry } from 'prom-client';
import { BitcoindMetrics, EventMetrics, HttpMetrics } from './edge-metrics.js';
import { PoolMetrics } from './pool-metrics.js';
import { measureProcess } from './process-metrics.js';
import { StratumMetrics } from './stratum-metrics.js';

/** Plain data that survives any process channel. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

export class Metrics {
  readonly stratum: StratumMetrics;
  readonly pool: PoolMetrics;
  readonly bitcoind: BitcoindMetrics;
  readonly events: EventMetrics;
  readonly http: HttpMetrics;
  readonly contentType: string;
  private readonly registry = new Registry();
  private readonly stopMeasuring: () => void;
  private readonly sources = new Map<string, MetricsSnapshot>();
  private readonly gone = new Set<string>();
  private retired: Promise<MetricsSnapshot> = Promise.resolve([]);

  /** `process`: "coordinator", "listener-0": the label of what is told per process. */
  constructor(process: string, clock: { nowMs(): number }) {
    this.contentType = this.registry.contentType;
    this.pool = new PoolMetrics(this.registry);
    this.stratum = new StratumMetrics(this.registry, clock);
    this.bitcoind = new BitcoindMetrics(this.registry);
    this.events = new EventMetrics(this.registry);
    this.http = new HttpMetrics(this.registry);
    this.stopMeasuring = measureProcess(this.registry, process);
  }

  /** This process alone. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.registry.getMetricsAsJSON();
  }

  /**
   * Takes the newest figures of another process. `source` names one life of it (cluster's worker id) and is never
   * used again; a snapshot that arrives after `retire` is ignored.
   */
  merge(source: string, snapshot: MetricsSnapshot): void {
    if (!this.gone.has(source)) this.sources.set(source, snapshot);
  }

  /** The process has ended. */
  retire(source: string): void {
    const last = this.sources.get(source);
    this.sources.delete(source);
    this.gone.add(source);
    if (last === undefined) return;
    const counted = last.filter(({ type }) => isCounted(type));
    this.retired = this.retired.then((before) =>
      AggregatorRegistry.aggregate([before, counted]).getMetricsAsJSON(),
    );
  }

  /** The page for Prometheus: this process, all others, and what ended ones counted. */
  async text(): Promise<string> {
    // Taken together before the first wait, so that a process retired meanwhile is in exactly one of them.
    const others = [...this.sources.values()];
    const [own, retired] = await Promise.all([this.snapshot(), this.retired]);
    return AggregatorRegistry.aggregate([own, ...others, retired]).metrics();
  }

  close(): void {
    this.stopMeasuring();
  }
}

/** prom-client's types number the kinds, its objects name them. */
function isCounted(type: unknown): boolean {
  return type === 'counter' || type === 'histogram';
}
