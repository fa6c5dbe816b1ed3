/**
 * What coordinator and listener processes say to each other, over cluster's channel with advanced serialization
 * (bigint and byte arrays travel as they are). A listener speaks first: a message sent to a process that has not
 * yet begun to listen is lost.
 */
import type { NetworkName } from '../bitcoin/index.js';
import type { EventName, PoolEvent } from '../events/index.js';
import type { MetricsSnapshot } from '../metrics/index.js';
import type { BlockTemplate, RoundBinding } from '../mining/index.js';
import type {
  BlockCandidate,
  DoorReport,
  FixedRule,
  GuardLimits,
  GuardOptions,
  HighPort,
  NodeStanding,
  ProofVerdict,
  ShareOutcome,
  ShareProof,
  StraySolution,
  TlsPem,
} from '../stratum/index.js';
import type { WorkerNote } from './worker-notes.js';

/** Everything a listener process needs to know before its port opens. */
export interface ListenerAssignment {
  /** Of `steadyTimers`. */
  readonly clockOriginMs: number;
  /** From 0; names the shard and is the first byte of every extranonce1. */
  readonly index: number;
  readonly node: string;
  readonly network: NetworkName;
  readonly mode: 'pool' | 'solo';
  readonly tag: string;
  readonly host: string;
  readonly port: number;
  readonly startDifficulty: number;
  readonly minDifficulty: number;
  readonly maxDifficulty: number;
  readonly shareIntervalMs: number;
  readonly versionMask: number;
  readonly maxConnections: number;
  readonly guard: GuardOptions;
  /** Limits that the operator may set. */
  readonly patience: Pick<GuardLimits, 'loginMs' | 'strangerSilenceMs' | 'silenceMs'>;
  /** Null without. */
  readonly high: ({ readonly port: number } & HighPort) | null;
  /** As it was when the node started; a later one comes as a message. */
  readonly tls: TlsPem | null;
  readonly trustedProxies: readonly string[];
  readonly shardPath: string;
  /** Where blocks found are noted. */
  readonly notesFolder: string;
  readonly retentionMs: number;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly pretty: boolean };
  /** Takes the log instead of standard output; null for none. */
  readonly logFile: string | null;
}

export interface WorkMessage {
  readonly kind: 'work';
  readonly template: BlockTemplate;
  /** As in `DigestedTemplate`. */
  readonly txids: Uint8Array;
  readonly binding: RoundBinding;
}

export interface NoWorkMessage {
  readonly kind: 'no-work';
  /** For people. */
  readonly reason: string;
  /** Whether there will never be any, so that miners are refused instead of kept waiting. */
  readonly isForGood: boolean;
}

/** What vardiff steers to from now on. */
export interface ShareIntervalMessage {
  readonly kind: 'share-interval';
  readonly shareIntervalMs: number;
  readonly fixed: FixedRule;
}

/** What one listener knows of workers, for all others. */
export interface NotesMessage {
  readonly kind: 'notes';
  readonly notes: readonly WorkerNote[];
}

/** From the listener that was sent it, by way of the coordinator, to all others. */
export interface StrayMessage {
  readonly kind: 'stray';
  readonly stray: StraySolution;
}

export type ToListener =
  | { readonly kind: 'assignment'; readonly assignment: ListenerAssignment }
  | WorkMessage
  | NoWorkMessage
  | ShareIntervalMessage
  | NotesMessage
  | StrayMessage
  | { readonly kind: 'proof'; readonly id: number; readonly proof: ShareProof }
  /** Which events anybody reads; none before the first such message. */
  | { readonly kind: 'wanted-events'; readonly events: readonly EventName[] }
  /** How addresses stand on the node, as far as that changed. */
  | { readonly kind: 'standing'; readonly standing: NodeStanding }
  /** No share of this round or an earlier one counts from now on. */
  | { readonly kind: 'close-round'; readonly round: bigint }
  /** A renewed certificate, for connections from now on. */
  | { readonly kind: 'tls'; readonly pem: TlsPem }
  /** The coordinator met damage in the shard. */
  | { readonly kind: 'read-back' }
  | { readonly kind: 'stop' };

/** A listener's own measure of itself, once a second. */
export interface ListenerReport {
  readonly connections: number;
  readonly miners: number;
  /** Of them, those that bring good shares at present. */
  readonly sharing: number;
  /** Why shares cannot be stored at present; null when they can. */
  readonly storageFault: string | null;
  /** The longest that a write waited for the disk in the last minute, those under way included. */
  readonly storageWaitMs: number;
  /** Of the work it serves; null without. */
  readonly height: number | null;
  /** Since its start. */
  readonly shares: Readonly<Record<ShareOutcome, number>>;
  readonly metrics: MetricsSnapshot;
}

export type FromListener =
  | { readonly kind: 'hello' }
  | { readonly kind: 'ready'; readonly port: number; readonly highPort: number | null }
  /** `shardDamaged`: the other listeners are not concerned. */
  | { readonly kind: 'failed'; readonly reason: string; readonly shardDamaged: boolean }
  | { readonly kind: 'block'; readonly candidate: BlockCandidate }
  | { readonly kind: 'events'; readonly events: readonly PoolEvent[] }
  | NotesMessage
  | StrayMessage
  | { readonly kind: 'report'; readonly report: ListenerReport }
  /** What the door saw, four times a second. */
  | { readonly kind: 'door'; readonly report: DoorReport }
  /** What the shard has of the round lies in batches up to this one; null where the disk did not say. */
  | {
      readonly kind: 'round-closed';
      readonly round: bigint;
      readonly shard: string;
      readonly lastBatch: number | null;
    }
  | { readonly kind: 'proof-verdict'; readonly id: number; readonly verdict: ProofVerdict };
