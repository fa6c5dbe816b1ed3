import { describe, expect, it } from '@jest/globals';
import type { GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import { type Client, chance, EXCHANGE_MS, NodeOfDoors } from './node-of-doors.js';
import { SlowMiner } from './slow-miner.js';

/** 20 places, of which strangers have 10. */
const OPTIONS: GuardOptions = {
  nodeConnections: 20,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const STRANGERS = 10;
/** Six for each place: addresses that log in, sit there, and come back as soon as they lose it. */
const CROWD = 60;
const MINERS = 20;
const MINUTE_MS = 60_000;

interface Case {
  readonly doors: number;
  /** How soon one of the crowd tries again. */
  readonly againMs: number;
  /** How long the crowd has been there when the first miner comes. */
  readonly beforeMs: number;
}

/** A full node: half of it at work, half of it the crowd's. Then a miner that nobody knows comes each minute. */
function minersIn({ doors, againMs, beforeMs }: Case): SlowMiner[] {
  const node = new NodeOfDoors(OPTIONS, { doors, startDifficulty: 4096 });
  const random = chance(3);
  for (let i = 0; i < STRANGERS; i++) node.work([node.come(`10.9.0.${i}`)!], 1e6);
  node.later(EXCHANGE_MS);
  const crowd = Array.from({ length: CROWD }, (_, i) => ({
    address: `10.1.0.${i}`,
    client: null as Client | null,
    nextTryMs: node.nowMs + againMs * random.next().value,
  }));
  const miners: SlowMiner[] = [];
  for (
    const startMs = node.nowMs;
    node.nowMs - startMs < beforeMs + 90 * MINUTE_MS;
    node.later(EXCHANGE_MS)
  ) {
    const sinceMs = node.nowMs - startMs - beforeMs;
    if (sinceMs >= 0 && sinceMs % MINUTE_MS === 0 && miners.length < MINERS) {
      miners.push(new SlowMiner(node, `10.2.0.${miners.length}`, 5_000, random));
    }
    // The crowd is first each time: what comes first is luck, and it is all the crowd's.
    for (const one of crowd) {
      if ((one.client !== null && !one.client.gone) || node.nowMs < one.nextTryMs) continue;
      one.client = node.come(one.address);
      one.client?.visit.mayBegin(node.nowMs);
      one.nextTryMs = node.nowMs + againMs;
    }
    for (const miner of miners) {
      // One that has shown what it is goes elsewhere, so that the node has as many strangers for each place as before.
      if (miner.creditedMs === null) miner.step();
      else if (miner.isIn) miner.client!.leave();
    }
    if (miners.length === MINERS && miners.every(({ creditedMs }) => creditedMs !== null)) break;
  }
  return miners;
}

const minutesOf = (miners: readonly SlowMiner[]): number[] =>
  miners
    .map(({ cameMs, creditedMs }) => ((creditedMs ?? Number.POSITIVE_INFINITY) - cameMs) / MINUTE_MS)
    .sort((a, b) => a - b);

describe('an ESP32 that nobody knows, on a full node whose places for strangers a crowd of idle logins passes round', () => {
  it.each([1, 2])(
    'is in at once after an hour of that, and keeps its place until its first share, with %i listeners',
    (doors) => {
      const miners = minersIn({ doors, againMs: 250, beforeMs: 60 * MINUTE_MS });
      for (const { cameMs, enteredMs, lost } of miners) expect([enteredMs, lost]).toEqual([cameMs, 0]);
      // Its start takes 90 s and its share 86, as where there is room for all: of 20 the last after 90 + 86 ln 20 = 350 s.
      expect(minutesOf(miners).at(-1)).toBeLessThan(8);
    },
  );

  it.each([1, 2])(
    'is in at once after five minutes too, and then has its turn, with %i listeners',
    (doors) => {
      const miners = minersIn({ doors, againMs: 250, beforeMs: 5 * MINUTE_MS });
      for (const { cameMs, enteredMs } of miners) expect(enteredMs).toBe(cameMs);
      // Everybody has a sixth of the time, so what takes 350 s may take 35 minutes.
      expect(minutesOf(miners)[MINERS / 2]).toBeLessThan(15);
      expect(minutesOf(miners).at(-1)).toBeLessThan(60);
    },
  );
});
