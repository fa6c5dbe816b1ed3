/** Values by key for as long as somebody else has them. What is left of those that are gone is swept as it grows. */
const LEAST_SWEPT = 1_024;

export class WeakValues<T extends object> {
  private readonly refs = new Map<string, WeakRef<T>>();
  private sweepAt = LEAST_SWEPT;

  /** Of values and of what is left of some. */
  get size(): number {
    return this.refs.size;
  }

  get(key: string): T | undefined {
    return this.refs.get(key)?.deref();
  }

  /** In the mean over all calls as cheap as a map's: it sweeps when there are twice as many as the last sweep left. */
  set(key: string, value: T): void {
    this.refs.set(key, new WeakRef(value));
    if (this.refs.size < this.sweepAt) return;
    for (const [each, ref] of this.refs) if (ref.deref() === undefined) this.refs.delete(each);
    this.sweepAt = Math.max(LEAST_SWEPT, 2 * this.refs.size);
  }
}
