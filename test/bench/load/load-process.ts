/** The entry of a load process: carries out one order at a time and reports on it. */
import { compileLanes, NonceScanner } from '../../../src/miner/index.js';
import { HashList } from './hash-list.js';
import { type LoadCounts, LoadMiner } from './load-miner.js';
import type { LoadOrder, LoadReport, OpenOrder } from './load-orders.js';
import { payoutAddress } from './payout-addresses.js';
import { Ramp } from './ramp.js';
import { sourceAddress } from './source-addresses.js';

const PATIENCE_MS = 60_000;
/** More would be minutes of grinding before each run. */
const MOST_HASHES = 4e9;
const HASHES_PER_DIFFICULTY = 2 ** 32;

let miners: LoadMiner[] = [];
let opened: OpenOrder | null = null;
let scanner: NonceScanner | null = null;
const counts: LoadCounts = { accepted: 0, refused: 0, refusals: [] };
/** Of shares answered `true`, not yet handed over. */
const acknowledged = new HashList();
/** Of shares that a pool which is gone did not answer, alike. */
const unanswered = new HashList();

const nowMs = (): number => performance.timeOrigin + performance.now();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves with the times of the first and the last miner that had work, on another block where `clean`. */
function work(of: readonly LoadMiner[]): Promise<{ firstMs: number; lastMs: number }> {
  return new Promise((resolve, reject) => {
    let waiting = of.length;
    let firstMs = 0;
    const late = setTimeout(() => {
      const why = counts.refusals.join('; ') || 'no refusal';
      reject(new Error(`${waiting} of ${of.length} miners got no work in ${PATIENCE_MS / 1000} s (${why})`));
    }, PATIENCE_MS);
    for (const miner of of) {
      miner.onWork = (clean) => {
        if (!clean) return;
        miner.onWork = () => {};
        if (firstMs === 0) firstMs = nowMs();
        if (--waiting > 0) return;
        clearTimeout(late);
        resolve({ firstMs, lastMs: nowMs() });
      };
    }
  });
}

/**
 * Rejects at once when the miner is refused; where it may be, resolves, since it waits for nothing any more and no alarm
 * of its should keep the process.
 */
async function firstWork(miner: LoadMiner, mayBeRefused: boolean): Promise<{ readonly firstMs: number }> {
  const refused = new Promise<never>((_, reject) => {
    miner.onClosed = () => {
      if (mayBeRefused) miner.onWork(true);
      else reject(new Error(`a miner got no work (${counts.refusals.join('; ')})`));
    };
  });
  const times = await Promise.race([work([miner]), refused]);
  miner.onClosed = () => {};
  return times;
}

async function open(order: OpenOrder): Promise<{ firstMs: number; lastMs: number }> {
  opened = order;
  const { connections, firstSource, sources, firstRig, perSecond, mostWithoutWork, mayBeRefused } = order;
  const ramp = perSecond > 0 ? new Ramp(perSecond, mostWithoutWork, performance.now()) : null;
  takeAcknowledged();
  miners = [];
  const all: Promise<unknown>[] = [];
  let firstMs = 0;
  let refused: Error | null = null;
  for (let i = 0; i < connections; i++) {
    if (ramp === null && i % 200 === 199) await sleep(0);
    while (refused === null && ramp?.begin(performance.now()) === false) await sleep(1);
    if (refused !== null) throw refused;
    const miner = new LoadMiner(
      {
        host: order.host,
        port: order.port,
        username: `${order.username ?? payoutAddress(firstRig + i)}.rig${firstRig + i}`,
        password: order.password,
        localAddress: sourceAddress(firstSource + (i % sources)),
      },
      counts,
    );
    miners.push(miner);
    const served = firstWork(miner, mayBeRefused).then((times) => {
      ramp?.served();
      if (firstMs === 0) firstMs = times.firstMs;
    });
    // While others are still to come nobody waits for it.
    served.catch((error: Error) => {
      refused ??= error;
    });
    all.push(served);
  }
  await Promise.all(all);
  miners = miners.filter((miner) => !miner.isClosed);
  return { firstMs, lastMs: nowMs() };
}

/** What became of the shares of the present miners. */
function takeAcknowledged(): void {
  for (const miner of miners) {
    for (const hash of miner.takeAcknowledged()) acknowledged.add(hash);
    for (const hash of miner.unanswered()) unanswered.add(hash);
  }
}

