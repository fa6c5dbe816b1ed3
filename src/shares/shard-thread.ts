/**
 * The entry of a shard's writer thread: opens the database, does one call after another, and moves the write-ahead
 * log into the file between calls. Fsyncs happen here and nowhere near a socket.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { errorCode, errorMessage } from '../lib/index.js';
import type { FromShard, ShardCalls, ShardFailure, ToShard } from './shard-call.js';
import { ShardDatabase } from './shard-database.js';

export interface ShardThreadData {
  readonly path: string;
}

/** Pages of the write-ahead log stay few; a checkpoint of this many bytes takes milliseconds. */
const CHECKPOINT_BYTES = 4 << 20;

function failureOf(error: unknown): ShardFailure {
  return { code: String(errorCode(error) ?? 'UNKNOWN'), message: errorMessage(error) };
}

function callsOn(database: ShardDatabase): ShardCalls {
  return {
    addJob: (template, shape, binding) => database.addJob(template, shape, binding, Date.now()),
    miner: (payout) => database.miner(payout),
    signature: (bytes) => database.signature(bytes),
    worker: (miner, name) => database.worker(miner, name, Date.now()),
    reserveExtranonce1: (count) => database.reserveExtranonce1(count),
    block: (block) => database.addBlock(block),
    hashesSince: (sinceMs) => database.hashesSince(sinceMs),
    commit: (batch) => database.commit(batch, Date.now()),
    prune: (beforeMs) => database.prune(beforeMs, Date.now()),
    probe: () => database.probe(Date.now()),
  };
}

function serve(port: MessagePort, database: ShardDatabase): void {
  const calls = callsOn(database) as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
  let uncheckpointed = 0;
  const checkpoint = (): void => {
    uncheckpointed = 0;
    try {
      database.checkpoint();
    } catch {
      // The log stays in the write-ahead file, where it is as safe; the next round tries again.
    }
  };
  port.on('message', ({ id, method, args }: ToShard) => {
    const reply = (message: FromShard): void => port.postMessage(message);
    if (method === 'close') {
      checkpoint();
      database.close();
      reply({ id, ok: true, value: null });
      port.close();
      return;
    }
    try {
      reply({ id, ok: true, value: calls[method]!(...args) });
    } catch (error) {
      reply({ id, ok: false, failure: failureOf(error) });
    }
    if (method === 'commit') uncheckpointed += (args[0] as { records: Uint8Array }).records.length * 2 + 4096;
    if (uncheckpointed > CHECKPOINT_BYTES) setImmediate(checkpoint);
  });
}

const port = parentPort!;
try {
  const database = new ShardDatabase((workerData as ShardThreadData).path);
  serve(port, database);
  port.postMessage({ id: 0, ok: true, value: null } satisfies FromShard);
} catch (error) {
  port.postMessage({ id: 0, ok: false, failure: failureOf(error) } satisfies FromShard);
}
