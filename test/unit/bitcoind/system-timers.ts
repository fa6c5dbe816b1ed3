/** The machine's clock, for tests that wait for real sockets and processes. */
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

export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

/** A log that can be read back. */
export class KeptLog implements Logger {
  readonly lines: LogLine[] = [];

  private keep(level: string, fields: object, message: string): void {
    this.lines.push({ level, fields, message });
  }

  debug(fields: object, message: string): void {
    this.keep('debug', fields, message);
  }

  info(fields: object, message: string): void {
    this.keep('info', fields, message);
  }

  warn(fields: object, message: string): void {
    this.keep('warn', fields, message);
  }

  error(fields: object, message: string): void {
    this.keep('error', fields, message);
  }

  child(): Logger {
    return this;
  }
}
