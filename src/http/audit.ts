/** `GET /audit`: what this node counted, and its newest shares with what it takes to look them up and recompute them. */
import type { Request, Response } from 'express';
import { queryOf } from './query.js';
import { rejectedByReason, type ShareCounts } from './share-counts.js';
import { pageOf, pageQuery } from './share-page.js';

export interface ShareTotals extends ShareCounts {
  readonly uniqueWorkers: number;
}

export interface RecentShare {
  /** Display order. */
  readonly hash: string;
  /** What it was credited with. */
  readonly difficulty: number;
  /** Null where the log no longer has its job. */
  readonly blockHeight: number | null;
  /** `<address>[.worker]`. */
  readonly worker: string;
  readonly round: bigint | null;
  readonly timeMs: number;
}

export interface ShareReader {
  totals(): ShareTotals | Promise<ShareTotals>;
  /** Newest first; `before` is the `next` of an earlier page. */
  recent(limit: number, before: string | null): SharePage | Promise<SharePage>;
}

export interface SharePage {
  readonly shares: readonly RecentShare[];
  /** Where the next, older page begins; null on the last. */
  readonly next: string | null;
}

export function auditRoute(reader: ShareReader) {
  return async (request: Request, response: Response): Promise<void> => {
    const { limit, before } = queryOf(pageQuery, request);
    const [totals, page] = await Promise.all([
      reader.totals(),
      pageOf(() => reader.recent(limit, before ?? null)),
    ]);
    response.json({
      statistics: {
        total_shares: totals.submitted,
        valid_shares: totals.accepted,
        invalid_shares: totals.rejected,
        unique_workers: totals.uniqueWorkers,
        uncredited_shares: totals.uncredited,
        not_stored_shares: totals.notStored,
        invalid_by_reason: rejectedByReason(totals),
      },
      recent_shares: page.shares.map((share) => ({
        hash: share.hash,
        difficulty: share.difficulty,
        block_height: share.blockHeight,
        worker_id: share.worker,
        round_number: share.round === null ? null : Number(share.round),
        time: new Date(share.timeMs).toISOString(),
      })),
      ...(page.next === null ? {} : { next: page.next }),
    });
  };
}
