/**
 * A hashing thread. It hashes in slices of at most 10 ms and lets its event loop turn between them, so new work is
 * picked up within a slice; a hashrate limit is kept by a schedule that says when the next slice may start. What it
 * counts goes to shared memory, what it finds is posted.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Find, ThreadOrder, ThreadSetup } from './hash-threads.js';
import { NonceScanner } from './nonce-scanner.js';
import { type Span, type Work, walkWork } from './work-walk.js';

const SLICE_MS = 10;
/** A paced thread catches up at most this much after it was held up. */
const CATCH_UP_MS = 100;
/** Few enough that a slow miner rolls its version too, enough that the change costs nothing. A divisor of 2^32. */
const NONCES_PER_VERSION = 2 ** 14;

const port = parentPort!;
const { module, stripe, maxHashrate, counts } = workerData as ThreadSetup;
const hashCounts = new BigInt64Array(counts);
const scanner = new NonceScanner(module);

let stopped = false;
let work: Work | null = null;
let walk: Iterator<Span, void> | null = null;
let span: Span | null = null;
let nonce = 0;
let wake: () => void = () => undefined;

port.on('message', (order: ThreadOrder) => {
  if (order.kind === 'stop') {
    stopped = true;
    port.close();
  } else {
    work = order.work;
    walk = work === null ? null : walkWork(work, stripe, NONCES_PER_VERSION);
    span = null;
  }
  wake();
});

/** Hashes at most about `budget` nonces of the current span; false when there is nothing left to hash. */
function hashSlice(budget: number): boolean {
  if (walk === null || work === null) return false;
  if (span === null) {
    const next = walk.next();
    if (next.done) {
      walk = null;
      return false;
    }
    span = next.value;
    nonce = span.fromNonce;
    scanner.load(span.header, work.targetLe);
  }
  const end = Math.min(span.toNonce, nonce - (nonce % 4) + Math.max(4, budget - (budget % 4)));
  while (nonce < end) {
    const hit = scanner.next(nonce, end);
    nonce = hit < 0 ? end : hit + 1;
    if (hit < 0) continue;
    const find: Find = {
      workId: work.id,
      extranonce2: span.extranonce2,
      time: work.notify.time,
      nonce: hit,
      version: span.version,
      hash: scanner.found.hash.slice(),
    };
    port.postMessage(find);
  }
  if (nonce >= span.toNonce) span = null;
  Atomics.store(hashCounts, stripe, BigInt(scanner.hashes));
  return true;
}

async function run(): Promise<void> {
  let noncesPerMs = 1000;
  let nextSliceAtMs = performance.now();
  while (!stopped) {
    const startMs = performance.now();
    const before = scanner.hashes;
    const paced = maxHashrate > 0 ? Math.min(noncesPerMs, maxHashrate / 1000) : noncesPerMs;
    if (!hashSlice(Math.round(paced * SLICE_MS))) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    const done = scanner.hashes - before;
    const nowMs = performance.now();
    if (done > 4096) noncesPerMs = (noncesPerMs + done / Math.max(nowMs - startMs, 0.1)) / 2;
    if (maxHashrate > 0) {
      nextSliceAtMs = Math.max(nextSliceAtMs, nowMs - CATCH_UP_MS) + (done / maxHashrate) * 1000;
    }
    if (nextSliceAtMs - nowMs >= 1) await sleep(nextSliceAtMs - nowMs);
    else await turn();
  }
}

void run();
