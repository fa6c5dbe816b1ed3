/**
 * A listener's side of its shard of the share log. The database belongs to a thread; here shares are gathered into
 * batches and answered when the thread reports the commit. The next batch starts when the last fsync has returned,
 * so batches grow with a slow disk instead of queueing. Hot path: `append` copies 76 bytes and returns.
 *
 * When the disk fails, every share of the failed batch is told so and nothing of it is stored; the shard tries the
 * disk each second and works again when it does. What nobody waits for (counts, remembered difficulties, found
 * blocks) is kept and stored then.
 */
import { Worker } from 'node:worker_threads';
import type { Logger, SteadyTimers } from '../lib/index.js';
import type { BlockTemplate, CoinbaseShape, Payout, RoundBinding } from '../mining/index.js';
import type { StoredBlock } from './block-rows.js';
import { ShardLink } from './shard-link.js';
import type { ShardThreadData } from './shard-thread.js';
import { type NamedRows, ShardUpkeep } from './shard-upkeep.js';
import { BatchBuilder, type CreditedShare, HASH_BYTES, type OutcomeCount } from './share-batch.js';
import { closedError, ShareLogError } from './share-log-error.js';
import type { WorkerMemory } from './worker-rows.js';

export interface ShareShardOptions {
  readonly path: string;
  readonly retentionMs: number;
  /** How long shares wait for company, 3 to 5; at least this lies between two commits. */
  readonly batchIntervalMs: number;
  /** Shares that wait for the disk at most; past it a share is refused, not queued. */
  readonly maxUnacknowledged: number;
}

export type Done = (error: ShareLogError | null) => void;

function* eachHash(packed: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < packed.length; at += HASH_BYTES) yield packed.subarray(at, at + HASH_BYTES);
}

export class ShareShard {
  /** Resolves when the writer thread ends by itself: time for the process to end too. */
  readonly died: Promise<ShareLogError>;
  private batch = new BatchBuilder();
  private waiting: Done[] = [];
  private inFlight = 0;
  private flushing: Promise<void> | null = null;
  private cancelBatch: (() => void) | null = null;
  private readonly upkeep: ShardUpkeep;
  private closed: Promise<void> | null = null;
  private unstoredBlocks: StoredBlock[] = [];

  private constructor(
    private readonly link: ShardLink,
    private readonly options: ShareShardOptions,
    logger: Logger,
    private readonly timers: SteadyTimers,
  ) {
    this.died = link.died;
    link.onRecovery = () => this.onRecovery();
    void link.died.then((error) => this.onDeath(error));
    const quiet = async (): Promise<void> => {
      while (this.flushing !== null) await this.flushing;
    };
    const waiting = (): NamedRows => this.batch.rows();
    this.upkeep = new ShardUpkeep(link, options.retentionMs, quiet, waiting, logger, timers);
  }

  /** Throws `ShareLogError` when the file cannot be opened. */
  static async open(options: ShareShardOptions, logger: Logger, timers: SteadyTimers): Promise<ShareShard> {
    const workerData: ShardThreadData = { path: options.path };
    const thread = new Worker(new URL('./shard-thread.js', import.meta.url), { workerData });
    return await ShareShard.over(thread, options, logger, timers);
  }

  /** `thread`: speaks as `shard-thread.ts` does. */
  static async over(
    thread: Worker,
    options: ShareShardOptions,
    logger: Logger,
    timers: SteadyTimers,
  ): Promise<ShareShard> {
    const link = await ShardLink.open(thread, options.path, logger, timers);
    return new ShareShard(link, options, logger, timers);
  }

  /** Why shares cannot be stored at present, for the operator; null when they can. */
  get fault(): string | null {
    return this.link.fault;
  }

  /** The longest that a write waited for the disk in the last minute, those under way included. */
  get waitMs(): number {
    return this.link.waitMs;
  }

  /** `told`: hears of each change of `fault`. */
  watchFault(told: (fault: string | null) => void): void {
    this.link.onFault = told;
  }

  /**
   * Rows that nobody needs are forgotten while the shard is in use, from now on. `rowsInUse`: all rows the caller will
   * name again without asking for them anew.
   */
  sweepBeside(rowsInUse: () => NamedRows): void {
    this.upkeep.rowsInUse = rowsInUse;
  }

  /** What an opened shard is looked through for, read back from the disk: `died` tells of damage. */
  readBack(): Promise<void> {
    return this.upkeep.readBack('all');
  }

  get unacknowledged(): number {
    return this.waiting.length + this.inFlight;
  }

  /** Shares that it takes before it refuses one because too many wait. */
  get room(): number {
    return this.options.maxUnacknowledged - this.unacknowledged;
  }

