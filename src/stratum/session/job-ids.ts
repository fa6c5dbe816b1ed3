/**
 * Names for jobs on the wire: the work's row in the share log as 8 hex digits, then 8 more that rise with every job of
 * the listener and are never behind the clock's milliseconds. So no miner is sent an id twice, whether it comes back
 * on another session, to another listener, after a restart, or to a row that was written before. (A Bitaxe drops a
 * notify whose id it has seen.) A listener would have to send more than 1,000 jobs a second, lastingly, for a
 * successor to begin below it; the 32 bits come round after 49 days, when every row is another.
 */
const HEX_DIGITS = 8;

export class JobIds {
  private last = 0;

  /** `row`: u32. 16 lower-case hex digits. */
  next(row: number, nowMs: number): string {
    this.last = Math.max(this.last + 1, nowMs);
    return hex(row) + hex(this.last % 2 ** 32);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(HEX_DIGITS, '0');
}
