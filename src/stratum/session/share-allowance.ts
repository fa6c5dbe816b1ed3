/**
 * What one connection's shares may cost everybody else, counted in shares; vardiff sees all of them, whatever becomes of
 * them here. Two bounds: of shares for outgrown jobs (`OutgrownAllowance`), and **excess**.
 *
 * A connection that keeps its share interval brings one share in each. What is beyond three, saved up to thirty, is
 * credited as ever but does not count where the node's share interval is worked out, or one miner that floods would make
 * all others' shares rarer. A connection begins with nothing saved: with a start of its own, whoever reconnects fast
 * would have as many starts as it likes. So the shares of a ramp or a `Beginning` are mostly excess, and there are
 * no more of them than rounds have room for: where excess fills these, nobody has a beginning.
 */
import { OutgrownAllowance } from './outgrown-allowance.js';
import { SavedUp } from './saved-up.js';

const EXCESS_PACE = 3;
const EXCESS_SAVED = 30;

export class ShareAllowance {
  outgrown: OutgrownAllowance;
  private readonly paced: SavedUp;

  constructor(nowMs: number) {
    this.paced = new SavedUp(EXCESS_SAVED, 0, nowMs);
    this.outgrown = new OutgrownAllowance(nowMs);
  }

  /** Takes note of an accepted share; whether it is excess. */
  isExcess(nowMs: number, shareIntervalMs: number): boolean {
    return !this.paced.take(nowMs, EXCESS_PACE / shareIntervalMs);
  }
}
