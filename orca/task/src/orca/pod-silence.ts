/**
 * When a pod that answers nothing is given up. The Orca node keeps the connection of a side-car that is gone, so that calls
 * vanish in it, and forgets both ends two to three minutes later; from then on only a new connection is served. One call that
 * took too long says nothing, a machine that slept neither; a pod that was just made anew gets longer each time.
 */
const PATIENCE_MS = 90_000;
const MOST_PATIENCE_MS = 16 * 60_000;
const LEAST_CALLS = 2;

export class PodSilence {
  private calls = 0;
  private patienceMs = PATIENCE_MS;

  constructor(private sinceMs: number) {}

  /** The relay answered a call. */
  heard(nowMs: number): void {
    this.calls = 0;
    this.sinceMs = nowMs;
    this.patienceMs = PATIENCE_MS;
  }

  /** A call ended without an answer. Whether the pod has to be made anew; `renewed` is said when it is. */
  unheard(nowMs: number): boolean {
    this.calls++;
    return this.calls >= LEAST_CALLS && nowMs - this.sinceMs >= this.patienceMs;
  }

  renewed(nowMs: number): void {
    this.calls = 0;
    this.sinceMs = nowMs;
    this.patienceMs = Math.min(2 * this.patienceMs, MOST_PATIENCE_MS);
  }
}
