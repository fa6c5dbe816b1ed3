/**
 * What the socket loop and the shard's thread say to each other. Calls and batches are worked off, and answered, in
 * order; those that waited for the same fsync share the next.
 */
import type { BlockTemplate, CoinbaseShape, Payout, RoundBinding } from '../mining/index.js';
import type { StoredBlock } from './block-rows.js';
import type { RowsInUse } from './idle-rows.js';
import type { ReadBackDepth } from './read-back.js';
import type { ShareBatch } from './share-batch.js';
import type { WorkerMemory } from './worker-rows.js';

export interface ShardCalls {
  addJob(template: BlockTemplate, shape: CoinbaseShape, binding: RoundBinding): number;
  miner(payout: Payout): number;
  signature(bytes: Uint8Array): number;
  worker(miner: number, name: string): WorkerMemory;
  reserveExtranonce1(count: number): number;
  block(block: StoredBlock): void;
  /** 32 bytes a share. */
  hashesOn(prevHash: Uint8Array): Uint8Array;
  commit(batch: ShareBatch): void;
  /** The number of the newest batch; 0 before the first. */
  lastBatch(): number;
  probe(): void;
}

export type ShardMethod = keyof ShardCalls;

export interface ShardRequest {
  readonly id: number;
  readonly method: ShardMethod;
  readonly args: readonly unknown[];
  /** The caller's clock. */
  readonly nowMs: number;
}

export type ToShard =
  | ShardRequest
  /** Forgets what is older; takes as long as it takes, between calls. */
  | { readonly id: number; readonly method: 'prune'; readonly beforeMs: number }
  /** Forgets rows that nobody needs, where it is time to; between calls, too. */
  | { readonly id: number; readonly method: 'sweep'; readonly inUse: RowsInUse; readonly nowMs: number }
  /** When what is read back is damaged this fails, and nothing that comes later is done or answered. */
  | { readonly id: number; readonly method: 'read-back'; readonly depth: ReadBackDepth }
  | { readonly id: number; readonly method: 'close' };

/** `code` is SQLite's (SQLITE_FULL, SQLITE_IOERR, …) or our own. */
export interface ShardFailure {
  readonly code: string;
  readonly message: string;
}

export type FromShard =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: ShardFailure };
