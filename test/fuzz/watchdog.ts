/**
 * Sees from another thread that an input does not end, also when it keeps the main thread busy for ever: the input lies
 * in memory that both see, and a number rises with each. See `watchdog-worker.ts` for what happens then.
 */
import { Worker } from 'node:worker_threads';
import type { Input } from './input.js';
import type { TargetName } from './targets.js';

/** At the front of the shared memory, as 32-bit numbers. */
export const BEAT = 0;
export const LENGTH = 1;
export const HEAD_BYTES = 8;
const MOST_BYTES = 4 << 20;

/** What lies in the memory behind the head, as JSON. */
export interface Watched {
  readonly target: TargetName;
  readonly input: Input;
}

export class Watchdog {
  private readonly shared = new SharedArrayBuffer(HEAD_BYTES + MOST_BYTES);
  private readonly head = new Int32Array(this.shared, 0, 2);
  private readonly bytes = new Uint8Array(this.shared, HEAD_BYTES);
  private readonly worker: Worker;

  constructor() {
    this.worker = new Worker(new URL('./watchdog-worker.js', import.meta.url), { workerData: this.shared });
    this.worker.unref();
  }

  /** From now on this is what is watched. */
  begin(watched: Watched): void {
    // The encoder does not write into shared memory.
    const text = Buffer.from(JSON.stringify(watched)).subarray(0, MOST_BYTES);
    this.bytes.set(text);
    Atomics.store(this.head, LENGTH, text.length);
    Atomics.add(this.head, BEAT, 1);
  }

  /** Nothing is. */
  rest(): void {
    Atomics.store(this.head, LENGTH, 0);
    Atomics.add(this.head, BEAT, 1);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
