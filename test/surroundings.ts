/** What a room needs around it in a test: the machine's clock, and logs that say nothing or can be read back. */
import type { Logger } from '../src/lib/index.js';

import { steadyOriginMs, steadyTimers } from '../src/roles/system-timers.js';

export { systemTimers } from '../src/roles/system-timers.js';

export const clockOriginMs = steadyOriginMs();
export const steady = steadyTimers(clockOriginMs);

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export class KeptLog implements Logger {
  readonly lines: LogLine[] = [];

  /** `error shares cannot be stored {"fault":"…"}` */
  get texts(): string[] {
    return this.lines.map(({ level, fields, message }) => `${level} ${message} ${JSON.stringify(fields)}`);
  }

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
