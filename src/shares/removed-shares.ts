/**
 * What retention removed stays known as sums: of each round, how many of the accepted shares are no longer in the batches,
 * and their work; and up to which batch. So what is missing for any other reason shows. A sum is NULL where an older
 * version removed batches and kept none. Workers have no such sums: ten thousand rows a slice would be written for them.
 */
/** Of accepted shares; the work in expected hashes. */
export interface ShareSum {
  readonly shares: number;
  readonly work: bigint;
}

export const NO_SHARES: ShareSum = { shares: 0, work: 0n };

export function plus(a: ShareSum, b: ShareSum): ShareSum {
  return { shares: a.shares + b.shares, work: a.work + b.work };
}

/** What the squares of their work can add up to, each of at least one hash: the least where all are alike, the most where one is nearly all. */
export function squaresOf({ shares, work }: ShareSum): { readonly least: number; readonly most: number } {
  const sum = Number(work);
  return { least: shares === 0 ? 0 : (sum * sum) / shares, most: sum * sum };
}

/** The name of the mark in `counters`. */
export const REMOVED_BATCHES = 'removed_batches';
