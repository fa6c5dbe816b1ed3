/**
 * The durable record of found blocks, as the coordinator's loop sees it. The file belongs to a thread
 * (`journal-thread.ts`), because a write takes seconds on a slow disk, in which blocks and work have to be handed on. A
 * block is in the thread's hands when `put` has returned, and on disk when its promise resolves.
 */
import { Worker } from 'node:worker_threads';
import { CodedError, errorMessage, type Logger } from '../lib/index.js';
import type { JournalDamage } from './open-journal.js';
import type { TrackedBlock } from './tracked-block.js';

export class BlockJournalError extends CodedError<'JOURNAL_TOO_NEW' | 'JOURNAL_FAILED' | 'JOURNAL_CLOSED'> {}

const ORPHANED =
  'the file of the block journal was gone when it was opened, and the log it left was set aside; the share log names ' +
  'blocks too: see docs/operations.md (A log without its file)';

const DAMAGED =
  'the file of the block journal was damaged and is set aside; blocks come again from the share log, without what nodes ' +
  'said of them: see docs/operations.md (A damaged record)';

export interface JournalContents {
  /** Blocks whose fate is still open, oldest first. */
  readonly open: readonly TrackedBlock[];
  /** The newest first. */
  readonly recent: readonly TrackedBlock[];
  /** Of every block there is. */
  readonly hashes: readonly Uint8Array[];
}

/** How a start found the file. */
export interface JournalFound {
  /** Null where there was none. */
  readonly damage: JournalDamage | null;
  /** Logs that lost their file. */
  readonly orphans: readonly string[];
}

export interface JournalThreadData {
  readonly file: string;
}

export type ToJournal =
  | {
      readonly id: number;
      readonly method: 'put';
      readonly block: TrackedBlock;
      /** The caller's clock. */
      readonly nowMs: number;
    }
  | { readonly id: number; readonly method: 'read'; readonly recent: number }
  | { readonly id: number; readonly method: 'close' };

/** In the order of the requests; first, of its own, that the file is open, as number 0, with `JournalFound`. */
export type FromJournal =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: string; readonly message: string };

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: BlockJournalError) => void;
}

type Unnumbered<Message> = Message extends unknown ? Omit<Message, 'id'> : never;

function failedError(reason: string): BlockJournalError {
  return new BlockJournalError('JOURNAL_FAILED', reason);
}

function notOpened(file: string, error: BlockJournalError): BlockJournalError {
  if (error.code === 'JOURNAL_TOO_NEW') return error;
  return failedError(`the block journal ${file} cannot be opened: ${error.message}`);
}

export class BlockJournal {
  private readonly calls = new Map<number, PendingCall>();
  private nextCall = 0;
  /** Set when the thread has ended or was told to. */
  private gone: BlockJournalError | null = null;

  private constructor(
    private readonly thread: Worker,
    file: string,
    logger: Logger,
  ) {
    thread.on('message', (reply: FromJournal) => this.onReply(reply));
    this.reply().then(
      (found) => {
        const { damage, orphans } = found as JournalFound;
        if (damage !== null) logger.error({ file, ...damage }, DAMAGED);
        if (orphans.length > 0) logger.warn({ file, orphans }, ORPHANED);
      },
      (error: BlockJournalError) => this.onEnd(notOpened(file, error)),
    );
    thread.on('error', (error) => this.onEnd(failedError(errorMessage(error))));
    thread.on('exit', () =>
      this.onEnd(failedError('the thread of the block journal ended: restart the node')),
    );
  }

  /** Opens or creates the file and brings its schema up to date; that it could not is what every other call throws. */
  static open(file: string, logger: Logger): BlockJournal {
    const workerData: JournalThreadData = { file };
    return new BlockJournal(
      new Worker(new URL('./journal-thread.js', import.meta.url), { workerData }),
      file,
      logger,
    );
  }

  /**
   * All that is known of a block at present, in place of what was. Resolves when it is on disk; throws
   * `BlockJournalError` when it is not. Those that wait for the same fsync share the next.
   */
  async put(block: TrackedBlock, nowMs: number): Promise<void> {
    await this.post({ method: 'put', block: compact(block), nowMs });
  }

  /** `recent`: how many of the newest, at most. Throws `BlockJournalError`. */
  read(recent: number): Promise<JournalContents> {
    return this.post({ method: 'read', recent }) as Promise<JournalContents>;
  }

  /** Resolves when everything handed over is written, or was refused by the disk, and the file is closed. */
  async close(): Promise<void> {
    if (this.gone === null) {
      const closed = this.post({ method: 'close' });
      this.gone = new BlockJournalError('JOURNAL_CLOSED', 'the block journal is closed');
      // A thread that ends on the way has closed what it could.
      await closed.catch(() => {});
    }
    await this.thread.terminate();
  }

  private post(request: Unnumbered<ToJournal>): Promise<unknown> {
    if (this.gone !== null) return Promise.reject(this.gone);
    this.thread.postMessage({ id: this.nextCall, ...request });
    return this.reply();
  }

  /** To the request just made. */
  private reply(): Promise<unknown> {
    const id = this.nextCall++;
    return new Promise((resolve, reject) => this.calls.set(id, { resolve, reject }));
  }

  private onReply(reply: FromJournal): void {
    const call = this.calls.get(reply.id);
    this.calls.delete(reply.id);
    if (reply.ok) call?.resolve(reply.value);
    else {
      const code = reply.code === 'JOURNAL_TOO_NEW' ? 'JOURNAL_TOO_NEW' : 'JOURNAL_FAILED';
      call?.reject(new BlockJournalError(code, reply.message));
    }
  }

  private onEnd(error: BlockJournalError): void {
    this.gone ??= error;
    for (const { reject } of this.calls.values()) reject(this.gone);
    this.calls.clear();
  }
}

/** Bytes of their own: a view would take all of what it is a view of along to the thread. */
function compact(block: TrackedBlock): TrackedBlock {
  const { hash, header, coinbase } = block;
  return {
    ...block,
    hash: Uint8Array.from(hash),
    header: Uint8Array.from(header),
    coinbase: Uint8Array.from(coinbase),
  };
}
