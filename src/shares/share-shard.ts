/**
 * A listener's side of its shard of the share log. The database belongs to a thread; here shares are gathered into
 * batches and answered when the thread reports the commit. The next batch starts when the last fsync has returned,
 * so batches grow with a slow disk instead of queueing. Hot path: `append` copies 76 bytes and returns.
 *
 * When the disk fails, every share of the failed batch is told so and nothing of it is stored; the shard tries the
 * disk each second and works again when it does.
 */
import { Worker } from 'node:worker_threads';
import { CodedError, type Logger, type Timers } from '../lib/index.js';
import type { BlockTemplate, CoinbaseShape, Payout, RoundBinding, ShareRecord } from '../mining/index.js';
import type { FromShard, ShardCalls, ShardFailure, ShardMethod, ToShard } from './shard-call.js';
import type { StoredBlock, WorkerMemory } from './shard-database.js';
import type { ShardThreadData } from './shard-thread.js';
import { BatchBuilder, type OutcomeCount } from './share-batch.js';

export class ShareLogError extends CodedError<'SHARE_LOG_FULL' | 'SHARE_LOG_FAILED' | 'SHARE_LOG_CLOSED'> {}

export interface ShareShardOptions {
  readonly path: string;
  readonly retentionMs: number;
  /** How long shares wait for company, 3 to 5; at least this lies between two commits. */
  readonly batchIntervalMs: number;
  /** Shares that wait for the disk at most; past it a share is refused, not queued. */
  readonly maxUnacknowledged: number;
}

export interface CreditedShare {
  readonly record: ShareRecord;
  /** Internal order. */
  readonly hash: Uint8Array;
  /** Row number. */
  readonly worker: number;
  /** What the hash reached. */
  readonly hashDifficulty: number;
}

export type Done = (error: ShareLogError | null) => void;

interface PendingCall {
  readonly resolve: (value: never) => void;
  readonly reject: (error: ShareLogError) => void;
}

const PROBE_MS = 1_000;
const PRUNE_MS = 3_600_000;

function failed({ code, message }: ShardFailure): ShareLogError {
  const advice =
    code === 'SQLITE_FULL'
      ? 'the disk is full: free some space'
      : `the disk or the log failed (${code}: ${message})`;
  return new ShareLogError('SHARE_LOG_FAILED', `shares cannot be stored: ${advice}`, { sqlite: code });
}

export class ShareShard {
  private readonly calls = new Map<number, PendingCall>();
  private nextCall = 1;
  private batch = new BatchBuilder();
  private waiting: Done[] = [];
  private inFlight = 0;
  private committing = false;
  private cancelBatch: (() => void) | null = null;
  private readonly cancels: (() => void)[];
  private closed: Promise<void> | null = null;
  private dead: ShareLogError | null = null;
  private faultText: string | null = null;

