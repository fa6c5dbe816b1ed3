/** The hashing threads as one: they share each work by extranonce2 stripes and report finds to one callback. */
import { Worker } from 'node:worker_threads';
import { compileLanes, type LanesModule } from './nonce-scanner.js';
import type { Work } from './work-walk.js';

export interface Find {
  readonly workId: number;
  readonly extranonce2: Uint8Array;
  readonly time: number;
  readonly nonce: number;
  /** The whole version, rolled bits included. */
  readonly version: number;
  /** Internal order. */
  readonly hash: Uint8Array;
}

export type ThreadOrder = { readonly kind: 'work'; readonly work: Work | null } | { readonly kind: 'stop' };

export interface ThreadSetup {
  readonly module: LanesModule;
  readonly stripe: number;
  /** Hashes per second for this thread; 0 means full speed. */
  readonly maxHashrate: number;
  /** One signed 64-bit count of hashes per thread. */
  readonly counts: SharedArrayBuffer;
}

export interface HashThreadsOptions {
  readonly threads: number;
  /** Hashes per second for all threads together; 0 means full speed. */
  readonly maxHashrate: number;
  onFind(find: Find): void;
  /** A thread has died; the others go on. */
  onFailure(error: unknown): void;
}

export class HashThreads {
  private readonly counts: BigInt64Array;
  private readonly workers: Worker[];

  constructor(options: HashThreadsOptions) {
    const counts = new SharedArrayBuffer(8 * options.threads);
    this.counts = new BigInt64Array(counts);
    const module = compileLanes();
    this.workers = Array.from({ length: options.threads }, (_, stripe) => {
      const setup: ThreadSetup = {
        module,
        stripe,
        maxHashrate: options.maxHashrate / options.threads,
        counts,
      };
      const worker = new Worker(new URL('./hash-worker.js', import.meta.url), { workerData: setup });
      worker.on('message', (find: Find) => options.onFind(find));
      worker.on('error', (error) => options.onFailure(error));
      return worker;
    });
  }

  /** Replaces whatever the threads are hashing; null lets them rest. */
  setWork(work: Work | null): void {
    this.order({ kind: 'work', work });
  }

  /** Hashes tried since construction. */
  hashes(): number {
    let total = 0n;
    for (let i = 0; i < this.counts.length; i++) total += Atomics.load(this.counts, i);
    return Number(total);
  }

  /** Resolves when every thread has ended; finds not yet delivered are dropped. */
  async stop(): Promise<void> {
    this.order({ kind: 'stop' });
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private order(order: ThreadOrder): void {
    for (const worker of this.workers) worker.postMessage(order);
  }
}
