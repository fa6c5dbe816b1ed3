/**
 * What a listener asks of the place its shares go to, in its own words: the share log's shard fits as it is. All
 * calls return at once or with a promise; nothing here may block the socket loop.
 */
import type { Payout, ShareRecord } from '../mining/index.js';
import type { StraySolution } from './session/given-jobs.js';

/** What shares of a worker proved, at whichever listener. */
export interface RememberedDifficulty {
  readonly value: number;
  /** When the last of them came. */
  readonly atMs: number;
  /** Of the miner whose shares they were, since devices of any kind may have one name; null for unknown. */
  readonly userAgent: string | null;
}

/** What is remembered of a worker between its connections. */
export interface WorkerMemory {
  /** Row number. */
  readonly worker: number;
  /** Of the last 24 hours; null for none. */
  readonly difficulty: RememberedDifficulty | null;
  /** The highest difficulty a share of it ever reached; 0 for none. */
  readonly bestEver: number;
  /** The same of this week. */
  readonly bestWeek: number;
}

export interface CreditedShare {
  readonly record: ShareRecord;
  /** Internal order. */
  readonly hash: Uint8Array;
  /** Row number. */
  readonly worker: number;
  /** The job's, which the share is credited with. */
  readonly difficulty: number;
  /** What the hash itself reached. */
  readonly hashDifficulty: number;
  /** More than the share interval allows its connection: it is left out where that interval is worked out. */
  readonly isExcess: boolean;
}

export interface BlockCandidate {
  /** Internal order. */
  readonly hash: Uint8Array;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
  readonly templateId: string;
  readonly hasWitnessCommitment: boolean;
  readonly height: number;
  /** `<address>[.worker]`. */
  readonly worker: string;
  readonly foundMs: number;
}

/**
 * Shares that earned nothing, as they are counted. `stale` includes unknown jobs. `not-stored`: good, but the share log
 * could not keep it; the pool's fault, so it is not counted against anyone. With the accepted ones these are all
 * shares ever submitted.
 */
export type UncreditedOutcome =
  | 'uncredited'
  | 'stale'
  | 'duplicate'
  | 'low-difficulty'
  | 'invalid'
  | 'not-stored';

export interface ShareSink {
  /** Shares that it takes before it refuses one because too many wait for the disk. */
  readonly room: number;
  /** The payout's row number, durable when resolved. */
  miner(payout: Payout): Promise<number>;
  /** The row number of words in a coinbase, durable when resolved; 0 for none. */
  signature(bytes: Uint8Array): Promise<number>;
  worker(miner: number, name: string): Promise<WorkerMemory>;
  /** `done(null)` once the share is on disk; with an error, whose message the miner is told, when it is not. */
  append(share: CreditedShare, done: (error: Error | null) => void): void;
  /** On disk before any share appended later is. */
  block(candidate: BlockCandidate, done: (error: Error | null) => void): void;
  /** Kept until it can be stored. */
  count(worker: number | null, outcome: UncreditedOutcome, round: bigint): void;
  /** `atMs`: as `RememberedDifficulty` says; an older one than is remembered is forgotten. */
  remember(worker: number, difficulty: number, atMs: number, userAgent: string): void;
}

/** Whoever submits blocks to bitcoind. Called before anything else happens with the share. */
export interface BlockSink {
  found(candidate: BlockCandidate): void;
  /** It may be a block on a job of another listener of the node: `Listener.tryStray` there tells. */
  elsewhere(stray: StraySolution): void;
}
