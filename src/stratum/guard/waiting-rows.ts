/**
 * Connections with lines to work off, in three rows, each served in turns: first those whose next line is spelled like a share,
 * then those that have something else to say, and behind them whose next line may take long or who have had more time than is
 * theirs. Lines differ a hundredfold in what they take, so it is the time that ends a turn. A row together with those behind it
 * has no more of it than the one before it, while both are waited in, and a turn in the end, so nobody waits for ever.
 */
import type { TimeDebt } from './time-debt.js';

/** By its length and by what it is spelled like; `long`: longer than any that a miner has to say. */
export type NextLine = 'share' | 'other' | 'long';

export interface Waiting {
  readonly debt: Pick<TimeDebt, 'spend' | 'isOwing'>;
  readonly next: NextLine;
  /** Works off at most `lines`; true when there are more. */
  workOff(lines: number): boolean;
}

/** Resolves when one that waits like this has its turn. */
export function turnIn(
  turns: { add(waiting: Waiting): void },
  debt: Waiting['debt'],
  next: NextLine,
): Promise<void> {
  return new Promise((resolve) => {
    const workOff = (): false => {
      resolve();
      return false;
    };
    turns.add({ debt, next, workOff });
  });
}

export interface Serving {
  /** For how long; the line that is under way then is the last. */
  readonly forMs: number;
  /** Of one, in a row of so many. */
  readonly linesOf: (waiting: number, row: Row) => number;
  /** In a row of so many: where these are more, the first come again. */
  readonly turnsOf: (waiting: number) => number;
  /** In all of them. */
  readonly mostTurns: number;
}

export const SHARES = 0;
const OTHERS = 1;
const LATE = 2;
export type Row = typeof SHARES | typeof OTHERS | typeof LATE;

/** No line takes longer by itself: what did was the machine, or a stop of the process. */
const MOST_AHEAD_MS = 4;

export class WaitingRows {
  private readonly rows = [new Set<Waiting>(), new Set<Waiting>(), new Set<Waiting>()] as const;
  /** By so much those behind a row have had more time than it. */
  private readonly aheadMs = [0, 0];

  constructor(private readonly nowMs: () => number) {}

  get size(): number {
    return this.rows.reduce((sum, row) => sum + row.size, 0);
  }

  add(waiting: Waiting): void {
    if (this.rows.some((row) => row.has(waiting))) return;
    this.rows[this.rowOf(waiting, this.nowMs())].add(waiting);
  }

  remove(waiting: Waiting): void {
    for (const row of this.rows) row.delete(waiting);
  }

  /** The milliseconds that it took. */
  serve(serving: Serving): number {
    const startMs = this.nowMs();
    this.serveFrom(SHARES, serving, serving.mostTurns, startMs + serving.forMs);
    return this.nowMs() - startMs;
  }

  /**
   * At least a line of one that need not wait in a row, and more of them as long as none of these belongs behind it. Each is
   * charged for itself. True when there are more.
   */
  turn(waiting: Waiting, lines: number, untilMs: number): boolean {
    let beforeMs = this.nowMs();
    const row = this.rowOf(waiting, beforeMs);
    for (let left = lines; left > 0; left--) {
      const more = waiting.workOff(1);
      const nowMs = this.nowMs();
      waiting.debt.spend(nowMs - beforeMs, nowMs);
      if (!more) return false;
      if (nowMs >= untilMs || this.rowOf(waiting, nowMs) !== row) break;
      beforeMs = nowMs;
    }
    return true;
  }

  private rowOf({ next, debt }: Waiting, nowMs: number): Row {
    if (next === 'long' || debt.isOwing(nowMs)) return LATE;
    return next === 'share' ? SHARES : OTHERS;
  }

  /** A row and those behind it. The turns that were taken. */
  private serveFrom(row: Row, serving: Serving, mostTurns: number, untilMs: number): number {
    if (row === LATE) return this.serveRow(LATE, serving, mostTurns, untilMs);
    const reserved = this.waitingBehind(row);
    const startMs = this.nowMs();
    // Until those behind it have had no more, and half of the time at least.
    const ownMs = Math.max(this.aheadMs[row]!, (untilMs - startMs) / 2);
    const ownUntilMs = reserved === 0 ? untilMs : Math.min(untilMs, startMs + ownMs);
    const turns = this.serveRow(row, serving, mostTurns - reserved, ownUntilMs);
    if (this.waitingBehind(row) === 0) return turns;
    const endMs = this.nowMs();
    // Unspent time of those behind is not saved up.
    const aheadMs = this.rows[row].size === 0 ? 0 : Math.max(0, this.aheadMs[row]! - (endMs - startMs));
    this.aheadMs[row] = aheadMs;
    if (aheadMs > 0) return turns;
    const more = this.serveFrom((row + 1) as Row, serving, mostTurns - turns, untilMs);
    this.aheadMs[row] = Math.min(this.nowMs() - endMs, MOST_AHEAD_MS);
    return turns + more;
  }

  /** How many of the rows behind this one somebody waits in. */
  private waitingBehind(row: Row): number {
    return this.rows.filter((each, index) => index > row && each.size > 0).length;
  }

  /** The turns that were taken. */
  private serveRow(row: Row, { linesOf, turnsOf }: Serving, mostTurns: number, untilMs: number): number {
    const waitingHere = this.rows[row];
    const most = Math.min(turnsOf(waitingHere.size), mostTurns);
    const lines = linesOf(waitingHere.size, row);
    let turns = 0;
    // Who is put back comes again in the same loop.
    for (const waiting of waitingHere) {
      if (turns >= most) break;
      turns++;
      waitingHere.delete(waiting);
      if (this.turn(waiting, lines, untilMs)) this.add(waiting);
      if (this.nowMs() >= untilMs) break;
    }
    return turns;
  }
}
