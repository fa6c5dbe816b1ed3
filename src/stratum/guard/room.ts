/**
 * Whether a listener takes connections: not at its bound, and again a little below it, so that a listener at its
 * bound does not close and open its port with every miner that comes and goes.
 */

/** How far below its bound a full listener is before it takes connections again. */
const MARGIN = 0.01;

export class Room {
  /** As of the last look. */
  full = false;

  constructor(private readonly maxConnections: number) {}

  /** The new answer; null while it is the old one. `onNode`: the node as a whole may have more. */
  look(connections: number, onNode: boolean): boolean | null {
    const most = this.maxConnections - (this.full ? Math.ceil(this.maxConnections * MARGIN) : 1);
    const full = connections > most || !onNode;
    if (full === this.full) return null;
    this.full = full;
    return !full;
  }
}
