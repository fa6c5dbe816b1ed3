/** The totals of a recovered shard, added up from the shares that stand; what only the old rows say is taken where it can be true. */
import type { Database } from 'better-sqlite3';
import { weekOf } from '../lib/index.js';
import type { ShareRecord } from '../mining/index.js';
import type { Cell, Row } from './damaged-tables.js';
import { decodeRates } from './rate-windows.js';
import { RemovedAccounts, sumOf } from './removed-accounts.js';
import { NO_SHARES, plus, REMOVED_BATCHES, type ShareSum, squaresOf } from './removed-shares.js';
import { roundKey } from './round-rows.js';
import type { StoredBatch } from './shard-file.js';

const REFUSALS = ['uncredited', 'stale', 'duplicate', 'low_difficulty', 'invalid', 'not_stored'];
/** Of a worker, what is neither counted nor added up. */
const MEMORIES = {
  difficulty: numberOf,
  difficulty_ms: wholeOf,
  difficulty_by: (cell: Cell | undefined) => (typeof cell === 'string' ? cell : null),
};

interface Worth {
  readonly round: bigint;
  readonly work: bigint;
  /** The difficulty that its hash reached. */
  readonly best: number;
}

interface WorkerSum {
  readonly sum: ShareSum;
  readonly best: number;
  readonly lastBatch: number;
  readonly lastMs: number;
  /** By week. */
  readonly bests: Map<number, number>;
}

export class RecoveredTotals {
  shares = 0;
  private readonly rounds = new Map<bigint, ShareSum>();
  private readonly squares = new Map<bigint, number>();
  private readonly workers = new Map<number, WorkerSum>();
  private readonly jobs = new Map<number, { first: number; last: number }>();
  private readonly signatures = new Map<number, number>();

  credit(
    batch: StoredBatch,
    { job, signature }: ShareRecord,
    worker: number,
    { round, work, best }: Worth,
  ): void {
    const share = { shares: 1, work };
    this.shares++;
    this.rounds.set(round, plus(this.rounds.get(round) ?? NO_SHARES, share));
    this.squares.set(round, (this.squares.get(round) ?? 0) + Number(work) ** 2);
    const before = this.workers.get(worker);
    const week = weekOf(batch.committedMs);
    const bests = before?.bests ?? new Map<number, number>();
    this.workers.set(worker, {
      sum: plus(before?.sum ?? NO_SHARES, share),
      best: Math.max(before?.best ?? 0, best),
      bests: bests.set(week, Math.max(bests.get(week) ?? 0, best)),
      ...(before !== undefined && before.lastBatch > batch.id
        ? { lastBatch: before.lastBatch, lastMs: before.lastMs }
        : { lastBatch: batch.id, lastMs: batch.committedMs }),
    });
    const { first = batch.id, last = batch.id } = this.jobs.get(job) ?? {};
    this.jobs.set(job, { first: Math.min(first, batch.id), last: Math.max(last, batch.id) });
    this.signatures.set(signature, Math.max(this.signatures.get(signature) ?? 0, batch.id));
  }

  /** In which batches shares of each job and signature are. `next`: the first batch that is still to come. */
  setBounds(target: Database, next: number, step: number): void {
    const ids = target.prepare<[], number>('SELECT id FROM jobs ORDER BY id DESC').pluck().all();
    const set = target.prepare('UPDATE jobs SET first_batch = ?, last_batch_bound = ? WHERE id = ?');
    let first = next;
    for (const id of ids) {
      const span = this.jobs.get(id);
      first = Math.min(first, span?.first ?? first);
      set.run(first, span === undefined ? 0 : span.last + step, id);
    }
    const bound = target.prepare('UPDATE signatures SET last_batch_bound = ? WHERE id = ?');
    for (const [id, last] of this.signatures) bound.run(last + step, id);
  }

  /** Whether each of the old totals is what is here and what retention is said to have removed: then no share is missing. */
  agreesWith(rounds: readonly Row[]): boolean {
    return rounds.every(({ round, accepted, work, removed, removed_work }) => {
      const here = this.rounds.get(BigInt.asUintN(64, round as bigint)) ?? NO_SHARES;
      const [total, gone] = [sumOf(accepted, work), sumOf(removed, removed_work)];
      return total !== null && gone !== null && total.shares === here.shares + gone.shares;
    });
  }

