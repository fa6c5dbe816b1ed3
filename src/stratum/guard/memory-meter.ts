/**
 * The bytes that miners cost one process: lines not yet worked off, answers not yet read, and what the sessions keep
 * beyond the ordinary. Each holder tells its own figure; above the bound those go whose bytes are least paid for.
 */
import type { Holding, MemoryPrice } from './memory-price.js';

export interface Holder {
  readonly heldBytes: number;
  holding(nowMs: number): Holding;
}

/** Of the bound: from here on no connection is given more of what it can do without. */
const TIGHT_PART = 1 / 2;

export class MemoryMeter {
  total = 0;

  constructor(
    private readonly boundBytes: number,
    private readonly cutPart: number,
    private readonly price: MemoryPrice,
  ) {}

  /** A holder's figure went from one value to the other. */
  change(beforeBytes: number, afterBytes: number): void {
    this.total += afterBytes - beforeBytes;
  }

  get isTight(): boolean {
    return this.total > this.boundBytes * TIGHT_PART;
  }

  get isOver(): boolean {
    return this.total > this.boundBytes;
  }

  /** Who has to go, so that what is left is below the bound again by some margin. */
  toShed<Each extends Holder>(holders: Iterable<Each>, nowMs: number): Each[] {
    const ranked = Array.from(holders)
      .filter(({ heldBytes }) => heldBytes > 0)
      .map((holder) => ({ holder, debt: this.price.debt(holder.holding(nowMs)) }))
      .sort((a, b) => b.debt - a.debt || b.holder.heldBytes - a.holder.heldBytes)
      .map(({ holder }) => holder);
    let left = this.total;
    let count = 0;
    while (count < ranked.length && left > this.boundBytes * this.cutPart) left -= ranked[count++]!.heldBytes;
    return ranked.slice(0, count);
  }
}
