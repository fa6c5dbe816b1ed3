import { afterEach, expect, it } from '@jest/globals';
import { ShareStream } from '../../bench/share-stream.js';
import { HostileCrowd } from '../../hostile-crowd.js';
import { ADDRESS } from '../stratum/pool-under-test.js';
import { FleetUnderTest, NODE_GUARD } from './fleet-under-test.js';

const HOSTILE = 1_000;
const HONEST = 20;
/**
 * So many of them are proxies. Their further names come behind a share: of who has none, lines that wait for three seconds
 * are a flood on a full node.
 */
const PROXIES = 5;
const PROXY_NAMES = 256;
const SHARES = 40;
const EACH_MS = 100;
/**
 * Nobody knows them, each comes from an address of its own, and has its first share after 33 s to 41 s: a place is a
 * newcomer's for thirty, and after that it has to be worth more than those of the crowd.
 */
const SLOW = 12;
const FIRST_SHARE_MS = 33_000;
const LAST_SHARE_MS = 41_000;
/**
 * How long a newcomer may be kept out: those of the crowd on 250 places have three seconds to show what they are, then the
 * next 250 of a thousand, so 12 s. The rest is for a machine with other tests on it.
 */
const ENTRY_MS = 30_000;
const AGAIN_MS = 1_000;
/** Where reports of two doors crossed one is too many, and who came last has to go within a second (`Places.surplus`). */
const SETTLED_MS = 2_000;
const MEMORY_BYTES = 16 << 20;
/** A listener of this size without any connection has about 100 MiB. */
const RSS_BYTES = 300 << 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const ends: (() => void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await FleetUnderTest.closeAll();
});

/** It fails when it is not let in, to stay, within `ENTRY_MS`; its firmware tries again each second. */
async function letIn(port: number, worker: string, from: string): Promise<ShareStream> {
  const startMs = performance.now();
  for (;;) {
    try {
      const miner = await ShareStream.open(port, `${ADDRESS}.${worker}`, from);
      await pause(SETTLED_MS);
      miner.check();
      return miner;
    } catch (error) {
      if (performance.now() - startMs > ENTRY_MS) throw error;
      await pause(AGAIN_MS);
    }
  }
}

/** A miner that sends a share ten times a second; it fails with the first that is refused, and when it is dropped. */
async function honest(
  port: number,
  from: string,
  shares: number,
  names: number,
): Promise<() => Promise<void>> {
  const miner = await letIn(port, 'honest', from);
  ends.push(() => miner.close());
  miner.prepare(shares);
  if (names > 1) {
    miner.send(1);
    while (miner.outstanding > 0) {
      await pause(EACH_MS);
      miner.check();
    }
    miner.logIn(Array.from({ length: names - 1 }, (_, i) => `${ADDRESS}.honest-${i}`));
  }
  return async () => {
    for (let sent = 0; sent < shares; sent++) {
      miner.send(1);
      await pause(EACH_MS);
      miner.check();
    }
    for (let waits = 0; miner.outstanding > 0 && waits < 100; waits++) await pause(EACH_MS);
    miner.check();
    expect(miner.outstanding).toBe(0);
    expect(miner.loggedIn).toBe(names);
  };
}

/** Those of them that come from one address. */
function honestOnes(port: number, from: string, shares: number): Promise<() => Promise<void>>[] {
  return Array.from({ length: HONEST }, (_, i) => honest(port, from, shares, i < PROXIES ? PROXY_NAMES : 1));
}

/** A miner that finds one share; it fails when that is refused, and when it is dropped before. */
async function slow(port: number, from: string, afterMs: number): Promise<() => Promise<void>> {
  const startMs = performance.now();
  const miner = await letIn(port, 'slow', from);
  ends.push(() => miner.close());
  miner.prepare(1);
  return async () => {
    while (performance.now() - startMs < afterMs) {
      await pause(EACH_MS);
      miner.check();
    }
    miner.send(1);
    while (miner.outstanding > 0) {
      await pause(EACH_MS);
      miner.check();
    }
  };
}

/**
 * The first row has as many addresses as clients and half as many places, so nothing but what each shows tells them from
 * the slow miners that wait among them. In the second each address has clients of all kinds, and does harm by one what
 * counts against another. The third has room for all of them: nobody yields, and only bans keep them out.
 */
it.each([
  [1_000, 500, SLOW],
  [250, 500, 0],
  [250, 4_000, 0],
])(
  'a thousand hostile clients from %i addresses on a node of %i do no honest miner any harm, %i slow ones included, and take no more memory than they may',
  async (addresses, nodeConnections, slowMiners) => {
    const guard = { ...NODE_GUARD, nodeConnections, memoryBytes: MEMORY_BYTES };
    const fleet = await FleetUnderTest.open({ listeners: 2, maxConnections: nodeConnections, guard });
    const { port } = fleet;
    const before = await Promise.all(honestOnes(port, '127.0.0.1', SHARES));
    const crowd = new HostileCrowd(port, HOSTILE, addresses);
    ends.push(() => crowd.stop());
    crowd.start();
    const mining = before.map((mine) => mine());
    await pause(2_000);
    // Some come while it is at its worst, from an address that nobody knows, and the slow ones, each from its own.
    const during = honestOnes(port, '127.0.0.2', SHARES / 2);
    const apart = (LAST_SHARE_MS - FIRST_SHARE_MS) / (SLOW - 1);
    const unknown = Array.from({ length: slowMiners }, (_, i) =>
      slow(port, `127.0.1.${1 + i}`, FIRST_SHARE_MS + i * apart),
    );
    mining.push(...(await Promise.all([...during, ...unknown])).map((mine) => mine()));
    await Promise.all(mining);
    expect(crowd.connects).toBeGreaterThan(HOSTILE);
    // With room for all of them they do harm until they are banned, which a busy machine delays; without it many are
    // not let in or have to go.
    const keptOut = async (): Promise<number> => {
      const counted = await fleet.counted('orcapool_connection_errors_total');
      return ['banned', 'strangers-full', 'yielded'].reduce((sum, reason) => sum + counted.get(reason)!, 0);
    };
    const least = nodeConnections > HOSTILE ? 0 : HOSTILE / 4;
    for (let waits = 0; (await keptOut()) <= least && waits < 200; waits++) await pause(EACH_MS);
    crowd.stop();

    await pause(1_200);
    const reports = await fleet.reports();
    const accepted = reports.reduce((sum, { shares }) => sum + shares.accepted, 0);
    // Each of theirs; and one in 430 of the spam is a share by luck.
    expect(accepted).toBeGreaterThanOrEqual(HONEST * SHARES + (HONEST * SHARES) / 2 + slowMiners);
    expect(fleet.mostPendingBytes).toBeLessThanOrEqual(MEMORY_BYTES);
    expect(fleet.mostResidentBytes).toBeGreaterThan(0);
    expect(fleet.mostResidentBytes).toBeLessThan(RSS_BYTES);
    // The guard had something to do, and what it did is counted.
    const counted = await fleet.counted('orcapool_connection_errors_total');
    for (const reason of ['not-json', 'oversize-line']) expect(counted.get(reason)).toBeGreaterThan(0);
    expect(await keptOut()).toBeGreaterThan(least);
    // Listeners say nothing of single clients.
    expect(fleet.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  },
  100_000,
);
