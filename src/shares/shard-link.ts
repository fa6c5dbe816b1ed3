/**
 * The line to a shard's thread: numbers the requests, matches the replies, and knows how the thread and its disk are.
 * When the thread ends by itself, or finds its file damaged, everything outstanding fails and nothing replaces it: `died`
 * says so.
 */
import type { Worker } from 'node:worker_threads';
import { errorMessage, type Logger, type SteadyTimers } from '../lib/index.js';
import { DiskWait } from './disk-wait.js';
import type { RowsInUse } from './idle-rows.js';
import type { ReadBackDepth } from './read-back.js';
import type { FromShard, ShardCalls, ShardMethod, ToShard } from './shard-call.js';
import type { ShareBatch } from './share-batch.js';
import { closedError, damagedError, deadError, failedError, ShareLogError } from './share-log-error.js';
import { storageAdvice, tellsDamage } from './storage-fault.js';

interface PendingCall {
  readonly method: ToShard['method'];
  readonly startedMs: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ShareLogError) => void;
}

type Unnumbered<Message> = Message extends unknown ? Omit<Message, 'id'> : never;

const LOOK_MS = 1_000;
const ORPHANED =
  'the file of this shard was gone when it was opened, and the log it left was set aside: shares may be in it that were ' +
  'acknowledged; if you have the file, see docs/operations.md (A log without its file), else remove what was set aside';
/** What waits for the disk to write, and not for what is read or cleared away, however much that is. */
const WRITES: ReadonlySet<ToShard['method']> = new Set([
  'addJob',
  'block',
  'commit',
  'miner',
  'probe',
  'reserveExtranonce1',
  'signature',
  'worker',
]);

/** Resolves with the logs that lie beside the shard without their file. */
function opened(thread: Worker, path: string): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: readonly string[] | ShareLogError): void => {
      thread.off('error', onError).off('exit', onExit).off('message', onMessage);
      if (outcome instanceof ShareLogError) reject(outcome);
      else resolve(outcome);
    };
    const notOpened = (reason: string): void =>
      settle(
        new ShareLogError('SHARE_LOG_FAILED', `the share log ${path} cannot be opened: ${reason}`, { path }),
      );
    const onError = (error: Error): void => notOpened(errorMessage(error));
    const onExit = (): void => notOpened('its thread ended');
    const onMessage = (message: FromShard): void => {
      if (message.ok) settle(message.value as readonly string[]);
      else if (tellsDamage(message.failure)) settle(damagedError(path, message.failure));
      else notOpened(storageAdvice(message.failure));
    };
    thread.on('error', onError).on('exit', onExit).on('message', onMessage);
  });
}

export class ShardLink {
  /** Called when the disk works again after a fault. */
  onRecovery: () => void = () => {};
  /** Told why nothing can be stored, for people, and null when it can be again. */
  onFault: (fault: string | null) => void = () => {};
  /** Resolves when the thread ends by itself or its file is damaged, and never otherwise. */
  readonly died: Promise<ShareLogError>;
  /** Set when the thread has ended or was told to. */
  gone: ShareLogError | null = null;
  private diskFault: string | null = null;
  private readonly calls = new Map<number, PendingCall>();
  private nextCall = 1;
  private readonly wait: DiskWait;
  private readonly cancelLooks: () => void;
  private tellDeath: (error: ShareLogError) => void = () => {};

  private constructor(
    private readonly thread: Worker,
    private readonly path: string,
    private readonly logger: Logger,
    private readonly timers: SteadyTimers,
  ) {
    this.died = new Promise((resolve) => {
      this.tellDeath = resolve;
    });
    thread.on('message', (message: FromShard) => this.onReply(message));
    thread.on('error', (error) => this.onEnd(deadError(errorMessage(error))));
    thread.on('exit', () => this.onEnd(deadError('its thread ended')));
    this.wait = new DiskWait(logger, timers);
    this.cancelLooks = timers.every(LOOK_MS, () => {
      this.wait.tick(this.oldestWriteMs());
      this.probe();
    });
  }

  /** Throws `ShareLogError` when the thread cannot open the file. */
  static async open(thread: Worker, path: string, logger: Logger, timers: SteadyTimers): Promise<ShardLink> {
    try {
      const orphans = await opened(thread, path);
      if (orphans.length > 0) logger.warn({ path, orphans }, ORPHANED);
    } catch (error) {
      await thread.terminate();
      throw error;
    }
    return new ShardLink(thread, path, logger, timers);
  }

