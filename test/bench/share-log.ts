/**
 * How many shares a second the log takes, and what a share costs the socket loop.
 *
 * Saturated: as many shares outstanding as the bound allows. Paced: so many a second, as miners send them. The shares
 * are real, two hashes each, for the log's writer reads some back and hashes them again. At the end every share is read
 * back as a restart does.
 */
import { join } from 'node:path';
import type { CreditedShare, ShareShard } from '../../src/shares/index.js';
import { appended, openShard } from '../integration/shares/shard-surroundings.js';
import { PAYOUT, partsOn, ShareSource, templateOn } from '../integration/shares/share-source.js';
import { cpuSeconds, Durations, type Measurement, NOT_TIMED, repeat } from './measurement.js';
import type { Scale } from './scale.js';

const BENCH = 'share log';
const WORKERS = 1_000;
const OUTSTANDING = 9_000;

interface Miners {
  readonly source: ShareSource;
  /** Their rows. */
  readonly workers: readonly number[];
  readonly lastingMs: number;
}

let made = 0;
function makeShare({ source, workers }: Miners): CreditedShare {
  return { ...source.next(), worker: workers[made++ % workers.length]! };
}

interface Run {
  readonly stored: number;
  readonly measured: Measurement;
  /** What `append` alone took, share by share. */
  readonly appends: Durations;
}

async function run(what: string, shard: ShareShard, miners: Miners, perSecond: number | null): Promise<Run> {
  const commits = new Durations();
  const appends = new Durations();
  let refused = 0;
  const one = (): void => {
    const share = makeShare(miners);
    const startMs = performance.now();
    shard.append(share, (error) => {
      if (error === null) commits.add(performance.now() - startMs);
      else refused++;
    });
    appends.add(performance.now() - startMs);
  };
  const cpuBefore = cpuSeconds();
  const startMs = performance.now();
  while (performance.now() - startMs < miners.lastingMs) {
    const due =
      perSecond === null ? Number.POSITIVE_INFINITY : ((performance.now() - startMs) / 1000) * perSecond;
    for (let n = 0; n < 200 && appends.count < due && shard.unacknowledged < OUTSTANDING; n++) one();
    await new Promise((resolve) => (perSecond === null ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
  while (shard.unacknowledged > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const tookSeconds = (performance.now() - startMs) / 1000;
  if (refused > 0) throw new Error(`the share log refused ${refused} shares`);
  const measured: Measurement = {
    bench: BENCH,
    what,
    rate: commits.count / tookSeconds,
    unit: 'shares',
    ...commits.figures(),
    cores: (cpuSeconds() - cpuBefore) / tookSeconds,
    note: perSecond === null ? `${OUTSTANDING} outstanding` : '',
  };
  return { stored: commits.count, measured, appends };
}

/** Making a share up costs CPU too; the reader takes it off. */
function making(miners: Miners): Measurement {
  const thousands = new Durations();
  repeat(200, thousands, () => {
    for (let i = 0; i < 1_000; i++) makeShare(miners);
  });
  const p50Ms = thousands.figures().p50Ms! / 1_000;
  const note = "the bench's own cost, in the cores above";
  return {
    bench: BENCH,
    what: 'making one up',
    rate: null,
    unit: 'shares',
    ...NOT_TIMED,
    p50Ms,
    cores: null,
    note,
  };
}

async function reload(shard: ShareShard, stored: number): Promise<Measurement> {
  const startMs = performance.now();
  let hashes = 0;
  for (const _ of await shard.hashesOn(templateOn(1).prevHash)) hashes++;
  if (hashes !== stored) throw new Error(`${stored} shares were acknowledged, ${hashes} are in the log`);
  const rate = (hashes / (performance.now() - startMs)) * 1000;
  const note = `all ${hashes.toLocaleString('en-US')} acknowledged are there`;
  return { bench: BENCH, what: 'hashes read back', rate, unit: 'hashes', ...NOT_TIMED, cores: null, note };
}

export async function benchShareLog(
  folder: string,
  { lastingMs }: Pick<Scale, 'lastingMs'>,
): Promise<Measurement[]> {
  const shard = await openShard(join(folder, 'shard-0.sqlite'));
  try {
    const source = await ShareSource.on(shard, partsOn(1));
    const miner = await shard.miner(PAYOUT);
    const memories = await Promise.all(
      Array.from({ length: WORKERS }, (_, i) => shard.worker(miner, `rig${i}`)),
    );
    const miners = { source, workers: memories.map(({ worker }) => worker), lastingMs };
    await appended(shard, makeShare(miners));
    const slow = await run('100 a second', shard, miners, 100);
    const brisk = await run('5,000 a second', shard, miners, 5_000);
    const fast = await run('25,000 a second', shard, miners, 25_000);
    const full = await run('saturated', shard, miners, null);
    const append: Measurement = {
      bench: BENCH,
      what: 'append, of the socket loop',
      rate: null,
      unit: 'shares',
      ...brisk.appends.figures(),
      cores: null,
      note: 'at 5,000 a second',
    };
    const runs = [slow, brisk, fast, full];
    const stored = runs.reduce((sum, run) => sum + run.stored, 1);
    return [...runs.map(({ measured }) => measured), append, making(miners), await reload(shard, stored)];
  } finally {
    await shard.close();
  }
}
