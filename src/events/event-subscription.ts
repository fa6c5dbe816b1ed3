/**
 * One reader's place at the bus: a ring of fixed size that it empties at its own pace. When the ring is full the
 * oldest event gives way and is counted, because a reader that fell behind wants to know how things are now.
 */
import type { PoolEvent } from './pool-event.js';

export class EventSubscription {
  private readonly ring: (PoolEvent | undefined)[];
  private start = 0;
  private length = 0;
  private closed = false;
  private wake: (() => void) | null = null;
  private droppedCount = 0;

  constructor(
    readonly capacity: number,
    private readonly onClose: (subscription: EventSubscription) => void,
  ) {
    this.ring = new Array(capacity);
  }

  get depth(): number {
    return this.length;
  }

  /** Events this reader lost because it was slower than they came. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** For the bus: never blocks, calls nobody. False when an older event had to go. */
  push(event: PoolEvent): boolean {
    const full = this.length === this.capacity;
    if (full) {
      this.start = (this.start + 1) % this.capacity;
      this.length--;
      this.droppedCount++;
    }
    this.ring[(this.start + this.length) % this.capacity] = event;
    this.length++;
    this.wake?.();
    return !full;
  }

  /** Waits for at least one event and takes up to `limit`, oldest first; empty once closed. One caller at a time. */
  async next(limit: number): Promise<PoolEvent[]> {
    if (this.length === 0 && !this.closed) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
    if (this.closed) return [];
    const taken: PoolEvent[] = [];
    while (taken.length < limit && this.length > 0) {
      taken.push(this.ring[this.start]!);
      this.ring[this.start] = undefined;
      this.start = (this.start + 1) % this.capacity;
      this.length--;
    }
    return taken;
  }

  /** Ends a waiting `next`; what was queued is let go. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.length = 0;
    this.ring.fill(undefined);
    this.onClose(this);
    this.wake?.();
  }
}
