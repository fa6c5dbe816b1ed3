export type { BitcoindMetrics, EventMetrics, HttpMetrics } from './edge-metrics.js';
export type { MeasuredGauge } from './measured-gauge.js';
export { Metrics, type MetricsSnapshot } from './metrics.js';
export type { PoolMetrics } from './pool-metrics.js';
export { RateMeter } from './rate-meter.js';
export type { StratumMetrics } from './stratum-metrics.js';
