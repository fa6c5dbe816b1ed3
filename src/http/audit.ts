/**
 * `GET /audit`: what this node counted, and its newest shares with what it takes to look them up and recompute them.
 * `GET /audit/:round`: the same with the newest shares of that round, and how this node judged that round's submissions.
 */
import type { Request, Response } from 'express';
import { type AuditReader, auditsOf } from './audits.js';
import { queryOf } from './query.js';
import { roundNumber } from './round-number.js';
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
    response.json(await sharesOf(reader, request, null));
  };
}

/** The round's shares among the newest; the page before is of older ones. */
export function roundAuditRoute(reader: ShareReader, audits: AuditReader | null) {
  return async (request: Request, response: Response): Promise<void> => {
    const round = roundNumber(request.params.round);
    response.json({ ...auditsOf(audits, round), ...(await sharesOf(reader, request, round)) });
  };
}

async function sharesOf(reader: ShareReader, request: Request, round: bigint | null): Promise<object> {
  const { limit, before } = queryOf(pageQuery, request);
  const [totals, page] = await Promise.all([
    reader.totals(),
    pageOf(() => reader.recent(limit, before ?? null)),
  ]);
  const shares = round === null ? page.shares : page.shares.filter((share) => share.round === round);
  return {
    statistics: {
      total_shares: totals.submitted,
      valid_shares: totals.accepted,
      invalid_shares: totals.rejected,
      unique_workers: totals.uniqueWorkers,
      uncredited_shares: totals.uncredited,
      not_stored_shares: totals.notStored,
      invalid_by_reason: rejectedByReason(totals),
    },
    recent_shares: shares.map((share) => ({
      hash: share.hash,
      difficulty: share.difficulty,
      block_height: share.blockHeight,
      worker_id: share.worker,
      round_number: share.round === null ? null : Number(share.round),
      time: new Date(share.timeMs).toISOString(),
    })),
    ...(page.next === null ? {} : { next: page.next }),
  };
}
