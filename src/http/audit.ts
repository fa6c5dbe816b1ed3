/** `GET /audit`: what this node counted, and its newest shares with what it takes to look them up and recompute them. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import { errorCode } from '../lib/index.js';
import { HttpError } from './http-error.js';
import { queryOf } from './query.js';
import { rejectedByReason, type ShareCounts } from './share-counts.js';

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

const auditQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'must be a number from 1 to 500')
    .transform(Number)
    .refine((limit) => limit <= 500, 'must be a number from 1 to 500')
    .default(50),
  before: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,200}$/, 'must be the `next` of an earlier page')
    .optional(),
});

async function pageOf(reader: ShareReader, limit: number, before: string | null): Promise<SharePage> {
  try {
    return await reader.recent(limit, before);
  } catch (error) {
    if (errorCode(error) !== 'SHARE_CURSOR_MALFORMED') throw error;
    throw new HttpError(
      400,
      'QUERY_INVALID',
      'before is no page of this log',
      'Take `next` of the page before, unchanged.',
    );
  }
}

export function auditRoute(reader: ShareReader) {
  return async (request: Request, response: Response): Promise<void> => {
    const { limit, before } = queryOf(auditQuery, request);
    const [totals, page] = await Promise.all([reader.totals(), pageOf(reader, limit, before ?? null)]);
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
