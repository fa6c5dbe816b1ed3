/**
 * The bytes that miners cost one process: lines not yet worked off, answers not yet read, and what the sessions keep
 * of those who have not proved work. Each holder tells its own figure; above the bound the largest are to go,
 * strangers before those who have proved work, but nobody who holds no more than the mean before all who hold more: a miner
 * that waits for its first share holds little, and one cheap share is soon found.
 */

export interface Holder {
  readonly heldBytes: number;
  readonly isStranger: boolean;
}

export class MemoryMeter {
  total = 0;

  constructor(
    private readonly boundBytes: number,
    private readonly cutPart: number,
  ) {}

  /** A holder's figure went from one value to the other. */
  change(beforeBytes: number, afterBytes: number): void {
    this.total += afterBytes - beforeBytes;
  }

  get isOver(): boolean {
    return this.total > this.boundBytes;
  }

  /** Who has to go, so that what is left is below the bound again by some margin. */
  toShed<Each extends Holder>(holders: Iterable<Each>): Each[] {
    const some = Array.from(holders).filter(({ heldBytes }) => heldBytes > 0);
    const mean = some.reduce((sum, { heldBytes }) => sum + heldBytes, 0) / some.length;
    const rank = ({ heldBytes, isStranger }: Holder): number =>
      (heldBytes > mean ? 2 : 0) + (isStranger ? 1 : 0);
    const ranked = some.sort((a, b) => rank(b) - rank(a) || b.heldBytes - a.heldBytes);
    let left = this.total;
    let count = 0;
    while (count < ranked.length && left > this.boundBytes * this.cutPart) left -= ranked[count++]!.heldBytes;
    return ranked.slice(0, count);
  }
}
