/**
 * How many shares for jobs that it has outgrown a connection is credited: a thousand, and as many again in ten minutes.
 * When the difficulty rises, older jobs go on counting, since what was hashed for them is on its way or in a queue. No
 * queue is that long: it is 20 s of an S21 that begins at difficulty 1024 (200 TH/s bring 45 a second), and a miner that
 * never left its old job after an ordinary rise, to at most twice the difficulty, brings two an interval. A share beyond
 * is answered `true` and counted as uncredited.
 *
 * What a connection has used it leaves behind (`LeftAllowances`): its worker's next connection goes on with that. One
 * whose worker is not known goes on with what another such has left at its address, never with that of a known miner
 * there. Else a client that connects again and again, under ever new names, would have a thousand each time. A farm that comes back all at once has as many allowances as it had connections, nearly all full.
 */
import { SavedUp } from './saved-up.js';

const SHARES = 1_000;
const REFILL_MS = 600_000;
/** Of a listener; the longest gone are forgotten first. */
const MOST = 20_000;
/** How many of one key are compared. */
const LOOKS = 64;

export class OutgrownAllowance {
  private readonly saved: SavedUp;

  constructor(nowMs: number) {
    this.saved = new SavedUp(SHARES, SHARES, nowMs);
  }

  /** Takes note of a good share for a job easier than the latest; whether it may be credited. */
  credits(nowMs: number): boolean {
    return this.saved.take(nowMs, SHARES / REFILL_MS);
  }

  left(nowMs: number): number {
    return this.saved.content(nowMs, SHARES / REFILL_MS);
  }
}

interface Left {
  readonly allowance: OutgrownAllowance;
  readonly keys: readonly string[];
  readonly leftMs: number;
}

/** Under which key a connection takes one, and under which it leaves its own. `isNew`: nothing was known of its worker. */
export function allowanceKeys(
  name: string,
  address: string,
  isNew: boolean,
): { takes: string; leaves: readonly string[] } {
  return isNew ? { takes: address, leaves: [name, address] } : { takes: name, leaves: [name] };
}

export class LeftAllowances {
  /** The longest gone first. */
  private readonly all = new Set<Left>();
  private readonly byKey = new Map<string, Set<Left>>();

  get size(): number {
    return this.all.size;
  }

  /** Of a connection that has ended; one of which nothing was used is as good as new. */
  keep(allowance: OutgrownAllowance, keys: readonly string[], nowMs: number): void {
    for (const left of this.all) {
      if (nowMs - left.leftMs < REFILL_MS && this.all.size < MOST) break;
      this.remove(left);
    }
    if (allowance.left(nowMs) >= SHARES) return;
    const left = { allowance, keys, leftMs: nowMs };
    this.all.add(left);
    for (const key of keys) {
      const others = this.byKey.get(key);
      if (others === undefined) this.byKey.set(key, new Set([left]));
      else others.add(left);
    }
  }

  /** The one with least left of those under `key`, which is nobody else's from now on; null for none. */
  take(key: string, nowMs: number): OutgrownAllowance | null {
    let least: Left | null = null;
    let looks = LOOKS;
    for (const left of this.byKey.get(key) ?? []) {
      if (looks-- === 0) break;
      if (least === null || left.allowance.left(nowMs) < least.allowance.left(nowMs)) least = left;
    }
    if (least === null) return null;
    this.remove(least);
    return least.allowance;
  }

  private remove(left: Left): void {
    this.all.delete(left);
    for (const key of left.keys) {
      const others = this.byKey.get(key)!;
      others.delete(left);
      if (others.size === 0) this.byKey.delete(key);
    }
  }
}
