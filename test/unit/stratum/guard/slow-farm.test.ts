import { describe, expect, it } from '@jest/globals';
import type { GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import { chance, EXCHANGE_MS, NodeOfDoors } from './node-of-doors.js';
import { SlowMiner, START_DIFFICULTY } from './slow-miner.js';

/** The defaults of a node on mainnet. */
const OPTIONS: GuardOptions = {
  nodeConnections: 10_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const RIGS = 500;
const AGAIN_MS = 5_000;
const MINUTE_MS = 60_000;

/** When each rig has had its first share, in minutes, the first of them first. */
function minutesUntilCredited(addressOf: (rig: number) => string, doors: number): number[] {
  const node = new NodeOfDoors(OPTIONS, { doors, startDifficulty: START_DIFFICULTY });
  const random = chance(5);
  const rigs = Array.from(
    { length: RIGS },
    (_, i) => new SlowMiner(node, addressOf(i), AGAIN_MS, random, AGAIN_MS * random.next().value),
  );
  const startMs = node.nowMs;
  while (node.nowMs - startMs < 60 * MINUTE_MS && rigs.some(({ creditedMs }) => creditedMs === null)) {
    for (const rig of rigs) rig.step();
    node.later(EXCHANGE_MS);
  }
  return rigs
    .map(({ creditedMs }) => ((creditedMs ?? Number.POSITIVE_INFINITY) - startMs) / MINUTE_MS)
    .sort((a, b) => a - b);
}

/**
 * From difficulty 4096 it is 90 s down to 0.001, where a share takes 86 s: of 500 the middle one has its first after 90 +
 * 86 ln 2 = 150 s, the last after 90 + 86 ln 500 = 624 s, wherever they mine.
 */
describe('five hundred ESP32 rigs that nobody knows, at the default start difficulty', () => {
  it.each([1, 2])(
    'are all credited within twelve minutes, each from its own address, with %i listeners',
    (doors) => {
      const minutes = minutesUntilCredited((rig) => `10.0.${rig >> 8}.${rig & 255}`, doors);
      expect(minutes[RIGS / 2]).toBeLessThan(3);
      expect(minutes.at(-1)).toBeLessThan(12);
    },
  );

  // Of strangers it may have 128 at a time; who had no share in three minutes makes room for the next.
  it.each([1, 2])(
    'are all credited within fifteen minutes behind one address, with %i listeners',
    (doors) => {
      const minutes = minutesUntilCredited(() => '198.51.100.7', doors);
      expect(minutes[RIGS / 2]).toBeLessThan(7);
      expect(minutes.at(-1)).toBeLessThan(15);
    },
  );
});
