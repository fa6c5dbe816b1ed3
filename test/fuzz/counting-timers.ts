/** A hand-moved clock that knows how many alarms are set, so that one nobody cancels is seen. */
import { ManualClock, type SteadyTimers } from '../../src/lib/index.js';

export class CountingTimers implements SteadyTimers {
  set = 0;
  private readonly clock: ManualClock;

  constructor(startMs: number) {
    this.clock = new ManualClock(startMs);
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  wallMs(): number {
    return this.clock.wallMs();
  }

  advance(byMs: number): void {
    this.clock.advance(byMs);
  }

  after(delayMs: number, callback: () => void): () => void {
    let cancel = (): void => {};
    const stop = this.counted(() => cancel());
    cancel = this.clock.after(delayMs, () => {
      stop();
      callback();
    });
    return stop;
  }

  every(periodMs: number, callback: () => void): () => void {
    return this.counted(this.clock.every(periodMs, callback));
  }

  private counted(cancel: () => void): () => void {
    let isSet = true;
    this.set++;
    return () => {
      if (isSet) this.set--;
      isSet = false;
      cancel();
    };
  }
}
