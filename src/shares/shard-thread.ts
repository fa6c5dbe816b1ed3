/**
 * The entry of a shard's writer thread: opens the database, does the calls that wait in one transaction, answers them
 * when it has committed, and moves the write-ahead log into the file in between. Fsyncs happen here and nowhere near
 * a socket. A thousand miners logging in at once cost a few fsyncs, and no share waits behind each of them.
 */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { orphanedLogs } from '../disk/index.js';
import { errorCode, errorMessage } from '../lib/index.js';
import { ExclusiveFile } from './exclusive-file.js';
import type { RowsInUse } from './idle-rows.js';
import { ReadBack, type ReadBackDepth } from './read-back.js';
import type { FromShard, ShardCalls, ShardFailure, ShardRequest, ToShard } from './shard-call.js';
import { ShardDatabase } from './shard-database.js';
import { ShareLogError } from './share-log-error.js';

export interface ShardThreadData {
  readonly path: string;
}

/** A checkpoint of about this much takes milliseconds. */
const CHECKPOINT_BYTES = 4 << 20;
/** What one call or batch changes besides the shares: a few pages of 4 KiB. */
const CALL_BYTES = 16 << 10;
const CALLS_PER_TRANSACTION = 500;
const LOOK_MS = 1;

function failureOf(error: unknown): ShardFailure {
  return { code: String(errorCode(error) ?? 'UNKNOWN'), message: errorMessage(error) };
}

function callsOn(database: ShardDatabase, nowMs: number): ShardCalls {
  return {
    addJob: (template, shape, binding) => database.addJob(template, shape, binding, nowMs),
    miner: (payout) => database.miner(payout),
    signature: (bytes) => database.signature(bytes),
    worker: (miner, name) => database.worker(miner, name, nowMs),
    reserveExtranonce1: (count) => database.reserveExtranonce1(count),
    block: (block) => database.addBlock(block),
    hashesOn: (prevHash) => database.hashesOn(prevHash),
    commit: (batch) => database.commit(batch, nowMs),
    lastBatch: () => database.lastBatch(),
    probe: () => database.probe(nowMs),
  };
}

/** Of a thread's own, which are no part of a transaction. */
const BETWEEN_CALLS: ReadonlySet<ToShard['method']> = new Set(['close', 'prune', 'read-back', 'sweep']);

function isCall(message: ToShard): message is ShardRequest {
  return !BETWEEN_CALLS.has(message.method);
}

class ShardThread {
  private uncheckpointedBytes = 0;
  private closed = false;
  /** As what was read back says: nothing is written, nor answered, any more. */
  private damaged = false;

  constructor(
    private readonly port: MessagePort,
    private readonly database: ShardDatabase,
    private readonly readBack: ReadBack,
    private readonly owner: ExclusiveFile,
  ) {
    port.on('message', (first: ToShard) => this.onMessages(first));
  }

  private onMessages(first: ToShard): void {
    let requests: ShardRequest[] = [];
    for (let message: ToShard | undefined = first; message !== undefined; message = this.next()) {
      if (this.damaged) return;
      if (!isCall(message)) {
        this.perform(requests);
        requests = [];
        if (message.method === 'close') {
          this.close(message.id);
          return;
        }
        if (message.method === 'prune') this.prune(message.id, message.beforeMs, 0);
        else if (message.method === 'read-back') this.beginLook(message.id, message.depth);
        else this.beginSweep(message.id, message.inUse, message.nowMs);
      } else {
        requests.push(message);
        if (requests.length === CALLS_PER_TRANSACTION) {
          this.perform(requests);
          requests = [];
        }
      }
    }
    this.perform(requests);
    if (this.uncheckpointedBytes > CHECKPOINT_BYTES) setImmediate(() => this.checkpoint());
  }

  private next(): ToShard | undefined {
    return (receiveMessageOnPort(this.port) as { message: ToShard } | undefined)?.message;
  }

  private perform(requests: readonly ShardRequest[]): void {
    if (requests.length === 0) return;
    let replies: FromShard[];
    try {
      // Most transactions are one batch of shares, which needs nothing within the transaction to fall back to.
      const [first] = requests;
      replies = this.database.together(() =>
        requests.length === 1 ? [this.carryOut(first!)] : requests.map((request) => this.answer(request)),
      );
    } catch (error) {
      const failure = failureOf(error);
      replies = requests.map(({ id }) => ({ id, ok: false, failure }));
    }
    for (const reply of replies) this.port.postMessage(reply, handedOver(reply));
  }

  /** Throws when the transaction as a whole is lost. */
  private answer(request: ShardRequest): FromShard {
    try {
      return this.database.alone(() => this.carryOut(request));
    } catch (error) {
      if (!this.database.isOpen) throw error;
      return { id: request.id, ok: false, failure: failureOf(error) };
    }
  }

