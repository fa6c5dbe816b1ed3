/** The edges of a node: calls to bitcoind, the event bus, and HTTP. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { MeasuredGauge } from './measured-gauge.js';

export class BitcoindMetrics {
  private readonly calls: Histogram<'method' | 'outcome'>;

  constructor(registry: Registry) {
    this.calls = new Histogram({
      name: 'orcapool_rpc_duration_seconds',
      help: 'Calls to bitcoind; outcome: ok, or the code of the error',
      labelNames: ['method', 'outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    });
  }

  rpcAnswered(method: string, outcome: string, durationMs: number): void {
    this.calls.observe({ method, outcome }, durationMs / 1000);
  }
}

/** Fits `EventBusMetrics`. */
export class EventMetrics {
  readonly emitLatencyUs: Histogram;
  readonly dropped: Counter;
  readonly queueDepth: MeasuredGauge;

  constructor(registry: Registry) {
    this.emitLatencyUs = new Histogram({
      name: 'orcapool_event_emit_latency_us',
      help: 'Microseconds that publishing one event takes its publisher',
      buckets: [1, 2, 5, 10, 20, 50, 100, 500, 1000],
      registers: [registry],
    });
    this.dropped = new Counter({
      name: 'orcapool_events_dropped_total',
      help: 'Events that a reader lost because it was too slow',
      registers: [registry],
    });
    this.queueDepth = new MeasuredGauge({
      name: 'orcapool_event_queue_depth',
      help: 'Events that wait for their readers',
      across: 'sum',
      registry,
    });
  }
}

export class HttpMetrics {
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  private readonly open: Gauge;
  private readonly cut: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Histogram({
      name: 'orcapool_http_request_seconds',
      help: 'HTTP requests answered, by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    });
    this.open = new Gauge({
      name: 'orcapool_http_event_streams',
      help: 'Open readers of the event stream',
      registers,
    });
    this.cut = new Counter({
      name: 'orcapool_http_event_streams_cut_total',
      help: 'Readers of the event stream that were sent away: slow, or one too many (full)',
      labelNames: ['reason'],
      registers,
    });
  }

  answered(method: string, route: string, status: number, durationMs: number): void {
    this.requests.observe({ method, route, status }, durationMs / 1000);
  }

  streams(open: number): void {
    this.open.set(open);
  }

  streamCut(reason: 'slow' | 'full'): void {
    this.cut.inc({ reason });
  }
}
