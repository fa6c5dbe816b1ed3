/** What the platform's calls are answered by: the Koii task tells of rounds, waits for claims and asks for verdicts. */
export interface PlatformDesk {
  /** 32 bytes: with it the node signs receipts, once the task's key has appointed it. */
  readonly receiptKey: Uint8Array;
  /** `facts`: a parsed body. Resolves to the round they are of; throws `CodedError` for what is refused. */
  hear(facts: unknown): Promise<bigint>;
  /** Resolves to true when the round is closed, to false when it is no round of this node or the wait was too long. */
  untilClosed(round: bigint, waitMs: number): Promise<boolean>;
  /** Whether the round has begun, and may be waited for. */
  isExpected(round: bigint): boolean;
  judge(wish: AuditWish): Promise<PlatformVerdict>;
}

/** One submission with what K2 says of it. */
export interface SubmissionOnChain {
  /** As it stands on chain. */
  readonly submission: string;
  readonly submissionSlot: bigint;
  readonly deadlineSlot: bigint;
  /** Roe. */
  readonly stake: bigint;
}

export interface AuditWish extends SubmissionOnChain {
  /** K2 key, 32 bytes. */
  readonly submitter: Uint8Array;
  readonly round: bigint;
  readonly seed: Uint8Array;
  /** Of the round before; null while it is not known. */
  readonly beacon: Uint8Array | null;
  /** That key's for the round before; null for none, undefined to go by what this node audited. */
  readonly before: SubmissionOnChain | null | undefined;
  /** Where the node that submitted may have its package; null for nowhere. */
  readonly packageUrl: string | null;
  /**
   * Archives, by their CIDs, of which the task's storage said that it has them not; null for a task that asks no storage.
   * One that is not named may be there, and only the network in trouble.
   */
  readonly denied: readonly string[] | null;
}

export type PlatformVerdict =
  | { readonly kind: 'valid' | 'invalid' }
  /** `reason` for people. */
  | { readonly kind: 'abstain'; readonly reason: string };
