/** Events per second over the last minute: sixty slots of one second, and no more memory than that. */
const SLOTS = 60;

export class RateMeter {
  private readonly counts = new Float64Array(SLOTS);
  private second: number;
  private readonly startMs: number;

  constructor(private readonly clock: { nowMs(): number }) {
    this.startMs = clock.nowMs();
    this.second = Math.floor(this.startMs / 1000);
  }

  mark(): void {
    this.turn();
    const slot = this.second % SLOTS;
    this.counts[slot] = this.counts[slot]! + 1;
  }

  /** In the first minute: over the time since the start, at least one second. */
  perSecond(): number {
    this.turn();
    let sum = 0;
    for (const count of this.counts) sum += count;
    const seconds = (this.clock.nowMs() - this.startMs) / 1000;
    return sum / Math.min(SLOTS, Math.max(1, seconds));
  }

  /** Clears the slots of seconds that have gone by; a clock set back keeps counting into the present slot. */
  private turn(): void {
    const now = Math.floor(this.clock.nowMs() / 1000);
    for (let cleared = 0; this.second < now && cleared < SLOTS; cleared++) {
      this.second++;
      this.counts[this.second % SLOTS] = 0;
    }
    if (this.second < now) this.second = now;
  }
}
