/** Things kept by their id, the longest there first: how many there may be, and of how many bytes together. */

interface Kept<T> {
  readonly value: T;
  readonly bytes: number;
}

export class PastShelf<T> {
  stateBytes = 0;
  private readonly kept = new Map<string, Kept<T>>();

  constructor(
    private readonly most: number,
    private readonly mostBytes: number,
  ) {}

  get size(): number {
    return this.kept.size;
  }

  /** The id of the one that has to go next; null while there are not too many. */
  get excess(): string | null {
    const isOver = this.kept.size > this.most || this.stateBytes > this.mostBytes;
    return isOver ? (this.kept.keys().next().value ?? null) : null;
  }

  get(id: string): T | null {
    return this.kept.get(id)?.value ?? null;
  }

  *entries(): Generator<[string, T]> {
    for (const [id, { value }] of this.kept) yield [id, value];
  }

  *values(): Generator<T> {
    for (const { value } of this.kept.values()) yield value;
  }

  /** As the latest, in the place of what had the id. `bytes`: about what it keeps in memory. */
  put(id: string, value: T, bytes: number): void {
    this.delete(id);
    this.kept.set(id, { value, bytes });
    this.stateBytes += bytes;
  }

  delete(id: string): void {
    this.stateBytes -= this.kept.get(id)?.bytes ?? 0;
    this.kept.delete(id);
  }
}
