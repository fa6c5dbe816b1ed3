/**
 * A shard's totals held against the shares in its batches. Every batch changed them in its own transaction, so what they
 * count is in the batches or was removed by retention; while that works beside the reader, it may be either.
 */
import { weekOf } from '../lib/index.js';
import { NO_SHARES, plus, type ShareSum, squaresOf } from './removed-shares.js';
import type { ShardStanding, ShareTotal, WorkerRecord } from './shard-standing.js';

type Totals<Key> = ReadonlyMap<Key, ShareTotal>;

/** Of a sum of doubles, a million of them. */
const ROUNDING = 1e-9;

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

/** As `withGain` does it; shares of one batch come at one time. */
function withShare(before: WorkerRecord | undefined, best: number, committedMs: number): WorkerRecord {
  const week = weekOf(committedMs);
  return {
    best: Math.max(best, before?.best ?? 0),
    lastMs: committedMs,
    bestWeek: Math.max(best, before?.week === week ? before.bestWeek : 0),
    week,
  };
}

export class ShardTally {
  private readonly rounds = new Map<bigint, ShareSum>();
  private readonly workers = new Map<number, ShareSum>();
  private readonly records = new Map<number, WorkerRecord>();
  private readonly squares = new Map<bigint, number>();
  private refused = 0;
  private credited = 0;

  /** A share that stands. `best`: the difficulty its hash reached. Shares come in the order of their commits. */
  credit(round: bigint, worker: number, work: bigint, best: number, committedMs: number): void {
    const share = { shares: 1, work };
    this.records.set(worker, withShare(this.records.get(worker), best, committedMs));
    this.credited++;
    this.squares.set(round, (this.squares.get(round) ?? 0) + Number(work) ** 2);
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
      const totals = byRound.length > 0 ? byRound : byWorker;
      return [
        ...found,
        ...(totals.length > 0
          ? totals
          : [...this.wrongSquares(atStart, now), ...this.wrongRecords(atStart, now)]),
      ];
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

  /** Equal but for rounding where nothing was removed, and else within what those that went can have added. */
  private wrongSquares({ squares, rounds }: ShardStanding, now: ShardStanding): string[] {
    const wrong = [...squares].filter(([round, said]) => {
      const here = this.squares.get(round) ?? 0;
      const removed = rounds.get(round)?.removed ?? null;
      const removedNow = now.rounds.get(round)?.removed ?? null;
      const least = here + (removed === null ? 0 : squaresOf(removed).least);
      const most = removedNow === null ? Number.POSITIVE_INFINITY : here + squaresOf(removedNow).most;
      return said !== 0 && (said < least * (1 - ROUNDING) || said > most * (1 + ROUNDING));
    });
    const [first] = wrong;
    if (first === undefined) return [];
    const [round, said] = first;
    const here = this.squares.get(round) ?? 0;
    return [
      `the squares of ${wrong.length} rounds are not those of their shares; round ${round} has ${said}, but they are ${here}`,
    ];
  }

  /** One line for each kind, of workers of whom shares are here; what retention removed may have been better. */
  private wrongRecords({ records, removedBatches }: ShardStanding, now: ShardStanding): string[] {
    const found: string[] = [];
    const wereRemoved = now.removedBatches > removedBatches;
    const tell = (
      what: string,
      of: keyof WorkerRecord,
      isWrong: (said: number, here: number, each: WorkerRecord) => boolean,
    ): void => {
      const wrong = [...this.records].filter(([worker, here]) => {
        const said = records.get(worker);
        return said === undefined || isWrong(said[of], here[of], said);
      });
      const [first] = wrong;
      if (first === undefined) return;
      const [worker, here] = first;
      found.push(
        `${what} of ${wrong.length} workers is not what the batches say; worker ${worker} has ${records.get(worker)?.[of] ?? 0}, but it is ${here[of]}`,
      );
    };
    const isWhole = now.removedBatches === 0;
    const isNotBest = (said: number, here: number): boolean => said < here || (isWhole && said > here);
    const isNotLast = (said: number, here: number): boolean => said < here || (!wereRemoved && said > here);
    tell('the best share', 'best', isNotBest);
    tell('the time of the last share', 'lastMs', (said, here) => (wereRemoved ? said < here : said !== here));
    tell('the week of the last share', 'week', isNotLast);
    tell('the best share of that week', 'bestWeek', isNotBest);
    return found;
  }

  /** What retention left nothing of to hold it against, or only bounds; for people. */
  notHeld({ removedBatches, rounds, workers }: ShardStanding): string[] {
    if (removedBatches === 0) return [];
    const ofWorkers = [...workers].filter(
      ([worker, { accepted }]) => (this.workers.get(worker)?.shares ?? 0) < accepted.shares,
    );
    const gone = ofWorkers.filter(([worker]) => !this.workers.has(worker)).length;
    const ofRounds = [...rounds.values()].filter(({ removed }) => removed === null || removed.shares > 0);
    return [
      `of ${ofWorkers.length} workers retention removed shares: their best share is held from below, their shares and work ` +
        'all together',
      `of ${gone} of them it removed all: when the last one came is not held`,
      `of ${ofRounds.length} rounds it removed shares: how many, and of what work, is held against their totals, the squares of work within bounds`,
    ];
  }
}
