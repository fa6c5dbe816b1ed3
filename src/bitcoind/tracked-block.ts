/** A found block and what has become of it so far, as journal, submitter and pages know it. */

export type BlockState =
  /** No node has answered. */
  | 'found'
  /** Some node has the block or has answered, none has accepted it. */
  | 'submitted'
  /** A node validated it. */
  | 'accepted'
  /** On the best chain. */
  | 'in-chain'
  /** On the best chain, as deep as was asked for. Final. */
  | 'confirmed'
  /** Valid, and beside the best chain; final once the chain is as deep beyond it as was asked for. */
  | 'orphaned'
  /** A node says that it breaks a rule; final once all do, or the chain is deep beyond it. */
  | 'rejected';

export interface FoundBlock {
  /** Internal order. */
  readonly hash: Uint8Array;
  readonly height: number;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
  readonly templateId: string;
  readonly worker: string;
  readonly foundAtMs: number;
}

export interface BlockFate {
  readonly state: BlockState;
  readonly confirmations: number;
  /** Why it is not in the chain; null when nothing is wrong. */
  readonly reason: string | null;
  readonly final: boolean;
}

export interface TrackedBlock extends FoundBlock, BlockFate {
  /** Node → its last word: "accepted", or bitcoind's reject reason. */
  readonly verdicts: ReadonlyMap<string, string>;
}
