/** `GET /task/:round`: the mining parameters of a round, under the documented names, each measured or null. */
import type { Request, Response } from 'express';
import { type LeftOutView, leftOutJson } from './claims.js';
import type { HashrateBand } from './pool.js';
import { roundNumber, unknownRound } from './round-number.js';

export interface RoundView {
  /** The difficulty a new miner starts with. */
  readonly targetDifficulty: number;
  /** H/s, from the work of the round's accepted shares; null where nothing measured it. */
  readonly hashRate: number | null;
  /** Around it. */
  readonly hashRateBand: HashrateBand | null;
  readonly validShares: number;
  readonly invalidShares: number;
  /** Of the block that is worked on; null while there is no work, and for rounds gone by. */
  readonly blockHeight: number | null;
  /** Display order. */
  readonly previousBlockHash: string | null;
  readonly current: boolean;
  /** Null before the round is closed. */
  readonly leftOut: LeftOutView | null;
  /** Where miners connect. */
  readonly stratumUrl: string;
}

export interface RoundReader {
  /** Null for a round that has not begun or is not remembered. */
  round(round: bigint): RoundView | null | Promise<RoundView | null>;
}

export function taskRoute(reader: RoundReader) {
  return async (request: Request, response: Response): Promise<void> => {
    const round = roundNumber(request.params.round);
    const view = await reader.round(round);
    if (view === null) throw unknownRound(round);
    response.json({
      round_number: Number(round),
      target_difficulty: view.targetDifficulty,
      hash_rate: view.hashRate,
      hash_rate_band: view.hashRateBand,
      valid_shares: view.validShares,
      invalid_shares: view.invalidShares,
      block_height: view.blockHeight,
      previous_block_hash: view.previousBlockHash,
      current: view.current,
      left_out: leftOutJson(view.leftOut),
      stratum_url: view.stratumUrl,
    });
  };
}
