/** Shares on their way from the socket loop to the shard's thread: flat arrays, so that nothing is copied twice. */
import { SHARE_RECORD_BYTES, type ShareRecord, writeShareRecord } from '../mining/index.js';
import type { Outcome } from './worker-figures.js';

export const HASH_BYTES = 32;

export interface OutcomeCount {
  /** Null where nobody had logged in. */
  readonly worker: number | null;
  readonly round: bigint;
  readonly outcome: Exclude<Outcome, 'accepted'>;
  readonly count: number;
}

export interface ShareBatch {
  /** 40 bytes a share. */
  readonly records: Uint8Array;
  /** 32 bytes a share, internal order. */
  readonly hashes: Uint8Array;
  /** A worker row a share. */
  readonly workers: Uint32Array;
  /** The difficulty each hash reached. */
  readonly hashDifficulties: Float64Array;
  readonly counts: readonly OutcomeCount[];
  /** Worker row and its present difficulty. */
  readonly difficulties: readonly (readonly [number, number])[];
}

export class BatchBuilder {
  private records = new Uint8Array(64 * SHARE_RECORD_BYTES);
  private hashes = new Uint8Array(64 * HASH_BYTES);
  private workers = new Uint32Array(64);
  private hashDifficulties = new Float64Array(64);
  private readonly counts = new Map<string, { -readonly [Key in keyof OutcomeCount]: OutcomeCount[Key] }>();
  private readonly difficulties = new Map<number, number>();
  length = 0;

  get isEmpty(): boolean {
    return this.length === 0 && this.counts.size === 0 && this.difficulties.size === 0;
  }

  add(record: ShareRecord, hash: Uint8Array, worker: number, hashDifficulty: number): void {
    if (this.length === this.workers.length) this.grow();
    const at = this.length++;
    writeShareRecord(record, this.records, at * SHARE_RECORD_BYTES);
    this.hashes.set(hash, at * HASH_BYTES);
    this.workers[at] = worker;
    this.hashDifficulties[at] = hashDifficulty;
  }

  count(worker: number | null, outcome: OutcomeCount['outcome'], round: bigint): void {
    const key = `${worker} ${round} ${outcome}`;
    const known = this.counts.get(key);
    if (known === undefined) this.counts.set(key, { worker, round, outcome, count: 1 });
    else known.count++;
  }

  remember(worker: number, difficulty: number): void {
    this.difficulties.set(worker, difficulty);
  }

  private grow(): void {
    const records = new Uint8Array(this.records.length * 2);
    records.set(this.records);
    this.records = records;
    const hashes = new Uint8Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const workers = new Uint32Array(this.workers.length * 2);
    workers.set(this.workers);
    this.workers = workers;
    const hashDifficulties = new Float64Array(this.hashDifficulties.length * 2);
    hashDifficulties.set(this.hashDifficulties);
    this.hashDifficulties = hashDifficulties;
  }

  finish(): ShareBatch {
    return {
      records: this.records.slice(0, this.length * SHARE_RECORD_BYTES),
      hashes: this.hashes.slice(0, this.length * HASH_BYTES),
      workers: this.workers.slice(0, this.length),
      hashDifficulties: this.hashDifficulties.slice(0, this.length),
      counts: [...this.counts.values()],
      difficulties: [...this.difficulties],
    };
  }
}
