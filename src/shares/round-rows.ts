/** The shard's `rounds` rows: what became of each round's shares, and the work of the accepted ones. */
import type { Database, Statement } from 'better-sqlite3';
import { addOutcomes, NO_OUTCOMES, type OutcomeCounts } from './worker-figures.js';
import { readFigures } from './worker-rows.js';

export interface RoundFigures {
  readonly counts: OutcomeCounts;
  /** Expected hashes, exact. */
  readonly work: bigint;
  /** Sum of the squares of each share's work; 0 where an older version did not keep it. */
  readonly squares: number;
}

export const NO_ROUND: RoundFigures = { counts: NO_OUTCOMES, work: 0n, squares: 0 };

export function addRounds(a: RoundFigures, b: RoundFigures): RoundFigures {
  return { counts: addOutcomes(a.counts, b.counts), work: a.work + b.work, squares: a.squares + b.squares };
}

/** A round is a u64 and SQLite's integers are signed: the upper half is stored as negative numbers. */
export function roundKey(round: bigint): bigint {
  return BigInt.asIntN(64, round);
}

/** From a row of `rounds`; zeros for a row that is not there. */
export function readRound(row: unknown): RoundFigures {
  const { counts, work } = readFigures(row);
  return { counts, work, squares: (row as { work_squared?: number } | undefined)?.work_squared ?? 0 };
}

export class RoundRows {
  private readonly select: Statement<[bigint], unknown>;
  private readonly replace: Statement;

  constructor(database: Database) {
    this.select = database.prepare('SELECT * FROM rounds WHERE round = ?');
    this.replace = database.prepare(
      `INSERT INTO rounds (round, accepted, uncredited, stale, duplicate, low_difficulty, invalid, not_stored,
         work, work_squared)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (round) DO UPDATE SET accepted = excluded.accepted, uncredited = excluded.uncredited,
         stale = excluded.stale, duplicate = excluded.duplicate, low_difficulty = excluded.low_difficulty,
         invalid = excluded.invalid, not_stored = excluded.not_stored, work = excluded.work,
         work_squared = excluded.work_squared`,
    );
  }

  /** Inside the batch's transaction. */
  add(round: bigint, gain: RoundFigures): void {
    const key = roundKey(round);
    const { counts, work, squares } = addRounds(readRound(this.select.get(key)), gain);
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
      squares,
    );
  }
}