  /** The job's row, on disk when resolved: before any notify that names it. Ids ascend, also across restarts. */
  addJob(parts: {
    readonly template: BlockTemplate;
    readonly shape: CoinbaseShape;
    readonly binding: RoundBinding;
  }): Promise<number> {
    return this.link.call('addJob', parts.template, parts.shape, parts.binding);
  }

  miner(payout: Payout): Promise<number> {
    return this.link.call('miner', payout);
  }

  signature(bytes: Uint8Array): Promise<number> {
    return this.link.call('signature', bytes);
  }

  worker(miner: number, name: string): Promise<WorkerMemory> {
    return this.link.call('worker', miner, name);
  }

  /** The first of `count` 24-bit values, in a row modulo 2²⁴, that were never handed out before. */
  reserveExtranonce1(count: number): Promise<number> {
    return this.link.call('reserveExtranonce1', count);
  }

  /** The hashes of all shares on a previous block, views of one buffer; without those not yet committed. */
  async hashesOn(prevHash: Uint8Array): Promise<Iterable<Uint8Array>> {
    return eachHash(await this.link.call('hashesOn', prevHash));
  }

  /** On disk when done, and before any share appended later. A block that the disk refused is tried again. */
  block(block: StoredBlock, done: Done): void {
    this.link.call('block', block).then(
      () => done(null),
      (error: ShareLogError) => {
        if (error.isDiskFault) this.unstoredBlocks.push(block);
        done(error);
      },
    );
  }

  /** `done` is called once: with null after COMMIT, in the order of appends; at once when the share is refused. */
  append(share: CreditedShare, done: Done): void {
    if (this.link.gone !== null || this.closed !== null) {
      done(this.link.gone ?? closedError());
      return;
    }
    if (this.room <= 0) {
      done(
        new ShareLogError('SHARE_LOG_FULL', 'the disk cannot keep up with the shares: try again in a second'),
      );
      return;
    }
    this.batch.add(share);
    this.waiting.push(done);
    this.schedule();
  }

  /** The newest batch's number, once every share appended before is stored or refused. Throws `ShareLogError`. */
  async barrier(): Promise<number> {
    await this.flushing;
    if (this.waiting.length > 0 && this.closed === null) {
      this.cancelBatch?.();
      this.cancelBatch = null;
      this.flushing ??= this.flush();
      await this.flushing;
    }
    return await this.link.call('lastBatch');
  }

  /** Counts a share that earned nothing; stored with the next batch. */
  count(worker: number | null, outcome: OutcomeCount['outcome'], round: bigint): void {
    this.batch.count(worker, outcome, round);
    this.schedule();
  }

  /** The worker's present difficulty, for when it comes back. */
  remember(worker: number, difficulty: number, atMs: number, userAgent: string | null): void {
    this.batch.remember(worker, { value: difficulty, atMs, userAgent });
    this.schedule();
  }

  private schedule(): void {
    if (this.cancelBatch !== null || this.flushing !== null || this.closed !== null) return;
    this.cancelBatch = this.timers.after(this.options.batchIntervalMs, () => {
      this.cancelBatch = null;
      this.flushing = this.flush();
    });
  }

  private async flush(): Promise<void> {
    const batch = this.batch.finish();
    const dones = this.waiting;
    this.batch = new BatchBuilder();
    this.waiting = [];
    this.inFlight = dones.length;
    let outcome: ShareLogError | null = null;
    try {
      await this.link.call('commit', batch);
      this.link.works();
    } catch (error) {
      outcome = error as ShareLogError;
      if (outcome.isDiskFault) this.batch.takeBack(batch);
    }
    this.inFlight = 0;
    this.flushing = null;
    // Counts alone wait for the disk to recover.
    if (outcome === null ? !this.batch.isEmpty : this.batch.length > 0) this.schedule();
    for (const done of dones) done(outcome);
  }

  private onRecovery(): void {
    for (const block of this.unstoredBlocks.splice(0)) this.block(block, () => {});
    if (!this.batch.isEmpty) this.schedule();
  }

  private async onDeath(error: ShareLogError): Promise<void> {
    this.upkeep.stop();
    this.cancelBatch?.();
    // What is in flight was appended earlier, and is answered first.
    await this.flushing;
    this.batch = new BatchBuilder();
    for (const done of this.waiting.splice(0)) done(error);
  }

  /** Commits what waits and ends the thread. */
  close(): Promise<void> {
    this.closed ??= this.finish();
    return this.closed;
  }

  private async finish(): Promise<void> {
    this.upkeep.stop();
    this.cancelBatch?.();
    await this.flushing;
    // The answers to the last shares can bring a last few counts; what a failing disk then refuses is lost.
    for (let flushes = 0; flushes < 2 && !this.batch.isEmpty; flushes++) await this.flush();
    await this.link.close();
  }
}
