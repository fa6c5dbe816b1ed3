/**
 * What the rest of Orcapool gets from the configuration: checked values in the units the rooms use
 * (milliseconds, bytes in internal order). Only `roles` and `main` see it; rooms take plain options.
 */
import type { Checkpoint, NetworkName } from '../bitcoin/index.js';
import type { NodeEndpoint } from '../bitcoind/index.js';
import type { LocalRounds } from '../rounds/index.js';

export interface PoolMode {
  readonly mode: 'pool';
  readonly roundsFrom: 'clock';
  readonly tag: string;
  /** An address of the network. */
  readonly reserveAddress: string;
  /** 32 bytes each. */
  readonly taskId: Uint8Array;
  readonly nodeKey: Uint8Array;
  readonly seed: Uint8Array;
  readonly rounds: LocalRounds;
}

/** Rounds are what the Koii task says; what is not null here it has to agree with. */
export interface TaskPoolMode {
  readonly mode: 'pool';
  readonly roundsFrom: 'task';
  readonly tag: string;
  readonly reserveAddress: string | null;
  readonly taskId: Uint8Array | null;
  readonly nodeKey: Uint8Array | null;
}

export interface SoloMode {
  readonly mode: 'solo';
  readonly tag: string;
}

export interface Config {
  readonly network: NetworkName;
  readonly datadir: string;
  readonly bitcoin: {
    /** In order of priority; none for a task's node without a chain. */
    readonly nodes: readonly NodeEndpoint[];
    readonly pollMs: number;
    readonly refreshMs: number;
    readonly emptyFirst: boolean;
    readonly checkpoint: Checkpoint | null;
  };
  readonly stratum: {
    readonly host: string;
    /** 0: any free port. */
    readonly port: number;
    /** 0: as many as cores and file descriptors ask for. */
    readonly listeners: number;
    readonly startDifficulty: number;
    readonly minDifficulty: number;
    readonly maxDifficulty: number;
    readonly shareIntervalMs: number;
    readonly versionMask: number;
    readonly maxConnections: number;
    readonly strangersPerAddress: number;
    /** 0: nobody is banned. */
    readonly longestBanMs: number;
    readonly loginMs: number;
    /** With an accepted share; half of it without. */
    readonly silenceMs: number;
    /** Of the whole node. */
    readonly pendingBytes: number;
    readonly unlimitedAddresses: readonly string[];
    /** Null without. */
    readonly high: {
      readonly port: number;
      readonly startDifficulty: number;
      readonly minDifficulty: number;
    } | null;
    readonly tls: { readonly certificate: string; readonly key: string } | null;
    readonly trustedProxies: readonly string[];
  };
  readonly http: { readonly host: string; readonly port: number; readonly token: string | null };
  readonly pool: PoolMode | TaskPoolMode | SoloMode;
  readonly shares: { readonly retentionDays: number };
  readonly claims: {
    /** URLs with `{cid}` in them. */
    readonly gateways: readonly string[];
  };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly pretty: boolean };
}
