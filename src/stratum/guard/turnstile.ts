/**
 * Strangers' lines take turns: of all of them together a few dozen are worked off before the event loop goes round, a
 * few of each at a time, and no more than take a millisecond. So a thousand who shout at once delay an answer to a miner
 * that has proved work by that, neither by their number nor by what their lines take. Whoever hangs up waits here as well,
 * for the same reason.
 */
import { type Serving, turnIn, type Waiting, WaitingRows } from './waiting-rows.js';

const LINES_PER_ROUND = 32;
const LINES_PER_TURN = 4;
const TURNS = LINES_PER_ROUND / LINES_PER_TURN;
const ROUND: Serving = {
  forMs: 1,
  linesOf: () => LINES_PER_TURN,
  turnsOf: () => TURNS,
  mostTurns: TURNS,
};

export class Turnstile {
  private readonly rows: WaitingRows;
  private turning = false;

  /** `later`: calls back after the event loop has gone round. */
  constructor(
    private readonly later: (callback: () => void) => void,
    nowMs: () => number,
  ) {
    this.rows = new WaitingRows(nowMs);
  }

  add(waiting: Waiting): void {
    this.rows.add(waiting);
    if (this.turning) return;
    this.turning = true;
    this.later(() => this.round());
  }

  /** Resolves when it is the caller's turn. */
  turn(debt: Waiting['debt']): Promise<void> {
    return turnIn(this, debt, 'other');
  }

  remove(waiting: Waiting): void {
    this.rows.remove(waiting);
  }

  private round(): void {
    this.rows.serve(ROUND);
    this.turning = this.rows.size > 0;
    if (this.turning) this.later(() => this.round());
  }
}
