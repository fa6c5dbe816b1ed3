/**
 * Lines of those who have proved work share the event loop. They are worked off as they come, as long as all of these
 * connections together have taken a millisecond since the loop went round; what comes beyond that, and what one has left
 * after its turn, is queued, and served in turns, with as much time a round. So a thousand who bring all they have at once
 * keep a miner's single line waiting for a few lines of each, and the loop goes round in time for strangers, new work and
 * the disk's answers. Who has had more time than its shares paid for comes after all others, but for a turn a round: lines
 * that take long may be sent by as many. Hot path: where nobody waits it costs a look at the clock, and one a line.
 */
import type { TimeDebt } from './time-debt.js';
import type { Waiting } from './turnstile.js';

export interface Proven extends Waiting {
  readonly debt: Pick<TimeDebt, 'spend' | 'isOwing'>;
}

/**
 * Of each round of the event loop: some 40 shares. libuv takes one connection a round from a port's queue, so a round of
 * ten times that lets 45 a second in, who hang up again included, and this one 350; it is as much work a second. No turn
 * goes on for longer, whatever its lines take.
 */
const ROUND_MS = 1;
/** One connection's in a row, where few wait ... */
const MOST_LINES = 32;
/** ... and where many do. In between all of them together have as many as a round has about time for. */
const LEAST_LINES = 4;
const LINES_PER_ROUND = 64;

export class FairQueue {
  private readonly queue = new Set<Proven>();
  /** Of those who owe time. */
  private readonly late = new Set<Proven>();
  private turning = false;
  /** Since the last round, or in it. */
  private spentMs = 0;

  /** `later`: calls back after the event loop has gone round. */
  constructor(
    private readonly later: (callback: () => void) => void,
    private readonly nowMs: () => number,
  ) {}

  /** It has lines to work off: at once, or when it is its turn. */
  add(waiting: Proven): void {
    if (!this.turning && this.spentMs < ROUND_MS) {
      if (!this.turn(waiting, MOST_LINES)) return;
    }
    this.enqueue(waiting, this.nowMs());
    if (this.turning) return;
    this.turning = true;
    this.later(() => this.round());
  }

  remove(waiting: Proven): void {
    this.queue.delete(waiting);
    this.late.delete(waiting);
  }

  private enqueue(waiting: Proven, nowMs: number): void {
    if (this.late.has(waiting) || this.queue.has(waiting)) return;
    (waiting.debt.isOwing(nowMs) ? this.late : this.queue).add(waiting);
  }

  private round(): void {
    this.spentMs = 0;
    this.serve(this.queue);
    this.serve(this.late);
    this.turning = this.queue.size + this.late.size > 0;
    if (this.turning) this.later(() => this.round());
  }

  /** One at least, and more while there is time; nobody twice. */
  private serve(queue: Set<Proven>): void {
    let turns = queue.size;
    const lines = Math.min(Math.max(Math.floor(LINES_PER_ROUND / turns), LEAST_LINES), MOST_LINES);
    for (const waiting of queue) {
      // Who is put back has had its turn.
      if (turns-- === 0) break;
      queue.delete(waiting);
      if (this.turn(waiting, lines)) this.enqueue(waiting, this.nowMs());
      if (this.spentMs >= ROUND_MS) break;
    }
  }

  /** True when there are more lines. */
  private turn(waiting: Proven, most: number): boolean {
    const startMs = this.nowMs();
    let nowMs = startMs;
    let more = true;
    for (let lines = most; more && lines > 0 && nowMs - startMs < ROUND_MS; lines--) {
      more = waiting.workOff(1);
      nowMs = this.nowMs();
    }
    this.spentMs += nowMs - startMs;
    waiting.debt.spend(nowMs - startMs, nowMs);
    return more;
  }
}
