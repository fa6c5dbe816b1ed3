/**
 * Lines of those who have proved work share the event loop. They are worked off as they come, as long as all of these
 * connections together have taken a millisecond since the loop went round; what comes beyond that, and what one has left
 * after its turn, is queued, and served in turns, with as much time a round. So a thousand who bring all they have at once
 * keep a miner's single line waiting for a few lines of each, and the loop goes round in time for strangers, new work and
 * the disk's answers. Hot path: where nobody waits it costs two looks at the clock, and one a line.
 */
import { type Serving, SHARES, turnIn, type Waiting, WaitingRows } from './waiting-rows.js';

/**
 * Of each round of the event loop: some 40 shares. libuv takes one connection a round from a port's queue, so a round of
 * ten times that lets 45 a second in, who hang up again included, and this one 350; it is as much work a second.
 */
const ROUND_MS = 1;
/** One connection's in a row, where few wait ... */
const MOST_LINES = 32;
/** ... and where many do, of shares. In between all of them together have as many as a round has about time for. */
const LEAST_SHARES = 4;
/** Logins of new names go by ones, while the log is asked; who brings what is quicker gets no further meanwhile. */
const LEAST_OTHERS = 1;
const LINES_PER_ROUND = 64;

const ROUND: Serving = {
  forMs: ROUND_MS,
  linesOf: (waiting, row) => {
    const least = row === SHARES ? LEAST_SHARES : LEAST_OTHERS;
    return Math.min(Math.max(Math.floor(LINES_PER_ROUND / waiting), least), MOST_LINES);
  },
  turnsOf: (waiting) => waiting,
  mostTurns: Number.POSITIVE_INFINITY,
};

export class FairQueue {
  private readonly rows: WaitingRows;
  private turning = false;
  /** Since the last round, or in it. */
  private spentMs = 0;

  /** `later`: calls back after the event loop has gone round. */
  constructor(
    private readonly later: (callback: () => void) => void,
    private readonly nowMs: () => number,
  ) {
    this.rows = new WaitingRows(nowMs);
  }

  /** It has lines to work off: at once, or when it is its turn. */
  add(waiting: Waiting): void {
    if (!this.turning && this.spentMs < ROUND_MS) {
      const startMs = this.nowMs();
      const more = this.rows.turn(waiting, MOST_LINES, startMs + ROUND_MS);
      this.spentMs += this.nowMs() - startMs;
      if (!more) return;
    }
    this.rows.add(waiting);
    if (this.turning) return;
    this.turning = true;
    this.later(() => this.round());
  }

  /**
   * Resolves when it is the caller's turn to go on with what a line of its began. That line had its turn among others of its
   * kind, so there are no more of these than of those.
   */
  turn(debt: Waiting['debt']): Promise<void> {
    return turnIn(this, debt, 'share');
  }

  remove(waiting: Waiting): void {
    this.rows.remove(waiting);
  }

  private round(): void {
    this.spentMs = this.rows.serve(ROUND);
    this.turning = this.rows.size > 0;
    if (this.turning) this.later(() => this.round());
  }
}
