/**
 * The numbers of a recovered shard that only ever rise, so that nothing is handed out a second time. Each stands once in the
 * damaged one, and is held against what was handed out by it: jobs, batches, the extranonces that shares were mined with.
 */
import type { Database } from 'better-sqlite3';
import type { ShareRecord } from '../mining/index.js';
import type { DamagedTables, Row } from './damaged-tables.js';
import { BOUND_STEP } from './job-rows.js';
import { GAPS } from './number-run.js';
import type { RecoveredTotals } from './recovered-totals.js';
import { REMOVED_BATCHES } from './removed-shares.js';
import { LAST_BATCH } from './shard-standing.js';
import { UsedExtranonces } from './used-extranonces.js';

const LACKING =
  'SELECT id, before FROM (SELECT id, lag(id) OVER (ORDER BY id) AS before FROM batches) WHERE id > before + 1';
/** Of a job's number, which is six hex digits of its name on the wire. */
const JOBS = 1 << 24;

export class RecoveredNumbers {
  private newestJob = 0;
  private shares = 0;
  private readonly extranonces = new UsedExtranonces();

  /** A row of the old table, whether it stands or not. */
  seeJob(id: number): void {
    this.newestJob = Math.max(this.newestJob, id);
  }

  seeShare({ extranonce }: ShareRecord, committedMs: number): void {
    this.shares++;
    this.extranonces.use(extranonce, committedMs);
  }

  /**
   * Once all batches are there. `isWhole`: whether all that the old ones have are. `tell`: hears of what is missing between
   * them. Returns what was taken as it stood, for people.
   */
  write(
    target: Database,
    tables: DamagedTables,
    rounds: readonly Row[],
    totals: RecoveredTotals,
    isWhole: boolean,
    tell: (lost: string) => void,
  ): string[] {
    const { first, last } = target
      .prepare<[], { first: number | null; last: number | null }>(
        'SELECT min(id) AS first, max(id) AS last FROM batches',
      )
      .get()!;
    totals.setBounds(target, (last ?? 0) + 1, BOUND_STEP);
    const counters = new Map(
      [...tables.rows('counters', 'name')].map(({ name, value }) => [name, Number(value)]),
    );
    const setCounter = target.prepare('INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)');
    setCounter.run(LAST_BATCH, last ?? 0);
    const asItStood: string[] = [];
    for (const { before, id } of target.prepare<[], { before: number; id: number }>(LACKING).all()) {
      setCounter.run(GAPS, 1);
      tell(`the batches between ${before} and ${id}, which are not there`);
    }

    const noted = counters.get(LAST_BATCH) ?? 0;
    if (noted > (last ?? 0)) tell(`the batches behind ${last ?? 0}, up to ${noted}`);

    const [given] = [...tables.rows('sqlite_sequence', 'name')].flatMap(({ name, seq }) =>
      name === 'jobs' ? [Number(seq)] : [],
    );
    const job = this.lastJob(given ?? 0, tables.unread.has('jobs'));
    target.prepare("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'jobs'").run(job);
    if (job !== this.newestJob)
      asItStood.push(`that the newest job was number ${job}, since rows of jobs are lost`);

    const mark = counters.get(REMOVED_BATCHES) ?? 0;
    const before = Math.max(0, (first ?? 1) - 1);
    const isAccounted = isWhole && totals.agreesWith(rounds);
    // Where no share is missing, all batches before the first went by retention.
    const removed = isAccounted || mark < 0 || mark > before ? before : mark;
    setCounter.run(REMOVED_BATCHES, removed);
    if (removed < before) setCounter.run(GAPS, 1);
    if (!isAccounted && before > 0) asItStood.push(`that retention removed the batches up to ${removed}`);

    const next = counters.get('extranonce1') ?? -1;
    const canFollow = this.extranonces.canFollow(next);
    setCounter.run('extranonce1', canFollow ? next : this.extranonces.farAway());
    if (!canFollow)
      asItStood.push('nothing of the next extranonce: it is half way round from the newest share');
    else if (this.shares === 0)
      asItStood.push('the next extranonce, since there is no share to hold it against');
    return asItStood;
  }

  /** The newest job is never removed, so no other number can have been given out where all rows are there. */
  private lastJob(given: number, isUnread: boolean): number {
    return isUnread && given > this.newestJob && given < JOBS ? given : this.newestJob;
  }
}
