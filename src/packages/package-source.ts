/**
 * A package or proof by its CID, from whichever of several places has it: one after another, the next as soon as one
 * fails, and beside it when one is slow. The first whole archive wins; a place that sends something else has only
 * itself to blame, so that no gateway can make a claim invalid. What the CID's own bytes show is the claimant's.
 */
import type { PackageCache } from './package-cache.js';
import type { Place } from './place.js';
import { Transfer, type TransferOptions, type TransferResult, type Tried, type Wanted } from './transfer.js';
import { Turns } from './turns.js';

export type Fetched =
  | Exclude<TransferResult, { kind: 'failed' }>
  | {
      readonly kind: 'unavailable';
      readonly tried: readonly Tried[];
      /**
       * Whether every place that the operator named, and there was one, said that it has not got it. False for anything
       * that a network in trouble could bring about, and nobody's silence but a named place's counts.
       */
      readonly isDenied: boolean;
    };

export interface SourceOptions extends TransferOptions {
  /** For all places together. */
  readonly totalMs: number;
  /** A place that gave less than `slowBytes` in so long is slow: the next one is asked beside it. */
  readonly hedgeMs: number;
  readonly slowBytes: number;
  /** Places asked at the same time for one archive; each may hold as much as the largest archive. */
  readonly placesAtOnce: number;
  readonly fetchesAtOnce: number;
}

export const SOURCE_BOUNDS: Omit<SourceOptions, 'timers' | 'resolve' | 'isOpen'> = {
  placeMs: 60_000,
  totalMs: 180_000,
  hedgeMs: 3_000,
  slowBytes: 65_536,
  placesAtOnce: 2,
  fetchesAtOnce: 2,
};

export class PackageSource {
  private readonly turns: Turns;

  /** `cache`: null to ask each time. */
  constructor(
    private readonly options: SourceOptions,
    private readonly cache: PackageCache | null,
  ) {
    this.turns = new Turns(options.fetchesAtOnce);
  }

  /** `signal`: what is not there by then is unavailable. Throws for faults of this program or its disk only. */
  async fetch(wanted: Wanted, places: readonly Place[], signal: AbortSignal): Promise<Fetched> {
    const kept = this.cache?.get(wanted) ?? null;
    if (kept !== null) return { ...kept, from: 'the cache' };
    return this.turns.take(async () => {
      const fetched = await new Fetching(wanted, places, this.options, signal).run();
      if (fetched.kind === 'package') this.cache?.put(wanted, fetched.bytes);
      return fetched;
    }, signal);
  }
}

class Fetching {
  private readonly running = new Map<Transfer, () => void>();
  private readonly tried: Tried[] = [];
  private asked = 0;
  private denials = 0;
  private isOver = false;
  private settle: (fetched: Fetched) => void = () => {};
  private fail: (error: unknown) => void = () => {};

  constructor(
    private readonly wanted: Wanted,
    private readonly places: readonly Place[],
    private readonly options: SourceOptions,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<Fetched> {
    const { timers, totalMs } = this.options;
    const giveUp = (): void => this.giveUp();
    const cancel = timers.after(totalMs, giveUp);
    this.signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await new Promise<Fetched>((resolve, reject) => {
        this.settle = resolve;
        this.fail = reject;
        if (this.signal.aborted) this.giveUp();
        else this.askNext();
      });
    } finally {
      this.isOver = true;
      cancel();
      this.signal.removeEventListener('abort', giveUp);
      for (const [transfer, cancelHedge] of this.running) {
        cancelHedge();
        transfer.stop('another place was faster');
      }
    }
  }

  private giveUp(): void {
    for (const transfer of this.running.keys())
      this.tried.push(transfer.failed('is not done when time is over'));
    this.endUnavailable();
  }

  private endUnavailable(): void {
    const named = this.places.filter(({ trust }) => trust === 'named').length;
    this.settle({
      kind: 'unavailable',
      tried: this.tried,
      isDenied: named > 0 && this.denials === named,
    });
  }

  private askNext(): void {
    const place = this.places[this.asked];
    if (this.isOver) return;
    if (place === undefined) {
      if (this.running.size === 0) this.endUnavailable();
      return;
    }
    if (this.running.size >= this.options.placesAtOnce) return;
    this.asked++;
    const transfer = new Transfer(this.wanted, place, this.places, this.options);
    this.running.set(transfer, this.hedge(transfer));
    transfer.run().then(
      (result) => this.ended(transfer, result),
      (error) => this.fail(error),
    );
  }

  private hedge(transfer: Transfer): () => void {
    let before = 0;
    return this.options.timers.every(this.options.hedgeMs, () => {
      const isSlow = transfer.bytes - before < this.options.slowBytes;
      before = transfer.bytes;
      if (isSlow) this.askNext();
    });
  }

  private ended(transfer: Transfer, result: TransferResult): void {
    this.running.get(transfer)?.();
    this.running.delete(transfer);
    if (result.kind === 'failed') {
      if (result.tried.isDenial && transfer.place.trust === 'named') this.denials++;
      this.tried.push(result.tried);
      this.askNext();
    } else this.settle(result);
  }
}
