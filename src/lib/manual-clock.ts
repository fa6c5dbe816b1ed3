/** A clock that stands still until told otherwise; due callbacks run in order of their time, inside `advance`. */
import type { SteadyTimers } from './clock.js';

interface Alarm {
  atMs: number;
  periodMs: number | null;
  callback: () => void;
}

export class ManualClock implements SteadyTimers {
  /** How far the system's clock was set forward, or back where it is below 0. */
  wallAheadMs = 0;
  private readonly alarms = new Set<Alarm>();

  constructor(private timeMs = 0) {}

  nowMs(): number {
    return this.timeMs;
  }

  wallMs(): number {
    return this.timeMs + this.wallAheadMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    return this.add({ atMs: this.timeMs + delayMs, periodMs: null, callback });
  }

  every(periodMs: number, callback: () => void): () => void {
    return this.add({ atMs: this.timeMs + periodMs, periodMs, callback });
  }

  private add(alarm: Alarm): () => void {
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  advance(byMs: number): void {
    const untilMs = this.timeMs + byMs;
    for (;;) {
      let next: Alarm | undefined;
      for (const alarm of this.alarms) {
        if (alarm.atMs <= untilMs && (next === undefined || alarm.atMs < next.atMs)) next = alarm;
      }
      if (next === undefined) break;
      this.timeMs = Math.max(this.timeMs, next.atMs);
      if (next.periodMs === null) this.alarms.delete(next);
      else next.atMs += next.periodMs;
      next.callback();
    }
    this.timeMs = Math.max(this.timeMs, untilMs); // a callback may have advanced further
  }
}
