/** The totals of a recovered shard, added up from the shares that stand; what only the old rows say is taken where it can be true. */
import type { Database } from 'better-sqlite3';
import type { ShareRecord } from '../mining/index.js';
import { decodeRates } from './rate-windows.js';
import { NO_SHARES, plus, REMOVED_BATCHES, type ShareSum } from './removed-shares.js';
import { roundKey } from './round-rows.js';
import type { StoredBatch } from './shard-file.js';

type Cell = number | bigint | string | Uint8Array | null;
type Row = Readonly<Record<string, Cell>>;

const REFUSALS = ['uncredited', 'stale', 'duplicate', 'low_difficulty', 'invalid', 'not_stored'];
const MEMORIES = ['best_week', 'week', 'difficulty', 'difficulty_ms'];

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
    this.workers.set(worker, {
      sum: plus(before?.sum ?? NO_SHARES, share),
      best: Math.max(before?.best ?? 0, best),
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

  write(target: Database, rounds: readonly Row[], workers: readonly Row[]): void {
    const hadRemoved =
      target
        .prepare<[string], number>('SELECT value FROM counters WHERE name = ?')
        .pluck()
        .get(REMOVED_BATCHES) !== 0;
    const said = new Map(rounds.map((row) => [BigInt.asUintN(64, row.round as bigint), row]));
    for (const round of new Set([...said.keys(), ...this.rounds.keys()])) {
      this.writeRound(target, round, said.get(round) ?? {}, hadRemoved);
    }
    for (const row of workers) this.writeWorker(target, row, hadRemoved);
  }

  private writeRound(target: Database, round: bigint, said: Row, hadRemoved: boolean): void {
    const here = this.rounds.get(round) ?? NO_SHARES;
    const removed = hadRemoved ? sumOf(said.removed, said.removed_work) : NO_SHARES;
    // Where an older version kept no account, what was said is all there is.
    const total = removed === null ? most(here, sumOf(said.accepted, said.work)) : plus(here, removed);
    const squares = this.squares.get(round) ?? 0;
    put(target, 'rounds', {
      ...counts(said, REFUSALS),
      ...{ round: roundKey(round), accepted: total.shares, work: String(total.work) },
      ...{ removed: removed?.shares ?? null, removed_work: removed === null ? null : String(removed.work) },
      work_squared: hadRemoved ? Math.max(squares, Number(said.work_squared ?? 0)) : squares,
      excess: Math.min(total.shares, Math.max(0, Number(said.excess ?? 0))),
    });
  }

  private writeWorker(target: Database, said: Row, hadRemoved: boolean): void {
    const here = this.workers.get(Number(said.id));
    const sum = here?.sum ?? NO_SHARES;
    const total = hadRemoved ? most(sum, sumOf(said.accepted, said.work)) : sum;
    const set: Row = {
      ...counts(said, REFUSALS),
      ...Object.fromEntries(
        MEMORIES.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]!]])),
      ),
      ...{ accepted: total.shares, work: String(total.work), rates: ratesOf(said.rates) },
      best_ever: hadRemoved ? Math.max(here?.best ?? 0, Number(said.best_ever ?? 0)) : (here?.best ?? 0),
      last_share_ms: here?.lastMs ?? Number(said.last_share_ms ?? 0),
    };
    const columns = Object.keys(set).map((name) => `${name} = ?`);
    target
      .prepare(`UPDATE workers SET ${columns.join(', ')} WHERE id = ?`)
      .run(...Object.values(set), said.id!);
  }
}

function counts(said: Row, names: readonly string[]): Record<string, Cell> {
  return Object.fromEntries(names.map((name) => [name, Math.max(0, Number(said[name] ?? 0))]));
}

function most(here: ShareSum, said: ShareSum | null): ShareSum {
  return said !== null && said.shares >= here.shares && said.work >= here.work ? said : here;
}

/** Null for what is none. */
function sumOf(shares: Cell | undefined, work: Cell | undefined): ShareSum | null {
  if (shares == null || typeof work !== 'string' || !/^\d+$/.test(work) || Number(shares) < 0) return null;
  return { shares: Number(shares), work: BigInt(work) };
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
