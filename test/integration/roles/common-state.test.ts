import { afterEach, expect, it } from '@jest/globals';
import type { WorkerNote } from '../../../src/roles/worker-notes.js';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { type Line, WireMiner } from '../stratum/wire-miner.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const USER = `${ADDRESS}.rig`;
const AT_ONCE = 4;
const miners: WireMiner[] = [];

afterEach(async () => {
  for (const miner of miners.splice(0)) miner.end();
  await FleetUnderTest.closeAll();
});

interface LoggedIn {
  readonly miner: WireMiner;
  readonly notify: Line;
  /** Of its listener: the first byte of the extranonce1. */
  readonly listener: number;
}

async function logIn(port: number): Promise<LoggedIn> {
  const miner = await WireMiner.connect(port);
  miners.push(miner);
  const notify = await miner.logIn(USER);
  return { miner, notify, listener: Number.parseInt(miner.extranonce1.slice(0, 2), 16) };
}

/** Of connections that come together each listener has some. */
async function logInElsewhere(port: number, than: number): Promise<LoggedIn> {
  for (const endMs = performance.now() + 10_000; performance.now() < endMs; ) {
    const logins = await Promise.all(Array.from({ length: AT_ONCE }, () => logIn(port)));
    const found = logins.find(({ listener }) => listener !== than);
    if (found !== undefined) return found;
    for (const { miner } of logins) miner.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`every login met listener ${than}`);
}

it('a worker has what it proved and its best share also at another listener, and at one that starts later', async () => {
  const fleet = await FleetUnderTest.open({
    ...{ listeners: 2, maxConnections: 200, guard: { ...NODE_GUARD, unlimited: ['127.0.0.1'] } },
    ...{ difficulty: 1e-7, maxDifficulty: 4e-7, shareIntervalMs: 200, wantsBests: true },
  });
  const first = await logIn(fleet.port);
  expect(first.miner.difficultyOf(first.notify)).toBe(1e-7);
  const proof = (): WorkerNote | undefined => fleet.notes.find(({ difficulty }) => difficulty !== null);
  for (let i = 0; proof() === undefined; i++) {
    const extranonce2 = i.toString(16).padStart(16, '0');
    const notify = first.miner.lines.findLast(({ method }) => method === 'mining.notify')!;
    const share = first.miner.grind(notify, { extranonce2 });
    expect((await first.miner.submit(USER, share)).result).toBe(true);
  }
  const { difficulty, bestEver } = proof()!;
  expect(difficulty).toBeGreaterThan(1e-7);

  const { miner, notify } = await logInElsewhere(fleet.port, first.listener);
  expect(miner.difficultyOf(notify)).toBe(difficulty);
  fleet.bests.length = 0;
  expect((await miner.submit(USER, miner.grind(notify, { notDifficulty: bestEver }))).result).toBe(true);
  while (fleet.bests.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  // Neither of the week nor of all time.
  expect(fleet.bests.map(({ timeframe }) => timeframe)).toEqual(['session']);

  process.kill(fleet.pids[1 - first.listener]!, 'SIGKILL');
  const anew = await logInElsewhere(fleet.port, first.listener);
  expect(anew.miner.difficultyOf(anew.notify)).toBe(difficulty);
}, 30_000);
