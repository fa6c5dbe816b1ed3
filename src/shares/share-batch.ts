/** Shares on their way from the socket loop to the shard's thread: flat arrays, so that nothing is copied twice. */
import { SHARE_RECORD_BYTES, type ShareRecord, writeShareRecord } from '../mining/index.js';
import type { Outcome } from './worker-figures.js';

export const HASH_BYTES = 32;
/** In a record. */
const SIGNATURE_AT = 12;

export interface OutcomeCount {
  /** Null where nobody had logged in. */
  readonly worker: number | null;
  readonly round: bigint;
  readonly outcome: Exclude<Outcome, 'accepted'>;
  readonly count: number;
}

export interface CreditedShare {
  readonly record: ShareRecord;
  /** Internal order. */
  readonly hash: Uint8Array;
  /** Row number. */
  readonly worker: number;
  /** What the hash reached. */
  readonly hashDifficulty: number;
  /** More than the share interval allows its connection. */
  readonly isExcess: boolean;
}

export interface ProvenDifficulty {
  readonly value: number;
  /** When the last share of it came. */
  readonly atMs: number;
  /** Of the miner whose shares they were; null for unknown. */
  readonly userAgent: string | null;
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
  /** 1 where the share is more than its connection's interval allows. */
  readonly excess: Uint8Array;
  readonly counts: readonly OutcomeCount[];
  /** Worker row and its present difficulty. */
  readonly difficulties: readonly (readonly [number, ProvenDifficulty])[];
}

export class BatchBuilder {
  private records = new Uint8Array(64 * SHARE_RECORD_BYTES);
  private hashes = new Uint8Array(64 * HASH_BYTES);
  private workers = new Uint32Array(64);
  private hashDifficulties = new Float64Array(64);
  private excess = new Uint8Array(64);
  private readonly counts = new Map<string, { -readonly [Key in keyof OutcomeCount]: OutcomeCount[Key] }>();
  private readonly difficulties = new Map<number, ProvenDifficulty>();
  length = 0;

  get isEmpty(): boolean {
    return this.length === 0 && this.counts.size === 0 && this.difficulties.size === 0;
  }

  add({ record, hash, worker, hashDifficulty, isExcess }: CreditedShare): void {
    if (this.length === this.workers.length) this.grow();
    const at = this.length++;
    writeShareRecord(record, this.records, at * SHARE_RECORD_BYTES);
    this.hashes.set(hash, at * HASH_BYTES);
    this.workers[at] = worker;
    this.hashDifficulties[at] = hashDifficulty;
    this.excess[at] = Number(isExcess);
  }

  count(worker: number | null, outcome: OutcomeCount['outcome'], round: bigint, count = 1): void {
    const key = `${worker} ${round} ${outcome}`;
    const known = this.counts.get(key);
    if (known === undefined) this.counts.set(key, { worker, round, outcome, count });
    else known.count += count;
  }

  /** Unless a newer one is. */
  remember(worker: number, proven: ProvenDifficulty): void {
    const known = this.difficulties.get(worker);
    if (known === undefined || known.atMs <= proven.atMs) this.difficulties.set(worker, proven);
  }

  /** Row numbers that it names. */
  rows(): { readonly workers: readonly number[]; readonly signatures: readonly number[] } {
    const counted = [...this.counts.values()].flatMap(({ worker }) => worker ?? []);
    const view = new DataView(this.records.buffer);
    const signatures = Array.from({ length: this.length }, (_, i) =>
      view.getUint32(i * SHARE_RECORD_BYTES + SIGNATURE_AT, true),
    );
    const workers = [...this.workers.subarray(0, this.length), ...counted, ...this.difficulties.keys()];
    return { workers, signatures };
  }

  /** Of a batch that was not stored, what nobody was told about: counts, and difficulties not set anew since. */
  takeBack({ counts, difficulties }: ShareBatch): void {
    for (const { worker, outcome, round, count } of counts) this.count(worker, outcome, round, count);
    for (const [worker, proven] of difficulties) this.remember(worker, proven);
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
    const excess = new Uint8Array(this.excess.length * 2);
    excess.set(this.excess);
    this.excess = excess;
  }

  finish(): ShareBatch {
    return {
      records: this.records.slice(0, this.length * SHARE_RECORD_BYTES),
      hashes: this.hashes.slice(0, this.length * HASH_BYTES),
      workers: this.workers.slice(0, this.length),
      hashDifficulties: this.hashDifficulties.slice(0, this.length),
      excess: this.excess.slice(0, this.length),
      counts: [...this.counts.values()],
      difficulties: [...this.difficulties],
    };
  }
}
