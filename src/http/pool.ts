/**
 * `GET /api/v1/pool` and `/api/v1/workers/:address`: what the status page shows, for other programs too. What was
 * not measured is null, never 0.
 */
import type { Request, Response } from 'express';
import { HttpError } from './http-error.js';
import { rejectedByReason, type ShareCounts } from './share-counts.js';

/** H/s over the last minute, 5 and 15 minutes, hour, 6 hours, day and week. */
export type HashrateWindow = '1m' | '5m' | '15m' | '1h' | '6h' | '1d' | '7d';
export type Hashrates = Readonly<Record<HashrateWindow, number>>;
/** H/s between which the hashrate is in 95 of 100 cases: shares come by chance, and few of them tell little. */
export interface HashrateBand {
  readonly low: number;
  readonly high: number;
}
export type HashrateBands = Readonly<Record<HashrateWindow, HashrateBand>>;

export interface FoundBlock {
  readonly height: number;
  /** Display order. */
  readonly hash: string;
  readonly worker: string;
  readonly foundMs: number;
  /** What became of it, in a word: submitted, in-chain, orphaned. */
  readonly state: string;
}

export interface Door {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface PoolView {
  readonly network: string;
  readonly mode: 'pool' | 'solo';
  readonly round: bigint | null;
  readonly miners: number | null;
  readonly hashrates: Hashrates | null;
  readonly bands: HashrateBands | null;
  readonly shares: ShareCounts | null;
  /** The highest difficulty a share ever reached. */
  readonly bestDifficulty: number | null;
  readonly blocksFound: number | null;
  /** Newest first, a few. */
  readonly blocks: readonly FoundBlock[] | null;
  /** The block that is worked on; null while there is no work. */
  readonly work: {
    readonly height: number;
    readonly networkDifficulty: number;
    readonly transactions: number;
    readonly templateAgeMs: number;
  } | null;
  /** Where miners connect. */
  readonly doors: readonly Door[];
}

export interface WorkerView {
  /** '' for miners that gave none. */
  readonly name: string;
  readonly hashrates: Hashrates;
  readonly bands: HashrateBands;
  readonly shares: ShareCounts;
  readonly bestWeek: number;
  readonly bestEver: number;
  readonly lastShareMs: number | null;
}

export interface PoolReader {
  pool(): PoolView | Promise<PoolView>;
  /** The workers of one payout address; null for an address that never mined here. */
  workers(address: string): readonly WorkerView[] | null | Promise<readonly WorkerView[] | null>;
}

const ADDRESS = /^[A-Za-z0-9]{20,100}$/;

export function poolRoute(reader: PoolReader) {
  return async (_request: Request, response: Response): Promise<void> => {
    const pool = await reader.pool();
    response.json({
      network: pool.network,
      mode: pool.mode,
      round_number: pool.round === null ? null : Number(pool.round),
      miners: pool.miners,
      hashrate: pool.hashrates,
      hashrate_band: pool.bands,
      shares: pool.shares === null ? null : sharesAnswer(pool.shares),
      best_difficulty: pool.bestDifficulty,
      blocks_found: pool.blocksFound,
      blocks: pool.blocks === null ? null : pool.blocks.map(blockAnswer),
      work:
        pool.work === null
          ? null
          : {
              block_height: pool.work.height,
              network_difficulty: pool.work.networkDifficulty,
              transactions: pool.work.transactions,
              template_age_seconds: pool.work.templateAgeMs / 1000,
            },
      connect: pool.doors,
    });
  };
}

function sharesAnswer(shares: ShareCounts): object {
  const { submitted, accepted, uncredited, rejected, notStored } = shares;
  return {
    submitted,
    accepted,
    uncredited,
    rejected,
    not_stored: notStored,
    rejected_by_reason: rejectedByReason(shares),
  };
}

function blockAnswer({ height, hash, worker, foundMs, state }: FoundBlock): object {
  return { height, hash, worker_id: worker, time: new Date(foundMs).toISOString(), state };
}

export function workersRoute(reader: PoolReader) {
  return async (request: Request, response: Response): Promise<void> => {
    const { address } = request.params;
    if (typeof address !== 'string' || !ADDRESS.test(address)) {
      throw new HttpError(
        400,
        'ADDRESS_MALFORMED',
        'the path has no payout address',
        'Ask with the address miners log in with, without the worker name.',
      );
    }
    const workers = await reader.workers(address);
    if (workers === null) {
      throw new HttpError(
        404,
        'ADDRESS_UNKNOWN',
        'no share was ever accepted for this address here',
        'Check the address, and that the miner is connected to this node.',
      );
    }
    response.json({
      address,
      workers: workers.map((worker) => ({
        name: worker.name,
        hashrate: worker.hashrates,
        hashrate_band: worker.bands,
        total_shares: worker.shares.submitted,
        valid_shares: worker.shares.accepted,
        uncredited_shares: worker.shares.uncredited,
        invalid_shares: worker.shares.rejected,
        not_stored_shares: worker.shares.notStored,
        invalid_by_reason: rejectedByReason(worker.shares),
        best_week: worker.bestWeek,
        best_ever: worker.bestEver,
        last_share: worker.lastShareMs === null ? null : new Date(worker.lastShareMs).toISOString(),
      })),
    });
  };
}
