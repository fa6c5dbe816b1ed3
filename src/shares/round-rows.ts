/** The shard's `rounds` rows: what became of each round's shares, and the work of the accepted ones. */
import type { Database, Statement } from 'better-sqlite3';
import { workOfText } from './work-text.js';
import { addOutcomes, NO_OUTCOMES, type OutcomeCounts } from './worker-figures.js';
import { readFigures } from './worker-rows.js';

export interface RoundFigures {
  readonly counts: OutcomeCounts;
  /** Expected hashes, exact. */
  readonly work: bigint;
  /** Sum of the squares of each share's work; 0 where an older version did not keep it. */
  readonly squares: number;
  /** Of the accepted shares, those beyond what the share interval allowed their connections; 0 in an older version's rows. */
  readonly excess: number;
}

export const NO_ROUND: RoundFigures = { counts: NO_OUTCOMES, work: 0n, squares: 0, excess: 0 };

export function addRounds(a: RoundFigures, b: RoundFigures): RoundFigures {
  return {
    counts: addOutcomes(a.counts, b.counts),
    work: a.work + b.work,
    squares: a.squares + b.squares,
    excess: a.excess + b.excess,
  };
}

/** A round is a u64 and SQLite's integers are signed: the upper half is stored as negative numbers. */
export function roundKey(round: bigint): bigint {
  return BigInt.asIntN(64, round);
}

interface OwnColumns {
  work_squared?: number;
  excess?: number;
  removed_work?: string | null;
}

/** From a row of `rounds`; zeros for a row that is not there. Throws `ShardAlteredError`. */
export function readRound(row: unknown): RoundFigures {
  const { counts, work } = readFigures(row);
  const { work_squared: squares = 0, excess = 0, removed_work: removed } = (row ?? {}) as OwnColumns;
  // Its writer does not start with what is no work there, so neither is it read.
  workOfText(removed ?? '0');
  return { counts, work, squares, excess };
}

export class RoundRows {
  private readonly select: Statement<[bigint], unknown>;
  private readonly replace: Statement;

  constructor(database: Database) {
    this.select = database.prepare('SELECT * FROM rounds WHERE round = ?');
    this.replace = database.prepare(
      `INSERT INTO rounds (round, accepted, uncredited, stale, duplicate, low_difficulty, invalid, not_stored,
         work, work_squared, excess)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (round) DO UPDATE SET accepted = excluded.accepted, uncredited = excluded.uncredited,
         stale = excluded.stale, duplicate = excluded.duplicate, low_difficulty = excluded.low_difficulty,
         invalid = excluded.invalid, not_stored = excluded.not_stored, work = excluded.work,
         work_squared = excluded.work_squared, excess = excluded.excess`,
    );
  }

  /** Inside the batch's transaction. */
  add(round: bigint, gain: RoundFigures): void {
    const key = roundKey(round);
    const before = readRound(this.select.get(key));
    const { counts, work, squares, excess } = addRounds(before, gain);
    // Of a round of a version that kept none the rest of them would be no sum of anything.
    const hasSquares = before.counts.accepted === 0 || before.squares > 0;
    this.replace.run(
      key,
      counts.accepted,
      counts.uncredited,
      counts.stale,
      counts.duplicate,
      counts['low-difficulty'],
      counts.invalid,
      counts['not-stored'],
      work.toString(),
      hasSquares ? squares : 0,
      excess,
    );
  }
}