  /**
   * `isWhole`: whether every share that is left in the old batches stands. Returns what was taken as it stood, for people:
   * what retention removed is nowhere but in the totals.
   */
  write(target: Database, rounds: readonly Row[], workers: readonly Row[], isWhole: boolean): string[] {
    const hadRemoved =
      target
        .prepare<[string], number>('SELECT value FROM counters WHERE name = ?')
        .pluck()
        .get(REMOVED_BATCHES) !== 0;
    const said = new Map(rounds.map((row) => [BigInt.asUintN(64, row.round as bigint), row]));
    const accounts = new RemovedAccounts(rounds, workers, isWhole);
    for (const round of new Set([...said.keys(), ...this.rounds.keys()])) {
      const row = said.get(round) ?? {};
      const removed = hadRemoved ? accounts.of(this.rounds.get(round) ?? NO_SHARES, row) : NO_SHARES;
      this.writeRound(target, round, row, removed, hadRemoved);
    }
    for (const row of workers) this.writeWorker(target, row, hadRemoved);
    if (!hadRemoved) return [];
    return [
      ...accounts.unsure(),
      'of workers and rounds what is of shares that retention removed: the best share, the totals, squares of work',
    ];
  }

  private writeRound(
    target: Database,
    round: bigint,
    said: Row,
    removed: ShareSum | null,
    hadRemoved: boolean,
  ): void {
    const here = this.rounds.get(round) ?? NO_SHARES;
    // Where an older version kept no account, what was said is all there is.
    const total = removed === null ? most(here, sumOf(said.accepted, said.work)) : plus(here, removed);
    const squares = this.squares.get(round) ?? 0;
    put(target, 'rounds', {
      ...counts(said, REFUSALS),
      ...{ round: roundKey(round), accepted: total.shares, work: String(total.work) },
      ...{ removed: removed?.shares ?? null, removed_work: removed === null ? null : String(removed.work) },
      work_squared: hadRemoved ? squaresWithin(squares, removed, numberOf(said.work_squared)) : squares,
      excess: Math.min(total.shares, wholeOf(said.excess)),
    });
  }

  private writeWorker(target: Database, said: Row, hadRemoved: boolean): void {
    const here = this.workers.get(Number(said.id));
    const sum = here?.sum ?? NO_SHARES;
    const total = hadRemoved ? most(sum, sumOf(said.accepted, said.work)) : sum;
    const isIdle = total.shares === 0;
    const lastMs = isIdle ? 0 : (here?.lastMs ?? wholeOf(said.last_share_ms));
    const week = isIdle ? 0 : weekOf(lastMs);
    const bestOfWeek = here?.bests.get(week) ?? 0;
    const best =
      hadRemoved && !isIdle ? Math.max(here?.best ?? 0, numberOf(said.best_ever)) : (here?.best ?? 0);
    const set: Row = {
      ...counts(said, REFUSALS),
      ...Object.fromEntries(
        Object.entries(MEMORIES).flatMap(([name, read]) =>
          said[name] == null ? [] : [[name, read(said[name])]],
        ),
      ),
      ...{ accepted: total.shares, work: String(total.work), rates: isIdle ? null : ratesOf(said.rates) },
      ...{ best_ever: best, last_share_ms: lastMs, week },
      best_week: hadRemoved ? Math.min(best, Math.max(bestOfWeek, numberOf(said.best_week))) : bestOfWeek,
    };
    const columns = Object.keys(set).map((name) => `${name} = ?`);
    target
      .prepare(`UPDATE workers SET ${columns.join(', ')} WHERE id = ?`)
      .run(...Object.values(set), said.id!);
  }
}

function counts(said: Row, names: readonly string[]): Record<string, Cell> {
  return Object.fromEntries(names.map((name) => [name, wholeOf(said[name])]));
}

/** 0 for what is none: a flipped bit in a row's head makes a cell of another type. */
function numberOf(cell: Cell | undefined): number {
  const number = typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : 0;
  return Number.isFinite(number) ? number : 0;
}

function wholeOf(cell: Cell | undefined): number {
  const number = Math.trunc(numberOf(cell));
  return number > 0 && Number.isSafeInteger(number) ? number : 0;
}

function most(here: ShareSum, said: ShareSum | null): ShareSum {
  return said !== null && said.shares >= here.shares && said.work >= here.work ? said : here;
}

/** `here`: of the shares that are. What `removed` adds is between what equal shares and what a single one would have. */
function squaresWithin(here: number, removed: ShareSum | null, said: number): number {
  if (removed === null || removed.shares === 0) return removed === null ? Math.max(here, said) : here;
  const { least, most } = squaresOf(removed);
  return here + Math.min(Math.max(said - here, least), most);
}

function ratesOf(rates: Cell | undefined): Uint8Array | null {
  if (!(rates instanceof Uint8Array)) return null;
  try {
    decodeRates(rates);
    return rates;
  } catch {
    // Rates are measured anew within a week.
    return null;
  }
}

function put(target: Database, table: string, row: Row): void {
  const columns = Object.keys(row);
  target
    .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
    .run(...Object.values(row));
}
