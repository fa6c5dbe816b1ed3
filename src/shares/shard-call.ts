/** What the socket loop and the shard's thread say to each other. Calls and batches are worked off in order. */
import type { BlockTemplate, CoinbaseShape, Payout, RoundBinding } from '../mining/index.js';
import type { StoredBlock, WorkerMemory } from './shard-database.js';
import type { ShareBatch } from './share-batch.js';

export interface ShardCalls {
  addJob(template: BlockTemplate, shape: CoinbaseShape, binding: RoundBinding): number;
  miner(payout: Payout): number;
  signature(bytes: Uint8Array): number;
  worker(miner: number, name: string): WorkerMemory;
  reserveExtranonce1(count: number): number;
  block(block: StoredBlock): void;
  hashesSince(sinceMs: number): Uint8Array[];
  commit(batch: ShareBatch): void;
  prune(beforeMs: number): number;
  probe(): void;
}

export type ShardMethod = keyof ShardCalls;

export type ToShard =
  | { readonly id: number; readonly method: ShardMethod; readonly args: readonly unknown[] }
  | { readonly id: number; readonly method: 'close'; readonly args: readonly [] };

/** `code` is SQLite's (SQLITE_FULL, SQLITE_IOERR, …) or our own. */
export interface ShardFailure {
  readonly code: string;
  readonly message: string;
}

export type FromShard =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: ShardFailure };
