/**
 * How far a miner's difficulty comes down while it says nothing. Before its first share the difficulty may be any
 * number of times too high, so it falls 16-fold every 1.5 share intervals six times, which is from a farm's difficulty to
 * the smallest miner's, then at each doubling of the silence.
 *
 * Where an earlier connection had the difficulty it falls 16-fold after 4.5 intervals, because one reconnecting miner in
 * five is silent for 1.5 by chance, and no further for 60 (ten minutes): an S21 takes up to eight to boot. Who is silent
 * for longer is taken for another miner of that name, and falls as an unknown one from there on.
 *
 * After a share the difficulty is known to be about right: it falls 4-fold after 10 intervals (chance once in 22,000
 * shares) and once more after 20, so that a miner which was merely off comes back to at most 16 times the wanted rate.
 */
const UNPROVEN_EASING = 16;
const UNPROVEN_INTERVALS = 1.5;
const UNPROVEN_QUICK_STEPS = 6;
const REMEMBERED_INTERVALS = 4.5;
const FORGOTTEN_INTERVALS = 60;
const PROVEN_EASING = 4;
const PROVEN_INTERVALS = 10;
const PROVEN_STEPS = 2;

export class MinerSilence {
  private steps = 0;
  private proven = false;

  constructor(
    private readonly isRemembered: boolean,
    private sinceMs: number,
  ) {}

  /** Whether the difficulty has come down since the last share. */
  get eased(): boolean {
    return this.steps > 0;
  }

  /** A share was for the difficulty. */
  get isProven(): boolean {
    return this.proven;
  }

  /** Nothing but an earlier connection's word is for the difficulty. */
  get isOnMemory(): boolean {
    return this.isRemembered && !this.proven;
  }

  onShare(nowMs: number): void {
    this.proven = true;
    this.begin(nowMs);
  }

  /** Starts to wait anew. */
  begin(nowMs: number): void {
    this.steps = 0;
    this.sinceMs = nowMs;
  }

  /** So long it was nobody's silence. */
  pause(ms: number): void {
    this.sinceMs += ms;
  }

  /** How long it lasts, in share intervals. */
  intervals(nowMs: number, intervalMs: number): number {
    return (nowMs - this.sinceMs) / intervalMs;
  }

  /** Whether anything is known of the miner: by its shares, or from an earlier connection that it may be the same as. */
  isKnown(nowMs: number, intervalMs: number): boolean {
    return this.proven || (this.isRemembered && this.intervals(nowMs, intervalMs) < FORGOTTEN_INTERVALS);
  }

  /** What the difficulty is to be divided by now; 1 for no change. Counts as done. */
  easing(nowMs: number, intervalMs: number): number {
    if (this.proven && this.steps >= PROVEN_STEPS) return 1;
    if (this.intervals(nowMs, intervalMs) < this.patience()) return 1;
    this.steps++;
    return this.proven ? PROVEN_EASING : UNPROVEN_EASING;
  }

  /** Intervals of silence before the next step. */
  private patience(): number {
    if (this.proven) return PROVEN_INTERVALS * 2 ** this.steps;
    if (!this.isRemembered) return unknownPatience(this.steps);
    return this.steps === 0 ? REMEMBERED_INTERVALS : FORGOTTEN_INTERVALS + unknownPatience(this.steps - 1);
  }
}

function unknownPatience(steps: number): number {
  const quick = Math.min(steps + 1, UNPROVEN_QUICK_STEPS);
  return UNPROVEN_INTERVALS * quick * 2 ** (steps + 1 - quick);
}
