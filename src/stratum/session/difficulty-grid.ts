/** Which difficulties a session may have: all that bits can say and people read (`bitcoin/difficulty.ts`), or fewer. */
import { gridFloor } from '../../bitcoin/index.js';

/** More than one step of the grid and less than two: below 1, and where integers are multiples of a power of two. */
const ONE_FRACTION_UP = 1.29;
const ONE_INTEGER_UP = 1 + 2 ** -23;

export interface DifficultyGrid {
  /** The largest that is not above `difficulty`. */
  floor(difficulty: number): number;
  /** The smallest that is not below it. */
  ceiling(difficulty: number): number;
}

export const WHOLE_GRID: DifficultyGrid = {
  floor: gridFloor,
  ceiling(difficulty) {
    const floor = gridFloor(difficulty);
    if (floor >= difficulty) return floor;
    return gridFloor(floor < 1 ? floor * ONE_FRACTION_UP : Math.max(floor + 1, floor * ONE_INTEGER_UP));
  },
};

/** From 1 on, and as few below as there have to be: where no difficulty is as high as 1, it is the whole grid. */
export const POWERS_OF_TWO: DifficultyGrid = {
  floor(difficulty) {
    const floor = gridFloor(difficulty);
    if (floor < 1) return floor;
    const power = 2 ** Math.floor(Math.log2(floor));
    return power > floor ? power / 2 : power; // log2 rounds up just below a power of two
  },
  ceiling(difficulty) {
    if (difficulty <= 1) return 1;
    const floor = POWERS_OF_TWO.floor(difficulty);
    return floor < difficulty ? 2 * floor : floor;
  },
};
