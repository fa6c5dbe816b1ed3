/**
 * Strangers' lines take turns: of all of them together a few dozen are worked off before the event loop goes round, a
 * few of each at a time. So a thousand who shout at once delay an answer to a miner that has proved work by a
 * millisecond, not by their number. Whoever hangs up waits here as well, for the same reason.
 */

export interface Waiting {
  /** Works off at most `lines`; true when there are more. */
  workOff(lines: number): boolean;
}

const LINES_PER_ROUND = 32;
const LINES_PER_TURN = 4;

export class Turnstile {
  private readonly queue = new Set<Waiting>();
  private turning = false;

  /** `later`: calls back after the event loop has gone round. */
  constructor(private readonly later: (callback: () => void) => void) {}

  add(waiting: Waiting): void {
    this.queue.add(waiting);
    if (this.turning) return;
    this.turning = true;
    this.later(() => this.round());
  }

  /** Resolves when it is the caller's turn. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.add({
        workOff: () => {
          resolve();
          return false;
        },
      });
    });
  }

  remove(waiting: Waiting): void {
    this.queue.delete(waiting);
  }

  private round(): void {
    let turns = LINES_PER_ROUND / LINES_PER_TURN;
    for (const waiting of this.queue) {
      if (turns-- === 0) break;
      this.queue.delete(waiting);
      if (waiting.workOff(LINES_PER_TURN)) this.queue.add(waiting);
    }
    this.turning = this.queue.size > 0;
    if (this.turning) this.later(() => this.round());
  }
}
