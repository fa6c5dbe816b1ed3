/**
 * Hands out extranonce1 counters at once, from ranges the share log reserves ahead of need, so that no connection
 * waits for the disk and no restart repeats a value.
 */
import { CodedError } from '../lib/index.js';

export class Extranonce1Error extends CodedError<'EXTRANONCE1_EXHAUSTED'> {}

/** Returns the first of `count` values never handed out before. */
export type ReserveRange = (count: number) => Promise<number>;

const RANGE = 4096;
const LOW_WATER = 1024;
const COUNTER_VALUES = 1 << 24;

export class Extranonce1Counter {
  private next = 0;
  private left = 0;
  private reserving: Promise<void> | null = null;

  private constructor(
    private readonly reserve: ReserveRange,
    private readonly onError: (error: unknown) => void,
  ) {}

  static async open(reserve: ReserveRange, onError: (error: unknown) => void): Promise<Extranonce1Counter> {
    const counter = new Extranonce1Counter(reserve, onError);
    await counter.refill();
    return counter;
  }

  /** 0 ≤ value < 2²⁴. Throws `Extranonce1Error` when reserving cannot keep up. */
  allocate(): number {
    if (this.left <= LOW_WATER) this.refillSoon();
    if (this.left === 0) {
      throw new Extranonce1Error(
        'EXTRANONCE1_EXHAUSTED',
        'no extranonce is free at the moment: connect again in a second',
      );
    }
    const value = this.next;
    this.next = (this.next + 1) % COUNTER_VALUES;
    this.left--;
    return value;
  }

  private refillSoon(): void {
    this.reserving ??= this.refill()
      .catch(this.onError)
      .finally(() => {
        this.reserving = null;
      });
  }

  /** Ranges follow one another, since nothing else reserves on this shard. */
  private async refill(): Promise<void> {
    const first = await this.reserve(RANGE);
    if (this.left === 0) this.next = first;
    this.left += RANGE;
  }
}
