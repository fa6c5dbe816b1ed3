/**
 * What the shares of one connection prove of its miner's difficulty: what a later connection may take for known, and what
 * it can only guess from. Silence proves nothing, and neither does a wish; nor do so few shares that chance may have
 * brought them.
 */
import type { Beginning } from './beginning.js';

/** So many shares prove a difficulty that nobody remembers to a later connection, if there was no beginning to tell it. */
const PROOF_SHARES = 9;

export class ProvenDifficulty {
  private last: number | null = null;
  /** What was proved before a silence, while nothing is since. */
  private before: number | null = null;
  /** Good ones of the same miner; what is remembered of it stands for as many as prove it. */
  private shares: number;

  constructor(isRemembered: boolean) {
    this.shares = isRemembered ? PROOF_SHARES : 0;
  }

  /** Where the last share left the difficulty; null before the first share. */
  get atLastShare(): number | null {
    return this.last;
  }

  /** Null while the shares are too few. `beginning`: the present one; null for none. */
  value(beginning: Beginning | null): number | null {
    if (this.before !== null) return this.before;
    const isProven = beginning === null ? this.shares >= PROOF_SHARES : beginning.isTelling;
    return isProven ? this.last : null;
  }

  /** A share came after a silence: what that led to is proved by nobody, so what was proved before it stands. */
  holdOn(beginning: Beginning | null): void {
    this.before ??= this.value(beginning);
  }

  /** The miner is known again: what was proved before a silence goes. */
  letGo(): void {
    this.before = null;
  }

  /** It may be another miner, which has proved nothing yet. */
  begun(): void {
    this.shares = 0;
  }

  count(): void {
    this.shares++;
  }

  /** The share that was counted last left the difficulty at `found`. `isOwn`: it was not on an older, easier job. */
  note(found: number, shareDifficulty: number, isOwn: boolean): void {
    this.last = isOwn ? found : Math.min(this.last ?? shareDifficulty, found);
  }
}
