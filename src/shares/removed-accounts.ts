/**
 * What retention removed of each round of a damaged shard. Where no share is lost, a round's accepted shares are those
 * that are here and those removed, and the rounds' are together the workers': so of one altered total the others tell
 * what it was.
 */
import type { Cell, Row } from './damaged-tables.js';
import { NO_SHARES, plus, type ShareSum } from './removed-shares.js';

export class RemovedAccounts {
  private readonly byRounds: ShareSum | null;
  private readonly byWorkers: ShareSum | null;
  private readonly rounds: string[] = [];

  constructor(
    rounds: readonly Row[],
    workers: readonly Row[],
    private readonly isWhole: boolean,
  ) {
    this.byRounds = together(rounds);
    this.byWorkers = together(workers);
  }

  /** Null where no account was kept. */
  of(here: ShareSum, said: Row): ShareSum | null {
    const accepted = sumOf(said.accepted, said.work);
    const removed = sumOf(said.removed, said.removed_work);
    if (said.round !== undefined && said.removed === null && said.removed_work === null) return null;
    const shares = this.settled('shares', here.shares, removed?.shares, accepted?.shares);
    const work = this.settled('work', here.work, removed?.work, accepted?.work);
    if (!shares.isSure || !work.isSure) this.rounds.push(String(said.round ?? '?'));
    return { shares: Number(shares.removed), work: BigInt(work.removed) };
  }

  private settled(
    of: keyof ShareSum,
    here: number | bigint,
    removed: number | bigint | undefined,
    accepted: number | bigint | undefined,
  ): { readonly removed: bigint; readonly isSure: boolean } {
    const [has, said, total] = [BigInt(here), BigInt(removed ?? 0), BigInt(accepted ?? 0)];
    if (total === has + said) return { removed: said, isSure: true };
    const { byRounds, byWorkers } = this;
    if (this.isWhole && byRounds !== null && byWorkers !== null) {
      const byOthers = BigInt(byWorkers[of]) - (BigInt(byRounds[of]) - total);
      if (byOthers === has + said) return { removed: said, isSure: true };
      if (byOthers === total && total >= has) return { removed: total - has, isSure: true };
    }
    // Of shares that are lost now nobody can say which round they were of.
    const most = total > has ? total - has : 0n;
    return { removed: said < most || most === 0n ? said : most, isSure: false };
  }

  /** For people. */
  unsure(): string[] {
    const { rounds } = this;
    return rounds.length === 0
      ? []
      : [
          `what retention removed of ${rounds.length} rounds, the first ${rounds[0]}: their totals count other shares`,
        ];
  }
}

/** Null where one of them is none. */
function together(rows: readonly Row[]): ShareSum | null {
  return rows.reduce<ShareSum | null>((sum, { accepted, work }) => {
    const one = sumOf(accepted, work);
    return sum === null || one === null ? null : plus(sum, one);
  }, NO_SHARES);
}

/** Null for what is none. */
export function sumOf(shares: Cell | undefined, work: Cell | undefined): ShareSum | null {
  if (typeof shares !== 'bigint' || shares < 0n || typeof work !== 'string' || !/^\d{1,60}$/.test(work))
    return null;
  return { shares: Number(shares), work: BigInt(work) };
}
