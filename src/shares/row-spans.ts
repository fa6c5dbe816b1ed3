/** In which batches the log has shares of a job, or with a signature, by what their rows say. */
import type { Database } from 'better-sqlite3';
import type { ShareRecord } from '../mining/index.js';

export interface RowSpans {
  readonly jobs: ReadonlyMap<number, { readonly first: number; readonly last: number }>;
  /** The last one; empty in a shard of a version that did not say. */
  readonly signatures: ReadonlyMap<number, number>;
}

/** The version from which on a signature has a bound. */
const BOUNDS_SINCE = 6;

export function readRowSpans(database: Database): RowSpans {
  const jobs = database
    .prepare<[], { id: number; first: number; last: number }>(
      'SELECT id, first_batch AS first, last_batch_bound AS last FROM jobs',
    )
    .all();
  const hasBounds = (database.pragma('user_version', { simple: true }) as number) >= BOUNDS_SINCE;
  const signatures = hasBounds
    ? database
        .prepare<[], { id: number; last: number }>('SELECT id, last_batch_bound AS last FROM signatures')
        .all()
    : [];
  return {
    jobs: new Map(jobs.map(({ id, first, last }) => [id, { first, last }])),
    signatures: new Map(signatures.map(({ id, last }) => [id, last])),
  };
}

/** Why a share of `batch` cannot have these rows, for people; null where it can. A claim would look elsewhere for it. */
export function spanFault(
  { jobs, signatures }: RowSpans,
  batch: number,
  { job, signature }: ShareRecord,
): string | null {
  const { first, last } = jobs.get(job)!;
  if (batch < first) return `its job begins with batch ${first}`;
  if (batch > last) return `the last batch with shares of its job was ${last} at most`;
  const bound = signatures.get(signature);
  return bound === undefined || batch <= bound
    ? null
    : `the last batch with shares of its signature was ${bound} at most`;
}
