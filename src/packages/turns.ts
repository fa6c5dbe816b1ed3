/** So many at a time; the others wait in the order they came. */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(atOnce: number) {
    this.free = atOnce;
  }

  /** Once `signal` is aborted, `work` is begun without its turn: it has nothing left to do but say so. */
  async take<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    if (!(await this.turn(signal))) return work();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }

  private turn(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.free > 0) {
      this.free--;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const mine = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(mine), 1);
        resolve(false);
      };
      this.waiting.push(mine);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
