/** The shard's `rounds` rows: what became of each round's shares, and the work of the accepted ones. */
import type { Database, Statement } from 'better-sqlite3';
import { addOutcomes, NO_OUTCOMES, type OutcomeCounts } from './worker-figures.js';
import { readFigures } from './worker-rows.js';

export interface RoundFigures {
  readonly counts: OutcomeCounts;
  /** Expected hashes, exact. */
  readonly work: bigint;
}

export const NO_ROUND: RoundFigures = { counts: NO_OUTCOMES, work: 0n };

export function addRounds(a: RoundFigures, b: RoundFigures): RoundFigures {
  return { counts: addOutcomes(a.counts, b.counts), work: a.work + b.work };
}

/** A round is a u64 and SQLite's integers are signed: the upper half is stored as negative numbers. */
export function roundKey(round: bigint): bigint {
  return BigInt.asIntN(64, round);
}

export class RoundRows {
  private readonly select: Statement<[bigint], unknown>;
  private readonly replace: Statement;

  constructor(database: Database) {
    this.select = database.prepare('SELECT * FROM rounds WHERE round = ?');
    this.replace = database.prepare(
      `INSERT OR REPLACE INTO rounds (round, accepted, uncredited, stale, duplicate, low_difficulty, invalid, work)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** Inside the batch's transaction. */
  add(round: bigint, gain: RoundFigures): void {
    const key = roundKey(round);
    const { counts, work } = addRounds(readFigures(this.select.get(key)), gain);
    this.replace.run(
      key,
      counts.accepted,
      counts.uncredited,
      counts.stale,
      counts.duplicate,
      counts['low-difficulty'],
      counts.invalid,
      work.toString(),
    );
  }
}