  /** Throws what the call throws. */
  private carryOut({ id, method, args, nowMs }: ShardRequest): FromShard {
    const calls = callsOn(this.database, nowMs) as unknown as Record<string, (...args: unknown[]) => unknown>;
    this.uncheckpointedBytes += CALL_BYTES + (method === 'commit' ? shareBytes(args[0]) : 0);
    return { id, ok: true, value: calls[method]!(...args) };
  }

  /** A slice at a time, so that no share waits for more than one. */
  private prune(id: number, beforeMs: number, pruned: number): void {
    if (this.closed || this.damaged) return;
    try {
      const { batches, more } = this.database.prune(beforeMs);
      this.uncheckpointedBytes += CHECKPOINT_BYTES / 16;
      if (more) setImmediate(() => this.prune(id, beforeMs, pruned + batches));
      else this.port.postMessage({ id, ok: true, value: pruned + batches } satisfies FromShard);
    } catch (error) {
      this.port.postMessage({ id, ok: false, failure: failureOf(error) } satisfies FromShard);
    }
  }

  private beginSweep(id: number, inUse: RowsInUse, nowMs: number): void {
    if (this.database.beginSweep(inUse, nowMs)) this.sweep(id, 0);
    else this.port.postMessage({ id, ok: true, value: 0 } satisfies FromShard);
  }

  private sweep(id: number, swept: number): void {
    if (this.closed || this.damaged) return;
    try {
      const { rows, more } = this.database.sweep();
      if (rows > 0) this.uncheckpointedBytes += CHECKPOINT_BYTES / 16;
      if (more) setImmediate(() => this.sweep(id, swept + rows));
      else this.port.postMessage({ id, ok: true, value: swept + rows } satisfies FromShard);
    } catch (error) {
      this.port.postMessage({ id, ok: false, failure: failureOf(error) } satisfies FromShard);
    }
  }

  private beginLook(id: number, depth: ReadBackDepth): void {
    let committed = 0;
    try {
      // By the pages that its connection has, which the file may have lost.
      committed = this.database.lastBatch();
    } catch {
      // The next commit asks for the same and is told.
    }
    this.look(id, this.readBack.steps(depth, committed));
  }

  /** For a moment at a time, so that no share waits for longer. */
  private look(id: number, steps: Iterator<void>): void {
    if (this.closed || this.damaged) return;
    try {
      if (this.readBack.goOn(steps, LOOK_MS)) setImmediate(() => this.look(id, steps));
      else this.port.postMessage({ id, ok: true, value: null } satisfies FromShard);
    } catch (error) {
      this.damaged = true;
      this.port.postMessage({ id, ok: false, failure: failureOf(error) } satisfies FromShard);
    }
  }

  private checkpoint(): void {
    if (this.closed || this.damaged) return;
    this.uncheckpointedBytes = 0;
    try {
      this.database.checkpoint();
    } catch {
      // What is committed is as safe in the write-ahead log, and a failing disk fails the next commit, which is told.
    }
  }

  private close(id: number): void {
    this.closed = true;
    this.readBack.close();
    this.database.close();
    this.owner.release();
    this.port.postMessage({ id, ok: true, value: null } satisfies FromShard);
    this.port.close();
  }
}

/** Bytes are made for who asked: of a tip's hashes there may be a hundred megabytes. */
function handedOver(reply: FromShard): ArrayBuffer[] {
  return reply.ok && reply.value instanceof Uint8Array ? [reply.value.buffer as ArrayBuffer] : [];
}

function shareBytes(batch: unknown): number {
  return (batch as { records: Uint8Array }).records.length * 2;
}

/** Shorter than a coordinator waits for a listener's port, so that it hears the reason. */
const OWNER_PATIENCE_MS = 20_000;

const port = parentPort!;
const { path } = workerData as ShardThreadData;
try {
  const owner = ExclusiveFile.take(`${path}-owner`, OWNER_PATIENCE_MS);
  if (owner === null) {
    throw new ShareLogError(
      'SHARE_LOG_OWNED',
      'another process writes this shard and has not ended (a killed listener ends when its last write reaches ' +
        'the disk): see that no other node uses this data directory, then start again',
    );
  }
  const database = new ShardDatabase(path);
  new ShardThread(port, database, new ReadBack(path, database.lastBatch()), owner);
  port.postMessage({ id: 0, ok: true, value: orphanedLogs(path) } satisfies FromShard);
} catch (error) {
  port.postMessage({ id: 0, ok: false, failure: failureOf(error) } satisfies FromShard);
}