  /** Why nothing can be stored at present, for people; null when it can. */
  get fault(): string | null {
    return this.gone?.message ?? this.diskFault;
  }

  /** The longest that a write waited for the disk in the last minute, those under way included. */
  get waitMs(): number {
    return this.wait.longestMs(this.oldestWriteMs());
  }

  /** When the oldest write under way began; null for none. */
  private oldestWriteMs(): number | null {
    for (const { method, startedMs } of this.calls.values()) if (WRITES.has(method)) return startedMs;
    return null;
  }

  call<Method extends ShardMethod>(
    method: Method,
    ...args: Parameters<ShardCalls[Method]>
  ): Promise<ReturnType<ShardCalls[Method]>> {
    return this.post({ method, args, nowMs: this.timers.wallMs() }) as Promise<
      ReturnType<ShardCalls[Method]>
    >;
  }

  /** Says that something was just written and is on disk. */
  works(): void {
    this.setDiskFault(null);
  }

  /** Batches removed. */
  prune(beforeMs: number): Promise<number> {
    return this.post({ method: 'prune', beforeMs }) as Promise<number>;
  }

  /** Rows forgotten. */
  sweep(inUse: RowsInUse): Promise<number> {
    return this.post({ method: 'sweep', inUse, nowMs: this.timers.wallMs() }) as Promise<number>;
  }

  /** Resolves where it is sound, as far as could be seen; of what is damaged `died` tells. */
  async readBack(depth: ReadBackDepth): Promise<void> {
    await this.post({ method: 'read-back', depth });
  }

  /** Ends the thread behind everything posted so far. */
  async close(): Promise<void> {
    this.cancelLooks();
    if (this.gone === null) {
      const closed = this.post({ method: 'close' });
      this.gone = closedError();
      // A thread that ends on the way has closed what it could.
      await closed.catch(() => {});
    }
    await this.thread.terminate();
  }

  private post(request: Unnumbered<ToShard>): Promise<unknown> {
    if (this.gone !== null) return Promise.reject(this.gone);
    const id = this.nextCall++;
    return new Promise((resolve, reject) => {
      this.calls.set(id, { method: request.method, startedMs: this.timers.nowMs(), resolve, reject });
      this.thread.postMessage({ id, ...request }, handedOver(request));
    });
  }

  private onReply(message: FromShard): void {
    const call = this.calls.get(message.id);
    this.calls.delete(message.id);
    if (call !== undefined && WRITES.has(call.method)) this.wait.ended(call.startedMs);
    if (message.ok) {
      call?.resolve(message.value);
      return;
    }
    // Old batches and idle rows that cannot be removed keep no share from being stored.
    if (tellsDamage(message.failure) && call?.method !== 'prune' && call?.method !== 'sweep') {
      const damaged = damagedError(this.path, message.failure);
      call?.reject(damaged);
      this.onEnd(damaged);
      return;
    }
    const error = failedError(message.failure);
    if (error.isDiskFault) this.setDiskFault(error.message);
    call?.reject(error);
  }

  private onEnd(error: ShareLogError): void {
    if (this.gone === null) {
      this.cancelLooks();
      this.gone = error;
      this.logger.error({ reason: error.message }, 'the share log has stopped');
      this.tellDeath(error);
    }
    for (const { reject } of this.calls.values()) reject(this.gone);
    this.calls.clear();
  }

  private setDiskFault(text: string | null): void {
    if (text === this.diskFault) return;
    const before = this.diskFault;
    this.diskFault = text;
    if (text === null) {
      this.logger.info({}, 'shares can be stored again');
      this.onRecovery();
    } else if (before === null) this.logger.error({ fault: text }, 'shares cannot be stored');
    this.onFault(text);
  }

  private probe(): void {
    if (this.diskFault === null || this.gone !== null) return;
    this.call('probe').then(
      () => this.works(),
      () => {
        // The fault is known already; a recovery is what is waited for.
      },
    );
  }
}

/** A batch's bytes are the thread's from here on: copying them was a tenth of what a busy listener did. */
function handedOver(request: Unnumbered<ToShard>): ArrayBuffer[] {
  if (request.method !== 'commit') return [];
  const { records, hashes, workers, hashDifficulties, excess } = request.args[0] as ShareBatch;
  return [records, hashes, workers, hashDifficulties, excess].map(({ buffer }) => buffer as ArrayBuffer);
}
