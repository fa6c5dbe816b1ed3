/**
 * What is done beside the shares while a shard is in use. Every second the rows that the newest ones need are read back
 * from the disk: a listener must not go on acknowledging what nobody could recompute. And it forgets: every ten minutes the batches that are older than the retention, every minute
 * the rows that nobody needs, where it is time to (see `IdleRows`). One sweep is asked for after the other, and while no
 * batch is on its way: so all that was given out before the last one's reply is named by a session or the next batch.
 */
import { errorMessage, type Logger, type SteadyTimers } from '../lib/index.js';
import type { RowsInUse } from './idle-rows.js';
import type { ReadBackDepth } from './read-back.js';
import type { ShardLink } from './shard-link.js';
import type { ShareLogError } from './share-log-error.js';

/** Row numbers that somebody names. */
export interface NamedRows {
  readonly workers: readonly number[];
  readonly signatures: readonly number[];
}

const READ_BACK_MS = 1_000;
const PRUNE_MS = 600_000;
const SWEEP_MS = 60_000;

export class ShardUpkeep {
  /** All rows that sessions will name again without asking for them anew; null while that is not known. */
  rowsInUse: (() => NamedRows) | null = null;
  private sweeping = false;
  private readingBack = false;
  private stopped = false;
  private readonly cancels: readonly (() => void)[];

  /** `quiet`: resolves when no batch is on its way. `waiting`: what the next one names. */
  constructor(
    private readonly link: ShardLink,
    private readonly retentionMs: number,
    private readonly quiet: () => Promise<void>,
    private readonly waiting: () => NamedRows,
    private readonly logger: Logger,
    private readonly timers: SteadyTimers,
  ) {
    this.cancels = [
      timers.every(READ_BACK_MS, () => void this.readBack('newest')),
      timers.every(PRUNE_MS, () => this.prune()),
      timers.every(SWEEP_MS, () => {
        if (this.rowsInUse !== null) void this.sweep(this.rowsInUse);
      }),
    ];
    this.prune();
    // Nothing was given out yet.
    void this.sweep(() => ({ workers: [], signatures: [] }));
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.cancels) cancel();
  }

  /** Damage ends the link. One at a time: on a slow disk they would pile up. */
  async readBack(depth: ReadBackDepth): Promise<void> {
    if (this.readingBack && depth === 'newest') return;
    this.readingBack = true;
    // A link that has ended told why.
    await this.link.readBack(depth).catch(() => {});
    this.readingBack = false;
  }

  private prune(): void {
    // A clock that was set forward while this runs removes nothing sooner.
    const nowMs = Math.min(this.timers.nowMs(), this.timers.wallMs());
    this.link.prune(nowMs - this.retentionMs).then(
      (removed) => {
        if (removed > 0) this.logger.info({ batches: removed }, 'old shares were removed from the log');
      },
      (error: ShareLogError) => this.logger.warn({ error: error.message }, 'old shares could not be removed'),
    );
  }

  private async sweep(rowsInUse: () => NamedRows): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    await this.quiet();
    if (this.stopped) return;
    const [ofSessions, ofBatch] = [rowsInUse(), this.waiting()];
    const inUse: RowsInUse = {
      workers: Uint32Array.from([...ofSessions.workers, ...ofBatch.workers]),
      signatures: Uint32Array.from([...ofSessions.signatures, ...ofBatch.signatures]),
    };
    try {
      const rows = await this.link.sweep(inUse);
      if (rows > 0) this.logger.info({ rows }, 'rows that no share needs were removed from the log');
    } catch (error) {
      this.logger.warn({ error: errorMessage(error) }, 'rows that no share needs could not be removed');
    }
    this.sweeping = false;
  }
}
