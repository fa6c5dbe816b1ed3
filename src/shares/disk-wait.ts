/**
 * How long writes of a shard wait for its disk. A slow fsync is no fault: answers come late, in larger batches, and
 * nothing is lost. But nobody else would say so, and a disk that takes a second today may fail tomorrow.
 */
import type { Logger, Timers } from '../lib/index.js';

/** A hundred times what a worn disk takes; miners notice it. */
const SLOW_MS = 1_000;
const SLOT_MS = 5_000;
/** Together a minute. */
const SLOTS = 12;
const TELL_AGAIN_MS = 60_000;

export class DiskWait {
  /** By slot, modulo their number: the longest wait that ended in it. */
  private readonly longest = new Float64Array(SLOTS);
  private slot = 0;
  /** When it was said that the disk is slow; null while it is not. */
  private toldMs: number | null = null;

  constructor(
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  /** A write that began then is on disk, or was refused. */
  ended(startedMs: number): void {
    this.keepUp();
    const at = this.slot % SLOTS;
    this.longest[at] = Math.max(this.longest[at]!, this.timers.nowMs() - startedMs);
  }

  /** The longest of the last minute. `oldestMs`: when the write began that waits longest now; null for none. */
  longestMs(oldestMs: number | null): number {
    this.keepUp();
    return Math.max(oldestMs === null ? 0 : this.timers.nowMs() - oldestMs, ...this.longest);
  }

  /** Called about once a second; says so once a minute until a minute has no slow write, and then that it is over. */
  tick(oldestMs: number | null): void {
    const nowMs = this.timers.nowMs();
    const waitedMs = this.longestMs(oldestMs);
    if (waitedMs < SLOW_MS) {
      if (this.toldMs !== null) this.logger.info({}, 'the disk takes shares as fast as they come again');
      this.toldMs = null;
    } else if (this.toldMs === null || nowMs - this.toldMs >= TELL_AGAIN_MS) {
      this.toldMs = nowMs;
      this.logger.warn(
        { waitedMs },
        'the disk is slow: shares, logins and new work wait for it, and none is lost; what else uses it?',
      );
    }
  }

  private keepUp(): void {
    const slot = Math.floor(this.timers.nowMs() / SLOT_MS);
    // A clock that is set back stays in its slot.
    const passed = Math.min(slot - this.slot, SLOTS);
    for (let i = 1; i <= passed; i++) this.longest[(this.slot + i) % SLOTS] = 0;
    this.slot = Math.max(slot, this.slot);
  }
}
