/** Hashes per second over the last ten seconds, from a counter read once a second. */
import type { Timers } from '../lib/index.js';

const WINDOW_MS = 10_000;

export class HashrateMeter {
  private samples: { readonly atMs: number; readonly count: number }[] = [];
  private cancel: () => void = () => undefined;

  constructor(
    private readonly timers: Timers,
    private readonly count: () => number,
  ) {}

  start(): void {
    this.sample();
    this.cancel = this.timers.every(1_000, () => this.sample());
  }

  stop(): void {
    this.cancel();
  }

  hashrate(): number {
    const oldest = this.samples[0];
    if (oldest === undefined) return 0;
    const elapsedMs = this.timers.nowMs() - oldest.atMs;
    return elapsedMs > 0 ? ((this.count() - oldest.count) * 1_000) / elapsedMs : 0;
  }

  private sample(): void {
    const nowMs = this.timers.nowMs();
    this.samples = this.samples.filter((sample) => nowMs - sample.atMs < WINDOW_MS);
    this.samples.push({ atMs: nowMs, count: this.count() });
  }
}
