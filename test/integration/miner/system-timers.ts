/** The machine's own time, and a log that keeps what it is told. */
import type { Logger, Timers } from '../../../src/lib/index.js';

export const systemTimers: Timers = {
  nowMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, callback) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};

export class MemoryLog implements Logger {
  readonly lines: string[] = [];
  debug(_fields: object, message: string): void {
    this.lines.push(`debug ${message}`);
  }
  info(_fields: object, message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(fields: object, message: string): void {
    this.lines.push(`warn ${message} ${JSON.stringify(fields)}`);
  }
  error(fields: object, message: string): void {
    this.lines.push(`error ${message} ${JSON.stringify(fields)}`);
  }
  child(): Logger {
    return this;
  }
}