  private constructor(
    private readonly thread: Worker,
    private readonly options: ShareShardOptions,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {
    thread.on('message', (message: FromShard) => this.onReply(message));
    thread.on('error', (error) => this.onDeath(error.message));
    thread.on('exit', () => this.onDeath('its thread ended'));
    this.cancels = [
      timers.every(PROBE_MS, () => this.probeWhenFaulty()),
      timers.every(PRUNE_MS, () => this.prune()),
    ];
  }

  /** Throws `ShareLogError` when the file cannot be opened. */
  static async open(options: ShareShardOptions, logger: Logger, timers: Timers): Promise<ShareShard> {
    const data: ShardThreadData = { path: options.path };
    const thread = new Worker(new URL('./shard-thread.js', import.meta.url), { workerData: data });
    await new Promise<void>((resolve, reject) => {
      thread.once('error', reject);
      thread.once('message', (message: FromShard) => {
        thread.off('error', reject);
        if (message.ok) resolve();
        else {
          void thread.terminate();
          reject(failed(message.failure));
        }
      });
    });
    const shard = new ShareShard(thread, options, logger, timers);
    shard.prune();
    return shard;
  }

  /** Why shares cannot be stored at present, for the operator; null when they can. */
  get fault(): string | null {
    return this.dead?.message ?? this.faultText;
  }

  get unacknowledged(): number {
    return this.waiting.length + this.inFlight;
  }

  /** The job's row, on disk when resolved: before any notify that names it. Ids ascend, also across restarts. */
  addJob(parts: {
    readonly template: BlockTemplate;
    readonly shape: CoinbaseShape;
    readonly binding: RoundBinding;
  }): Promise<number> {
    return this.call('addJob', parts.template, parts.shape, parts.binding);
  }

  miner(payout: Payout): Promise<number> {
    return this.call('miner', payout);
  }

  signature(bytes: Uint8Array): Promise<number> {
    return this.call('signature', bytes);
  }

  worker(miner: number, name: string): Promise<WorkerMemory> {
    return this.call('worker', miner, name);
  }

  /** The first of `count` 24-bit values, in a row modulo 2²⁴, that were never handed out before. */
  reserveExtranonce1(count: number): Promise<number> {
    return this.call('reserveExtranonce1', count);
  }

  /** Hashes of the shares committed since: what a restarted listener must know as duplicates. */
  hashesSince(sinceMs: number): Promise<Uint8Array[]> {
    return this.call('hashesSince', sinceMs);
  }

  /** On disk when done, and before any share appended later. */
  block(block: StoredBlock, done: Done): void {
    this.call('block', block).then(
      () => done(null),
      (error: ShareLogError) => done(error),
    );
  }

  append(share: CreditedShare, done: Done): void {
    if (this.dead !== null || this.closed !== null) {
      done(this.dead ?? new ShareLogError('SHARE_LOG_CLOSED', 'this node is stopping'));
      return;
    }
    if (this.unacknowledged >= this.options.maxUnacknowledged) {
      done(
        new ShareLogError('SHARE_LOG_FULL', 'the disk cannot keep up with the shares: try again in a second'),
      );
      return;
    }
    this.batch.add(share.record, share.hash, share.worker, share.hashDifficulty);
    this.waiting.push(done);
    this.schedule();
  }

  /** Counts a share that earned nothing; stored with the next batch. */
  count(worker: number | null, outcome: OutcomeCount['outcome'], round: bigint): void {
    this.batch.count(worker, outcome, round);
    this.schedule();
  }

  /** The worker's present difficulty, for when it comes back. */
  remember(worker: number, difficulty: number): void {
    this.batch.remember(worker, difficulty);
    this.schedule();
  }

  private schedule(): void {
    if (this.cancelBatch !== null || this.committing || this.dead !== null) return;
    this.cancelBatch = this.timers.after(this.options.batchIntervalMs, () => {
      this.cancelBatch = null;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    if (this.committing || this.batch.isEmpty) return;
    this.committing = true;
    const batch = this.batch.finish();
    const dones = this.waiting;
    this.batch = new BatchBuilder();
    this.waiting = [];
    this.inFlight = dones.length;
    let outcome: ShareLogError | null = null;
    try {
      await this.call('commit', batch);
      this.setFault(null);
    } catch (error) {
      outcome = error as ShareLogError;
    }
    this.inFlight = 0;
    this.committing = false;
    for (const done of dones) done(outcome);
    if (!this.batch.isEmpty) this.schedule();
  }

  private call<Method extends ShardMethod>(
    method: Method,
    ...args: Parameters<ShardCalls[Method]>
  ): Promise<ReturnType<ShardCalls[Method]>> {
    if (this.dead !== null) return Promise.reject(this.dead);
    return this.post(method, args) as Promise<ReturnType<ShardCalls[Method]>>;
  }

  private post(method: ToShard['method'], args: readonly unknown[]): Promise<unknown> {
    const id = this.nextCall++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { resolve, reject });
      this.thread.postMessage({ id, method, args });
    });
  }

  private onReply(message: FromShard): void {
    const pending = this.calls.get(message.id);
    this.calls.delete(message.id);
    if (message.ok) {
      pending?.resolve(message.value as never);
      return;
    }
    const error = failed(message.failure);
    this.setFault(error.message);
    pending?.reject(error);
  }

  private onDeath(reason: string): void {
    if (this.dead !== null) return;
    this.dead = new ShareLogError('SHARE_LOG_FAILED', `the share log has stopped: ${reason}`);
    if (this.closed === null) this.logger.error({ reason }, 'the share log has stopped');
    for (const { reject } of this.calls.values()) reject(this.dead);
    this.calls.clear();
    for (const done of this.waiting.splice(0)) done(this.dead);
  }

  private setFault(text: string | null): void {
    if (text === this.faultText) return;
    if (text === null) this.logger.info({}, 'shares can be stored again');
    else if (this.faultText === null) this.logger.error({ fault: text }, 'shares cannot be stored');
    this.faultText = text;
  }

  private probeWhenFaulty(): void {
    if (this.faultText === null || this.dead !== null) return;
    // A failure here is the fault that is known already.
    this.call('probe').then(
      () => this.setFault(null),
      () => {},
    );
  }

  private prune(): void {
    this.call('prune', this.timers.nowMs() - this.options.retentionMs).then(
      (removed) => {
        if (removed > 0) this.logger.info({ batches: removed }, 'old shares were removed from the log');
      },
      (error: ShareLogError) => this.logger.warn({ error: error.message }, 'old shares could not be removed'),
    );
  }

  /** Commits what waits and ends the thread. */
  close(): Promise<void> {
    this.closed ??= this.finish();
    return this.closed;
  }

  private async finish(): Promise<void> {
    for (const cancel of this.cancels) cancel();
    this.cancelBatch?.();
    this.cancelBatch = null;
    while (this.dead === null && (this.committing || !this.batch.isEmpty)) {
      await this.flush();
      if (this.committing) await new Promise<void>((resolve) => this.timers.after(1, resolve));
    }
    if (this.dead === null) await this.post('close', []).catch(() => {});
    await this.thread.terminate();
  }
}
