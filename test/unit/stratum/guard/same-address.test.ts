import { describe, expect, it } from '@jest/globals';
import type { GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import { type Client, chance, EXCHANGE_MS, NodeOfDoors } from './node-of-doors.js';

/** The defaults of a node on mainnet. */
const OPTIONS: GuardOptions = {
  nodeConnections: 10_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const MINUTE_MS = 60_000;
/** An ESP32's: 0.001 · 2³² hashes at 50,000 a second. */
const EASIEST = 0.001;
const SHARE_MS = 86_000;
const NAT = '198.51.100.7';

describe('five hundred ESP32 rigs behind one unknown address', () => {
  const RIGS = 500;
  /** Firmware tries again in some seconds, a client that means no good at once. */
  const AGAIN_MS = 5_000;
  const HOSTILE_AGAIN_MS = 1_000;

  interface Rig {
    client: Client | null;
    nextTryMs: number;
    nextShareMs: number;
    proven: boolean;
  }

  interface Minutes {
    /** Until all rigs are let in, and until each of them had a share and is there. */
    readonly in: number;
    readonly working: number;
  }

  /** `idle`: connections beside the rigs that came first, log in and only sit there. */
  function minutesUntil(idle: number, doors: number): Minutes {
    const node = new NodeOfDoors(OPTIONS, { doors, startDifficulty: 4096 });
    const random = chance(7);
    const startMs = node.nowMs;
    const hostile = Array.from({ length: idle }, () => ({ client: node.come(NAT), nextTryMs: startMs }));
    node.later(10_000);
    const rigs = Array.from(
      { length: RIGS },
      (): Rig => ({
        client: null,
        nextTryMs: node.nowMs + AGAIN_MS * random.next().value,
        nextShareMs: 0,
        proven: false,
      }),
    );
    const shareMs = (): number => -SHARE_MS * Math.log(random.next().value);
    function tryAgain(one: { client: Client | null; nextTryMs: number }, againMs: number): boolean {
      if (node.nowMs < one.nextTryMs || (one.client !== null && !one.client.gone)) return false;
      one.client = node.come(NAT);
      one.nextTryMs = node.nowMs + againMs;
      return one.client !== null;
    }
    let allIn = Number.POSITIVE_INFINITY;
    while (node.nowMs - startMs < 60 * MINUTE_MS) {
      for (const one of hostile) tryAgain(one, HOSTILE_AGAIN_MS);
      for (const rig of rigs) {
        if (tryAgain(rig, AGAIN_MS)) rig.nextShareMs = 0;
        const { client } = rig;
        if (client === null || client.gone) continue;
        if (rig.nextShareMs === 0) rig.nextShareMs = node.nowMs + shareMs();
        if (node.nowMs < rig.nextShareMs) continue;
        node.work([client], EASIEST);
        rig.proven = true;
        rig.nextShareMs = node.nowMs + shareMs();
      }
      const minutes = (node.nowMs - startMs) / MINUTE_MS;
      const areIn = rigs.every(({ client }) => client !== null && !client.gone);
      if (areIn) allIn = Math.min(allIn, minutes);
      if (areIn && rigs.every(({ proven }) => proven)) return { in: allIn, working: minutes };
      node.later(EXCHANGE_MS);
    }
    return { in: allIn, working: Number.POSITIVE_INFINITY };
  }

  // Of 500, the last has its share after 86 s × ln 500 = 9 minutes, wherever it mines.
  it.each([1, 2])('are in within three minutes and work within 15, with %i listeners', (doors) => {
    const minutes = minutesUntil(0, doors);
    expect(minutes.in).toBeLessThan(3);
    expect(minutes.working).toBeLessThan(15);
  });

  it.each([1, 2])(
    'are in within 12 minutes and work within 25 beside 200 idle connections that came first, with %i listeners',
    (doors) => {
      const minutes = minutesUntil(200, doors);
      expect(minutes.in).toBeLessThan(12);
      expect(minutes.working).toBeLessThan(25);
    },
  );
});

describe('an unknown address whose places are all taken', () => {
  function taken(ready: boolean): NodeOfDoors {
    const node = new NodeOfDoors(OPTIONS);
    for (let i = 0; i < 128; i++) expect(node.come(NAT, { ready })).not.toBeNull();
    node.exchange();
    node.later(3_000);
    return node;
  }

  it('has one that does not log in for three seconds give way to a newcomer of its own', () => {
    const node = taken(false);
    expect(node.come(NAT)).toBeNull();
    node.later(1);
    expect(node.come(NAT)).not.toBeNull();
    expect(node.yielded).toHaveLength(1);
  });

  it('has one that is logged in give way only when it had three minutes for a share', () => {
    const node = taken(true);
    node.later(177_000);
    expect(node.come(NAT)).toBeNull();
    node.later(1);
    expect(node.come(NAT)).not.toBeNull();
    expect(node.yielded).toHaveLength(1);
  });
});
