/**
 * A thousand who have each proved work by one cheap share, hold good ones back, and bring them all at once, beside a crowd
 * that comes and goes: no rule of the guard is against them, and there is nothing to refuse them for.
 */
import { afterEach, expect, it } from '@jest/globals';
import { ShareStream } from '../../bench/share-stream.js';
import { HostileCrowd } from '../../hostile-crowd.js';
import { ADDRESS, EASY } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const PROVEN = 1_000;
const SHARES = 151;
const TOGETHER = 50;
const CROWD = 200;
const HONEST = 20;
const NEWCOMERS = 10;
const EACH_MS = 100;
/** On a free machine of two cores it takes one or two seconds; the rest is for a machine with other tests on it. */
const ENTRY_MS = 5_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const ends: (() => void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await FleetUnderTest.closeAll();
});

async function open(port: number, worker: string, from: string, shares: number): Promise<ShareStream> {
  const miner = await ShareStream.open(port, `${ADDRESS}.${worker}`, from);
  ends.push(() => miner.close());
  miner.prepare(shares);
  return miner;
}

async function settled(miners: readonly ShareStream[]): Promise<void> {
  for (const miner of miners) {
    while (miner.outstanding > 0) {
      miner.check();
      await pause(EACH_MS);
    }
    miner.check();
  }
}

it('a thousand that bring all their good shares at once have none of anybody’s refused, and newcomers are let in meanwhile', async () => {
  const { port } = await FleetUnderTest.open({
    listeners: 1,
    maxConnections: 10_000,
    guard: NODE_GUARD,
    difficulty: EASY,
  });
  const honest = await Promise.all(
    Array.from({ length: HONEST }, (_, i) => open(port, `honest${i}`, '127.0.0.1', 300)),
  );
  const proven: ShareStream[] = [];
  while (proven.length < PROVEN) {
    const some = Array.from({ length: TOGETHER }, (_, i) => {
      const which = proven.length + i;
      return open(port, `proven${which}`, `127.2.0.${1 + (which % 250)}`, SHARES);
    });
    proven.push(...(await Promise.all(some)));
  }
  for (const miner of proven) miner.send(1);
  await settled(proven);

  const crowd = new HostileCrowd(port, CROWD);
  ends.push(() => crowd.stop());
  crowd.start();
  for (const miner of proven) miner.send(SHARES);
  const newcomers = Array.from({ length: NEWCOMERS }, async (_, i) => {
    await pause(EACH_MS * i);
    const comesMs = performance.now();
    const newcomer = await open(port, `new${i}`, `127.0.1.${1 + i}`, 1);
    newcomer.send(1);
    await settled([newcomer]);
    return performance.now() - comesMs;
  });
  let lasts = true;
  const mining = (async () => {
    while (lasts) {
      for (const miner of honest) miner.send(1);
      await pause(EACH_MS);
      for (const miner of honest) miner.check();
    }
  })();
  const tookMs = await Promise.all(newcomers);
  await settled(proven);
  lasts = false;
  await mining;
  await settled(honest);
  expect(Math.max(...tookMs)).toBeLessThan(ENTRY_MS);
}, 60_000);
