/**
 * New work to all miners: those with most hashrate first, because their stale work costs most, in chunks between
 * which the event loop turns. A newer work ends the round of an older one; whom that one did not reach gets only the
 * newer.
 */
const CHUNK = 100;

/** Ranks to a doubling of the hashrate: who differs by less than a fifth is not told apart, or 50,000 take 25 ms to sort. */
const RANKS_PER_DOUBLING = 4;

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
    const ranked = largestFirst(connections, nowMs);
    let next = 0;
    const turn = (): void => {
      if (generation !== this.generation) return;
      const end = Math.min(next + CHUNK, ranked.length);
      while (next < end) send(ranked[next++]!);
      if (next < ranked.length) setImmediate(turn);
      else done(ranked.length);
    };
    turn();
  }

  abort(): void {
    this.generation++;
  }
}

function largestFirst<Each extends Ranked>(connections: Iterable<Each>, nowMs: number): Each[] {
  const ranks = new Map<number, Each[]>();
  for (const connection of connections) {
    // Of no hashrate: minus infinity, the last.
    const rank = Math.floor(RANKS_PER_DOUBLING * Math.log2(connection.session.hashrate(nowMs)));
    const peers = ranks.get(rank);
    if (peers === undefined) ranks.set(rank, [connection]);
    else peers.push(connection);
  }
  return [...ranks].sort(([a], [b]) => (a < b ? 1 : -1)).flatMap(([, peers]) => peers);
}
