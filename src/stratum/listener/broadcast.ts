/**
 * New work to all miners: those with most hashrate first, because their stale work costs most, in chunks between
 * which the event loop turns. A newer work ends the round of an older one; whom that one did not reach gets only the
 * newer.
 */
const CHUNK = 100;

export interface Ranked {
  readonly session: { hashrate(nowMs: number): number };
}

export class Broadcast<Each extends Ranked> {
  private generation = 0;

  /** Calls `send` for each; the first chunk at once. `done` is not called when newer work came before the end. */
  start(
    connections: Iterable<Each>,
    nowMs: number,
    send: (connection: Each) => void,
    done: (miners: number) => void,
  ): void {
    const generation = ++this.generation;
    const ranked = Array.from(connections, (connection) => ({
      connection,
      hashrate: connection.session.hashrate(nowMs),
    })).sort((a, b) => b.hashrate - a.hashrate);
    let next = 0;
    const turn = (): void => {
      if (generation !== this.generation) return;
      const end = Math.min(next + CHUNK, ranked.length);
      while (next < end) send(ranked[next++]!.connection);
      if (next < ranked.length) setImmediate(turn);
      else done(ranked.length);
    };
    turn();
  }

  abort(): void {
    this.generation++;
  }
}
