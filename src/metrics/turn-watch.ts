/**
 * How long the event loop of a thread kept others waiting, turn by turn and to the microsecond: an immediate that keeps
 * no loop from sleeping runs once in every turn, and what a turn took less the time it slept is how long nobody else
 * got theirs. Node's own monitor (`monitorEventLoopDelay`) only looks every 10 ms, and forgets when it looked last at
 * each reset, so that a pause which began just after a reading was never seen.
 *
 * A thread that was stopped while it slept, by a signal or for want of a core, has overslept: the longest sleep is known
 * from outside, by a timer that runs in any case. About 0.3 µs a turn.
 */
const { nodeTiming } = performance;

export class TurnWatch {
  private longestMs = 0;
  private readonly startMs = performance.now();
  private endedMs = this.startMs;
  private sleptMs = nodeTiming.idleTime;
  private stopped = false;

  /** `longestSleepMs`: what some timer of the thread lets it sleep at most. */
  constructor(private readonly longestSleepMs: number) {
    this.turn();
  }

  /** Milliseconds, since the last call. A turn that goes on counts as far as it went, and as a whole the next time. */
  takeLongest(): number {
    const longestMs = Math.max(this.longestMs, this.presentMs());
    this.longestMs = 0;
    return longestMs;
  }

  stop(): void {
    this.stopped = true;
  }

  private turn(): void {
    if (this.stopped) return;
    setImmediate(() => this.turn()).unref();
    const presentMs = this.presentMs();
    if (presentMs > this.longestMs) this.longestMs = presentMs;
    this.endedMs = performance.now();
    this.sleptMs = nodeTiming.idleTime;
  }

  private presentMs(): number {
    const sleptMs = nodeTiming.idleTime - this.sleptMs;
    const busyMs = performance.now() - this.endedMs - sleptMs;
    return busyMs + Math.max(0, sleptMs - this.longestSleepMs);
  }
}
