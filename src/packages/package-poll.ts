/**
 * Asks for a package again and again, as long as an audit may wait for it: what is to be had from nobody by then was
 * withheld (docs/claim-format.md, check 5).
 */
import type { Timers } from '../lib/index.js';
import type { Fetched, PackageSource } from './package-source.js';
import type { Place } from './place.js';
import type { Wanted } from './transfer.js';

export interface PollOptions {
  /** Between two askings at first; doubled each time. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
  /** The last asking begins so long before the deadline. */
  readonly lastMs: number;
}

export const POLL_PAUSES: PollOptions = { pauseMs: 5_000, longestPauseMs: 60_000, lastMs: 30_000 };

/** The beginning of an audit window's last tenth. */
export function lastTenthMs(startMs: number, endMs: number): number {
  return endMs - (endMs - startMs) / 10;
}

export class PackagePoll {
  constructor(
    private readonly source: Pick<PackageSource, 'fetch'>,
    private readonly timers: Timers,
    private readonly options: PollOptions,
  ) {}

  /** Resolves as soon as there is a package or a malformed one; at the deadline at the latest. */
  async until(deadlineMs: number, wanted: Wanted, places: readonly Place[]): Promise<Fetched> {
    const controller = new AbortController();
    const cancel = this.timers.after(deadlineMs - this.timers.nowMs(), () => controller.abort());
    let pauseMs = this.options.pauseMs;
    let wasAnswered = false;
    try {
      for (;;) {
        const fetched: Fetched = await this.source.fetch(wanted, places, controller.signal);
        if (fetched.kind !== 'unavailable') return fetched;
        // An asking that the deadline cut short says nothing of our network; the one before does.
        const isAnswered: boolean = fetched.isAnswered || (controller.signal.aborted && wasAnswered);
        const leftMs = deadlineMs - this.timers.nowMs();
        if (leftMs <= this.options.lastMs) return { ...fetched, isAnswered };
        wasAnswered = isAnswered;
        await this.pause(Math.min(pauseMs, leftMs - this.options.lastMs));
        pauseMs = Math.min(2 * pauseMs, this.options.longestPauseMs);
      }
    } finally {
      cancel();
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.timers.after(ms, resolve));
  }
}
