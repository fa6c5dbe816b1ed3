/**
 * Connections with lines to work off, in two rows, each served in turns: in the first those who have had no more time than
 * is theirs, behind them those who owe some. A row that is waited in has a turn at least each time they are served, so
 * nobody waits for ever. Lines differ a hundredfold in what they take, so it is the time that ends a turn.
 */
import type { TimeDebt } from './time-debt.js';

export interface Waiting {
  readonly debt: Pick<TimeDebt, 'spend' | 'isOwing'>;
  /** Works off at most `lines`; true when there are more. */
  workOff(lines: number): boolean;
}

export interface Serving {
  /** For how long; the line that is under way then is the last. */
  readonly forMs: number;
  /** Of one, in a row of so many. */
  readonly linesOf: (waiting: number) => number;
  /** In a row of so many: where these are more, the first come again. */
  readonly turnsOf: (waiting: number) => number;
  /** In both. */
  readonly mostTurns: number;
}

export class WaitingRows {
  private readonly prompt = new Set<Waiting>();
  private readonly late = new Set<Waiting>();

  constructor(private readonly nowMs: () => number) {}

  get size(): number {
    return this.prompt.size + this.late.size;
  }

  add(waiting: Waiting): void {
    if (this.prompt.has(waiting) || this.late.has(waiting)) return;
    (waiting.debt.isOwing(this.nowMs()) ? this.late : this.prompt).add(waiting);
  }

  remove(waiting: Waiting): void {
    this.prompt.delete(waiting);
    this.late.delete(waiting);
  }

  /** The milliseconds that it took. */
  serve(serving: Serving): number {
    const startMs = this.nowMs();
    const untilMs = startMs + serving.forMs;
    const ofLate = this.late.size > 0 ? 1 : 0;
    const turns = this.serveRow(this.prompt, serving, serving.mostTurns - ofLate, untilMs);
    if (ofLate > 0 || this.nowMs() < untilMs) {
      this.serveRow(this.late, serving, serving.mostTurns - turns, untilMs);
    }
    return this.nowMs() - startMs;
  }

  /** One that need not wait in a row. True when there are more lines. */
  turn(waiting: Waiting, lines: number, untilMs: number): boolean {
    const startMs = this.nowMs();
    let nowMs = startMs;
    let more = true;
    for (let left = lines; more && left > 0; left--) {
      more = waiting.workOff(1);
      nowMs = this.nowMs();
      if (nowMs >= untilMs) break;
    }
    waiting.debt.spend(nowMs - startMs, nowMs);
    return more;
  }

  /** The turns that were taken. */
  private serveRow(
    row: Set<Waiting>,
    { linesOf, turnsOf }: Serving,
    mostTurns: number,
    untilMs: number,
  ): number {
    const most = Math.min(turnsOf(row.size), mostTurns);
    const lines = linesOf(row.size);
    let turns = 0;
    // Who is put back comes again in the same loop.
    for (const waiting of row) {
      if (turns === most) break;
      turns++;
      row.delete(waiting);
      if (this.turn(waiting, lines, untilMs)) this.add(waiting);
      if (this.nowMs() >= untilMs) break;
    }
    return turns;
  }
}
