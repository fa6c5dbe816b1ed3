/** How long the loops of a pool's listeners stood still at most: the other end of `watch-turns.ts`. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const WATCH = new URL('./watch-turns.js', import.meta.url);
/** A loop that stands still for longer is a fault of its own. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 5;

export class LongestTurns {
  private readonly asked = new Map<number, number>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** For Node, in every process of the pool. */
  get nodeArgs(): readonly string[] {
    return [`--import=${fileURLToPath(WATCH)}`];
  }

  get env(): Readonly<Record<string, string>> {
    return { BENCH_TURNS: this.folder };
  }

  /** The longest turn of each of these listeners since it was last asked, milliseconds; the present one included. */
  async take(pids: readonly number[]): Promise<number[]> {
    for (const pid of pids) {
      this.asked.set(pid, (this.asked.get(pid) ?? 0) + 1);
      process.kill(pid, 'SIGUSR2');
    }
    return await Promise.all(pids.map((pid) => this.answerOf(pid)));
  }

  private async answerOf(pid: number): Promise<number> {
    const file = join(this.folder, String(pid));
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const [asked, longestMs] = existsSync(file) ? readFileSync(file, 'utf8').split(' ').map(Number) : [];
      if (asked === this.asked.get(pid)) return longestMs!;
      if (performance.now() > deadlineMs)
        throw new Error(`listener ${pid} did not say how long its turns took`);
      await sleep(LOOK_MS);
    }
  }
}
