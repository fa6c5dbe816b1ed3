/** What is saved up with time, as far as it holds, and spent one by one. */
export class SavedUp {
  constructor(
    private readonly holds: number,
    private saved: number,
    private atMs: number,
  ) {}

  content(nowMs: number, perMs: number): number {
    return Math.min(this.holds, this.saved + Math.max(0, nowMs - this.atMs) * perMs);
  }

  /** Whether one could be taken out. */
  take(nowMs: number, perMs: number): boolean {
    this.saved = this.content(nowMs, perMs);
    this.atMs = nowMs;
    if (this.saved < 1) return false;
    this.saved--;
    return true;
  }
}
