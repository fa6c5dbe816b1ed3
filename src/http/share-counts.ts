/** Shares counted by what became of them, and the one form in which every answer shows them. */
export interface ShareCounts {
  /** All that were ever submitted: accepted + uncredited + rejected + notStored, and nothing else. */
  readonly submitted: number;
  readonly accepted: number;
  /** True to the miner, credited nothing. */
  readonly uncredited: number;
  /** stale + duplicate + lowDifficulty + invalid. */
  readonly rejected: number;
  readonly stale: number;
  readonly duplicate: number;
  readonly lowDifficulty: number;
  readonly invalid: number;
  /** Good, but the pool could not keep them: its own fault. */
  readonly notStored: number;
}

export function rejectedByReason({ stale, duplicate, lowDifficulty, invalid }: ShareCounts): object {
  return { stale, duplicate, low_difficulty: lowDifficulty, invalid };
}
