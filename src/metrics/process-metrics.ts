/**
 * What one process costs: uptime, memory, CPU and how long its event loop kept others waiting. The delay monitor
 * reports the whole interval between its ticks, so its own resolution is taken off; the longest is each turn's own.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import { TurnWatch } from './turn-watch.js';

const RESOLUTION_MS = 10;
/** The delay monitor's timer may be due in the middle of a millisecond, of which the kernel counts whole ones. */
const LONGEST_SLEEP_MS = RESOLUTION_MS + 1;
const MS_PER_SECOND = 1e3;
const NS_PER_SECOND = 1e9;

/** Returns what ends the measuring. `name` is the value of the label `process`, one for each process of a node. */
export function measureProcess(registry: Registry, name: string): () => void {
  const registers = [registry];
  const labels = { process: name };
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const turns = new TurnWatch(LONGEST_SLEEP_MS);

  new Gauge({
    name: 'orcapool_uptime_seconds',
    help: 'Seconds since the oldest process of the node began',
    aggregator: 'max',
    registers,
    collect() {
      this.set(process.uptime());
    },
  });
  new Gauge({
    name: 'orcapool_memory_bytes',
    help: 'Resident memory',
    labelNames: ['process'],
    registers,
    collect() {
      this.set(labels, process.memoryUsage.rss());
    },
  });
  let countedSeconds = 0;
  new Counter({
    name: 'orcapool_cpu_seconds_total',
    help: 'CPU time, user and system; its rate is the share of one core in use',
    labelNames: ['process'],
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1e6;
      this.inc(labels, Math.max(0, seconds - countedSeconds));
      countedSeconds = Math.max(countedSeconds, seconds);
    },
  });
  new Gauge({
    name: 'orcapool_event_loop_lag_seconds',
    help: 'How late the event loop ran since the previous reading of this figure',
    labelNames: ['process', 'at'],
    aggregator: 'max',
    registers,
    collect() {
      const lag = (delayNs: number): number =>
        Math.max(0, delayNs / NS_PER_SECOND - RESOLUTION_MS / 1000) || 0;
      this.set({ ...labels, at: '0.5' }, lag(delay.percentile(50)));
      this.set({ ...labels, at: '0.99' }, lag(delay.percentile(99)));
      this.set({ ...labels, at: '1' }, turns.takeLongest() / MS_PER_SECOND);
      delay.reset();
    },
  });
  return () => {
    delay.disable();
    turns.stop();
  };
}
