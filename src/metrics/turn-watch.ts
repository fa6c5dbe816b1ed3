/**
 * How long the event loop of a thread kept others waiting, turn by turn and to the microsecond: an immediate that keeps
 * no loop from sleeping runs once in every turn, and what a turn took less the time it slept is how long nobody else
 * got theirs. Node's own monitor (`monitorEventLoopDelay`) only looks every so many milliseconds, and forgets when it
 * looked last at each reset, so that a pause which began just after a reading was never seen.
 *
 * A thread that was stopped while it slept, by a signal or for want of a core, has overslept: the longest sleep is known
 * from outside, by a timer that runs in any case. However many watch, a turn is stamped once.
 */
const { nodeTiming } = performance;

const watches = new Set<TurnWatch>();
let endedMs = 0;
let sleptBeforeMs = 0;
let isStamping = false;

function stamp(): void {
  isStamping = watches.size > 0;
  if (!isStamping) return;
  setImmediate(stamp).unref();
  const nowMs = performance.now();
  const sleptMs = nodeTiming.idleTime;
  for (const watch of watches) watch.saw(nowMs - endedMs, sleptMs - sleptBeforeMs);
  endedMs = nowMs;
  sleptBeforeMs = sleptMs;
}

export class TurnWatch {
  private longestMs = 0;

  /** `longestSleepMs`: what some timer of the thread lets it sleep at most. */
  constructor(private readonly longestSleepMs: number) {
    watches.add(this);
    if (isStamping) return;
    endedMs = performance.now();
    sleptBeforeMs = nodeTiming.idleTime;
    stamp();
  }

  /** Milliseconds, since the last call. A turn that goes on counts as far as it went, and as a whole the next time. */
  takeLongest(): number {
    this.saw(performance.now() - endedMs, nodeTiming.idleTime - sleptBeforeMs);
    const { longestMs } = this;
    this.longestMs = 0;
    return longestMs;
  }

  /** For `stamp`: a turn, or what there is of it, and the sleep in it. */
  saw(turnMs: number, sleptMs: number): void {
    const standingMs = turnMs - sleptMs + Math.max(0, sleptMs - this.longestSleepMs);
    if (standingMs > this.longestMs) this.longestMs = standingMs;
  }

  stop(): void {
    watches.delete(this);
  }
}
