/**
 * What every node of the task must have alike, or what no operator may change: written into the bundle when it is
 * built. Where blocks pay is here and not on the operator's machine.
 */
import type { StoragePlaces } from './storage/koii-storage.js';

export interface Pins {
  /** Hex scripts; the newest epoch that has a round is where its blocks pay. */
  readonly reserveEpochs: readonly {
    readonly epoch: number;
    readonly script: string;
    readonly firstRound: number;
    readonly lastRound: number;
  }[];
  /** Ids of the task before its updates, the oldest first. */
  readonly lineage: readonly string[];
  /** Bitcoin's: mainnet, testnet4, signet or regtest. */
  readonly network: string;
  /** Begins with its registry; its tag never changes what it stands for. */
  readonly image: string;
  /** Of the Orca node's release that the task was made for. */
  readonly sideCarImage: string;
  /** Koii's nodes have it at ws://127.0.0.1:3003. */
  readonly orcaUrl: string;
  readonly storage: StoragePlaces;
  /** Roe: the task's own `bounty_amount_per_round`, which only another task can change. Lists are made and compared by it. */
  readonly bountyPerRound: number;
}