function prepare(each: number): void {
  takeAcknowledged();
  const difficulty = Math.max(...miners.map((miner) => miner.difficulty));
  const hashes = difficulty * HASHES_PER_DIFFICULTY * each * miners.length;
  if (!(hashes <= MOST_HASHES)) {
    throw new Error(
      `at the pool's difficulty of ${difficulty} the load would take ${hashes.toExponential(1)} hashes to find ` +
        `${each * miners.length} shares beforehand: let the pool give a lower one`,
    );
  }
  scanner ??= new NonceScanner(compileLanes());
  for (const miner of miners) miner.prepare(scanner, each);
}

/** Waits for the answers to everything sent. */
async function drain(): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (miners.some(({ outstanding }) => outstanding > 0)) {
    if (performance.now() > deadlineMs) throw new Error('shares were never answered');
    await sleep(2);
  }
}

class Times {
  private values = new Float64Array(1 << 16);
  private length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  all(): Float64Array {
    return this.values.slice(0, this.length);
  }
}

async function pace(perSecond: number, lastingMs: number, times: Times): Promise<void> {
  for (const miner of miners) miner.onAccepted = (durationMs) => times.add(durationMs);
  const startMs = performance.now();
  let sent = 0;
  let next = 0;
  for (;;) {
    const goneMs = performance.now() - startMs;
    if (goneMs >= lastingMs) break;
    for (const due = (goneMs / 1000) * perSecond; sent < due; sent++) {
      miners[next]!.send(1);
      next = (next + 1) % miners.length;
    }
    await sleep(1);
  }
  await drain();
}

async function saturate(window: number, lastingMs: number, times: Times): Promise<void> {
  const endMs = performance.now() + lastingMs;
  for (const miner of miners) {
    miner.onAccepted = (durationMs) => {
      times.add(durationMs);
      if (performance.now() < endMs) miner.send(1);
    };
    miner.send(window);
  }
  while (performance.now() < endMs) {
    if (miners.every(({ left }) => left === 0)) throw new Error('the shares ran out: prepare more');
    await sleep(5);
  }
  await drain();
}

async function untilGone(perSecond: number, window: number): Promise<void> {
  if (window > 0) {
    for (const miner of miners) {
      miner.onAccepted = () => miner.send(1);
      miner.send(window);
    }
  }
  const startMs = performance.now();
  let sent = 0;
  while (miners.some(({ isClosed }) => !isClosed)) {
    for (const due = ((performance.now() - startMs) / 1000) * perSecond; sent < due; sent++) {
      miners[sent % miners.length]!.send(1);
    }
    if (performance.now() - startMs > PATIENCE_MS) throw new Error('the pool did not hang up');
    await sleep(1);
  }
}

async function carryOut(order: LoadOrder, times: Times): Promise<{ firstMs: number; lastMs: number }> {
  const startedMs = nowMs();
  switch (order.kind) {
    case 'open':
      return await open(order);
    case 'prepare':
      prepare(order.each);
      break;
    case 'pace':
      await pace(order.perSecond, order.lastingMs, times);
      break;
    case 'saturate':
      await saturate(order.window, order.lastingMs, times);
      break;
    case 'until-gone':
      await untilGone(order.perSecond, order.window);
      break;
    case 'await-tip':
      return await work(miners);
    case 'reconnect': {
      for (const miner of miners) miner.close();
      return await open({ ...opened!, perSecond: 0 });
    }
    case 'acknowledged':
      takeAcknowledged();
      break;
    case 'close':
      for (const miner of miners) miner.close();
      miners = [];
  }
  return { firstMs: startedMs, lastMs: nowMs() };
}

process.on('message', (order: LoadOrder) => {
  counts.accepted = 0;
  counts.refused = 0;
  counts.refusals.length = 0;
  const times = new Times();
  const loop = performance.eventLoopUtilization();
  carryOut(order, times).then(
    ({ firstMs, lastMs }) => {
      const report: LoadReport = {
        ...counts,
        refusals: [...counts.refusals],
        durations: times.all(),
        hashes: order.kind === 'acknowledged' ? acknowledged.take() : new Uint8Array(0),
        unanswered: order.kind === 'acknowledged' ? unanswered.take() : new Uint8Array(0),
        connections: miners.filter(({ isClosed }) => !isClosed).length,
        lost: miners.filter(({ isClosed }) => isClosed).length,
        firstMs,
        lastMs,
        busy: performance.eventLoopUtilization(loop).utilization,
      };
      process.send!(report);
      if (order.kind === 'close') process.disconnect();
    },
    (error: Error) => process.send!({ failure: error.message }),
  );
});
// Told to close, or left alone: nothing that is still on its way keeps it.
process.on('disconnect', () => process.exit(0));
process.send!('ready');
