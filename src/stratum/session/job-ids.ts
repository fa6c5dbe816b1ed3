/**
 * Names for jobs on the wire, 16 hex digits: the listener's index (2), the work's row in its share log (6), and a number
 * (8) that rises with every job of the listener and is never behind the clock's milliseconds. So no miner is sent an id
 * twice (a Bitaxe drops a notify whose id it has seen):
 *
 *     on another listener   the index is another
 *     after a restart       every work has a new row, whatever the clock says
 *     in a new data folder  rows begin again, but the clock has gone on: it would take more than 1,000 jobs a second,
 *                           lastingly, for the number to be ahead of it
 *
 * The number comes round after 49 days and the row after 16.8 million works, not together.
 */
const ROWS = 2 ** 24;
const NUMBERS = 2 ** 32;

export class JobIds {
  private last = 0;

  /** `listener`: u8. `row`: u32. Lower case. */
  next(listener: number, row: number, nowMs: number): string {
    this.last = Math.max(this.last + 1, nowMs);
    return hex(listener, 2) + hex(row % ROWS, 6) + hex(this.last % NUMBERS, 8);
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
