/**
 * Between which bounds vardiff may have a difficulty: the pool's or the miner's lowest, the pool's highest, the ceiling of
 * the moment, and how far down silence may lead. Whatever is asked for becomes the nearest of the grid within them.
 */
import type { DifficultyGrid } from './difficulty-grid.js';

export interface DifficultyRange {
  /** Both bounds are taken down to the difficulty grid. */
  readonly minDifficulty: number;
  readonly maxDifficulty: number;
  readonly grid: DifficultyGrid;
  /** The highest difficulty there may be at present, on the grid; it goes before both bounds. */
  readonly ceiling: () => number;
}

/**
 * How far silence alone, in whatever way, may take the difficulty down from where the last share left it; and a wish,
 * from what the shares tell.
 */
export const MOST_EASING = 16;

export class DifficultyBounds {
  private min: number;
  private readonly max: number;
  private readonly grid: DifficultyGrid;
  private readonly ceiling: () => number;
  /** The lowest difficulty that silence may lead to; 0 before the first share. */
  private floor = 0;

  constructor({ minDifficulty, maxDifficulty, grid, ceiling }: DifficultyRange) {
    this.grid = grid;
    this.min = grid.floor(minDifficulty);
    this.max = grid.floor(maxDifficulty);
    this.ceiling = ceiling;
  }

  setMinimum(difficulty: number): void {
    this.min = this.grid.floor(difficulty);
  }

  get silentFloor(): number {
    return this.floor;
  }

  /** Silence may lead anywhere, until `limitSilence`. */
  freeSilence(): void {
    this.floor = 0;
  }

  /**
   * Silence may take the difficulty down to a sixteenth of `difficulty` and no further. `mostFloor`: its lower end is to be
   * no higher than that. Never lowers what is the limit already.
   */
  limitSilence(difficulty: number, mostFloor = Number.POSITIVE_INFINITY): void {
    this.floor = Math.max(this.floor, this.grid.floor(Math.min(difficulty / MOST_EASING, mostFloor)));
  }

  /** The difficulty, or the ceiling where that has come down below it. */
  capped(difficulty: number): number {
    return Math.min(difficulty, this.ceiling());
  }

  /** The grid's nearest within the bounds; above only where that is at most a tenth away. */
  nearest(difficulty: number): number {
    const floor = this.grid.floor(difficulty);
    const above = this.grid.floor(difficulty * 1.1);
    const nearest = above - difficulty < difficulty - floor ? above : floor;
    return Math.min(this.ceiling(), this.max, Math.max(this.min, this.floor, nearest));
  }
}
