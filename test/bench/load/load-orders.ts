/** What a load process is told to do and says back, over a forked child's channel with advanced serialization. */

export interface OpenOrder {
  readonly kind: 'open';
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly connections: number;
  /** Workers are `<username>.rig<n>` from here on. */
  readonly firstRig: number;
  /** Of all miners; null for a payout address of its own for each, on regtest. */
  readonly username: string | null;
  /** Source addresses, by `sourceAddress`: so many from this one on, which connections take in turn. */
  readonly firstSource: number;
  readonly sources: number;
  /** Connections begun per second, as many of them without work as `Ramp` lets be; 0 for all at once. */
  readonly perSecond: number;
  readonly mostWithoutWork: number;
  /** Those that are refused are no failure, but let be: for a node that is offered more than it takes. */
  readonly mayBeRefused: boolean;
}

export type LoadOrder =
  | OpenOrder
  /** Grinds so many shares a connection. */
  | { readonly kind: 'prepare'; readonly each: number }
  /** So many a second over all its connections, whether or not the pool keeps up. */
  | { readonly kind: 'pace'; readonly perSecond: number; readonly lastingMs: number }
  /** `window` shares of every connection are always on their way. */
  | { readonly kind: 'saturate'; readonly window: number; readonly lastingMs: number }
  /** Resolves when every connection has work on another previous block. */
  | { readonly kind: 'await-tip' }
  /** As `pace`, or as `saturate` where `window` is not 0, until the pool has hung up on every connection; what is then unanswered stays so. */
  | { readonly kind: 'until-gone'; readonly perSecond: number; readonly window: number }
  /** Hangs up everywhere and opens as many connections again at once. */
  | { readonly kind: 'reconnect' }
  /** Hands over the hashes of all shares answered `true` since it was last asked, and of those that a dead pool never answered. */
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'close' };

export interface LoadReport {
  readonly accepted: number;
  readonly refused: number;
  readonly refusals: readonly string[];
  /** Milliseconds, one an accepted share. */
  readonly durations: Float64Array;
  /** 32 bytes each, internal order; only when asked for. */
  readonly hashes: Uint8Array;
  readonly unanswered: Uint8Array;
  /** Open at the end. */
  readonly connections: number;
  /** Those that were opened, and ended without being told to. */
  readonly lost: number;
  /** Unix milliseconds, with fractions: when the first and the last connection had what was waited for. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Part of the time its loop was busy: near 1 it is the load that is measured. */
  readonly busy: number;
}
