/**
 * A shard's totals held against the shares in its batches. Every batch changed them in its own transaction, so what they
 * count is in the batches or was removed by retention; while that works beside the reader, it may be either.
 */
import { NO_SHARES, plus, type ShareSum } from './removed-shares.js';
import type { ShardStanding, ShareTotal } from './shard-standing.js';

type Totals<Key> = ReadonlyMap<Key, ShareTotal>;

const NO_TOTAL: ShareTotal = { accepted: NO_SHARES, removed: NO_SHARES };

function sumOf<Key>(totals: Totals<Key>): ShareTotal {
  let accepted = NO_SHARES;
  let removed: ShareSum | null = NO_SHARES;
  for (const total of totals.values()) {
    accepted = plus(accepted, total.accepted);
    removed = removed === null || total.removed === null ? null : plus(removed, total.removed);
  }
  return { accepted, removed };
}

/** `now`: the same total after the batches were read. */
function agrees(found: ShareSum, { accepted, removed }: ShareTotal, now: ShareTotal): boolean {
  const least = plus(found, removed ?? NO_SHARES);
  if (least.shares > accepted.shares || least.work > accepted.work) return false;
  if (now.removed === null) return true;
  const most = plus(found, now.removed);
  return most.shares >= accepted.shares && most.work >= accepted.work;
}

function inWords({ shares, work }: ShareSum): string {
  return `${shares} shares of work ${work}`;
}

function removedInWords({ removed }: ShareTotal): string {
  return removed === null ? 'an unknown number' : inWords(removed);
}

/** One line for all that disagree; none where none does. */
function disagreement<Key>(
  what: string,
  found: ReadonlyMap<Key, ShareSum>,
  totals: Totals<Key>,
  now: Totals<Key>,
): string[] {
  const keys = [...new Set([...totals.keys(), ...found.keys()])];
  const wrong = keys.filter(
    (key) => !agrees(found.get(key) ?? NO_SHARES, totals.get(key) ?? NO_TOTAL, now.get(key) ?? NO_TOTAL),
  );
  if (wrong.length === 0) return [];
  const first = wrong[0]!;
  const total = totals.get(first) ?? NO_TOTAL;
  return [
    `${wrong.length} of ${keys.length} ${what}s do not agree with the batches; ${what} ${first} counts ` +
      `${inWords(total.accepted)}, but ${inWords(found.get(first) ?? NO_SHARES)} are here and ${removedInWords(total)} removed`,
  ];
}

export class ShardTally {
  private readonly rounds = new Map<bigint, ShareSum>();
  private readonly workers = new Map<number, ShareSum>();
  private refused = 0;
  private credited = 0;

  /** A share that stands. */
  credit(round: bigint, worker: number, work: bigint): void {
    const share = { shares: 1, work };
    this.credited++;
    this.rounds.set(round, plus(this.rounds.get(round) ?? NO_SHARES, share));
    this.workers.set(worker, plus(this.workers.get(worker) ?? NO_SHARES, share));
  }

  /** A share that does not: what it was worth, and to whom, is not known. */
  refuse(): void {
    this.refused++;
  }

  /** For people. `now`: read when all batches were. */
  differences(atStart: ShardStanding, now: ShardStanding): string[] {
    const rounds = sumOf(atStart.rounds);
    const workers = sumOf(atStart.workers);
    const found: string[] = [];
    if (
      rounds.accepted.shares !== workers.accepted.shares ||
      rounds.accepted.work !== workers.accepted.work
    ) {
      found.push(`the rounds count ${inWords(rounds.accepted)}, the workers ${inWords(workers.accepted)}`);
    }
    if (this.refused === 0) {
      const byRound = disagreement('round', this.rounds, atStart.rounds, now.rounds);
      const byWorker = disagreement('worker', this.workers, atStart.workers, now.workers);
      return [...found, ...(byRound.length > 0 ? byRound : byWorker)];
    }
    // The failed shares were told one by one; only how many there should be is left to say.
    const here = { shares: this.credited + this.refused, work: 0n };
    const count = ({ accepted, removed }: ShareTotal): ShareTotal => ({
      accepted: { ...accepted, work: 0n },
      removed: removed === null ? null : { ...removed, work: 0n },
    });
    if (!agrees(here, count(rounds), count(sumOf(now.rounds)))) {
      found.push(
        `the rounds count ${rounds.accepted.shares} shares, but ${here.shares} are here and ` +
          `${rounds.removed?.shares ?? 'an unknown number'} removed`,
      );
    }
    return found;
  }
}
