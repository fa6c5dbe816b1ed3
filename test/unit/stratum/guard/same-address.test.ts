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
      for (const one of hostile) if (tryAgain(one, HOSTILE_AGAIN_MS)) one.client!.visit.mayBegin(node.nowMs);
      for (const rig of rigs) {
        if (tryAgain(rig, AGAIN_MS)) rig.nextShareMs = 0;
        const { client } = rig;
        if (client === null || client.gone) continue;
        if (rig.nextShareMs === 0 && client.visit.mayBegin(node.nowMs))
          rig.nextShareMs = node.nowMs + shareMs();
        if (rig.nextShareMs === 0 || node.nowMs < rig.nextShareMs) continue;
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

describe('a farm that proved work, behind one address with a reconnect storm', () => {
  const RIGS = 20;
  const SOCKETS = 40;

  function farm(doors = 1): { node: NodeOfDoors; rigs: Client[] } {
    const node = new NodeOfDoors(OPTIONS, { doors, startDifficulty: 4096 });
    const rigs = Array.from({ length: RIGS }, () => node.served(NAT));
    // Slow miners: they earn a place each, and no more.
    node.work(rigs, EASIEST);
    node.later(EXCHANGE_MS);
    return { node, rigs };
  }

  /** 1,500 attempts a second that leave without a word. */
  function storm(node: NodeOfDoors, seconds: number): void {
    for (let exchange = 0; exchange < seconds * 4; exchange++) {
      let sockets: Client[] = [];
      for (let i = 0; i < 375; i++) {
        const client = node.come(NAT, { ready: false });
        if (client !== null) sockets.push(client);
        if (sockets.length < SOCKETS) continue;
        for (const one of sockets) one.leave();
        sockets = [];
      }
      for (const one of sockets) one.leave();
      node.later(EXCHANGE_MS);
    }
  }

  it('is served at once, as often as its switch fails', () => {
    const { node, rigs } = farm();
    for (let times = 0; times < 3; times++) {
      storm(node, 35);
      for (const rig of rigs.splice(0)) rig.leave();
      storm(node, 35);
      for (let i = 0; i < RIGS; i++) rigs.push(node.served(NAT));
      node.work(rigs, EASIEST);
    }
    expect(node.yielded).toEqual([]);
  });

  /** Logs in over and over from `sockets` sockets, each as soon as it was served; the rigs come after a minute of it. */
  function worstWaitMs(
    node: NodeOfDoors,
    rigs: readonly Client[],
    sockets: number,
    others: string[],
  ): number {
    for (const rig of rigs) rig.leave();
    const addresses = [NAT, ...others];
    const hostile = new Set<Client>();
    const waiting = new Set<Client>();
    let worstMs = 0;
    for (const startMs = node.nowMs; node.nowMs - startMs < 120_000; node.later(EXCHANGE_MS)) {
      for (const one of hostile) {
        if (!one.visit.mayBegin(node.nowMs)) continue;
        one.leave();
        hostile.delete(one);
      }
      for (let i = hostile.size; i < sockets * addresses.length; i++) {
        const one = node.come(addresses[i % addresses.length]!, { ready: false })!;
        if (one.visit.mayBegin(node.nowMs)) one.leave();
        else hostile.add(one);
      }
      if (node.nowMs - startMs === 60_000) {
        for (let i = 0; i < RIGS; i++) waiting.add(node.come(NAT, { ready: false })!);
      }
      for (const rig of waiting) {
        if (!rig.visit.mayBegin(node.nowMs)) continue;
        rig.ready = true;
        waiting.delete(rig);
        worstMs = Math.max(worstMs, node.nowMs - rig.sinceMs);
      }
    }
    expect(waiting.size).toBe(0);
    expect(node.yielded).toEqual([]);
    return worstMs;
  }

  // All before the last of them, at 50 a second and 128 / 60 s + 20 / 10 s: 320 / 54.1 = 5.9 s. With several listeners, what
  // they hear of each other is a quarter of a second old.
  it.each([
    [1, 6_500],
    [2, 7_500],
    [4, 7_500],
  ])(
    'is served in time where 300 sockets log in without end, as each waits its turn, with %i listeners within %i ms',
    (doors, ms) => {
      const { node, rigs } = farm(doors);
      expect(worstWaitMs(node, rigs, 300, [])).toBeLessThanOrEqual(ms);
    },
  );

  it.each([1, 2, 4])('has no more turns in a minute than one with one listener has, with %i', (doors) => {
    const { node, rigs } = farm(doors);
    for (const rig of rigs) rig.leave();
    let served = 0;
    const startMs = node.nowMs;
    const hostile = new Set<Client>();
    for (; node.nowMs - startMs < MINUTE_MS; node.later(EXCHANGE_MS)) {
      for (let i = hostile.size; i < 300; i++) {
        // Most at one of the listeners.
        const one = node.come(NAT, { ready: false, at: i % 3 === 0 ? i % doors : 0 });
        if (one !== null) hostile.add(one);
      }
      for (const one of hostile) {
        if (!one.visit.mayBegin(node.nowMs)) continue;
        served++;
        one.leave();
        hostile.delete(one);
      }
    }
    // In the minute and a second before it; the address by itself 148 at once, 128 more and 20 each ten seconds; and what
    // listeners that have not heard of each other for a quarter of a second serve twice of it.
    expect(served).toBeLessThan(61 * 50 + 148 + 128 + 6 * 20 + 150);
    expect(served).toBeGreaterThan(58 * 50);
  });

  // Of 50 turns a second each address has ten, and 4.1 of its own: 120 / 14.1 = 8.5 s.
  it('is served within 9 s where 100 sockets do so behind each of five such addresses', () => {
    const { node, rigs } = farm();
    const others = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
    for (const other of others) {
      const theirs = Array.from({ length: RIGS }, () => node.served(other));
      node.work(theirs, EASIEST);
      node.later(EXCHANGE_MS);
      for (const one of theirs) one.leave();
    }
    expect(worstWaitMs(node, rigs, 100, others)).toBeLessThanOrEqual(9_000);
  });

  it('has as many wait as an eighth of the strangers’ room, and gives up none of them', () => {
    const { node, rigs } = farm();
    for (const rig of rigs.splice(0)) rig.leave();
    const waiting: Client[] = [];
    for (let one = node.come(NAT, { ready: false }); one !== null; one = node.come(NAT, { ready: false })) {
      if (one.visit.mayBegin(node.nowMs)) one.leave();
      else waiting.push(one);
    }
    expect(waiting).toHaveLength(10_000 / 2 / 8);
    const served = (): number => waiting.filter(({ visit }) => visit.isPaid).length;
    // 50 at once; then in their order, as many as it may have strangers: 128, and 20 earned.
    node.later(EXCHANGE_MS);
    expect(served()).toBeGreaterThanOrEqual(50);
    expect(waiting.findIndex(({ visit }) => !visit.isPaid)).toBe(served());
    while (node.nowMs < waiting[0]!.sinceMs + 3_000) node.later(EXCHANGE_MS);
    expect(served()).toBe(128 + RIGS);
    expect(node.yielded).toEqual([]);
    // Served three seconds ago, and still not logged in.
    node.later(EXCHANGE_MS);
    node.later(EXCHANGE_MS);
    expect(node.yielded.every(({ visit }) => visit.isPaid)).toBe(true);
    expect(node.yielded).toContain(waiting[0]);
    expect(served()).toBeGreaterThan(128 + RIGS);
  });

  it('waits for nobody who has left', () => {
    const { node, rigs } = farm();
    for (const rig of rigs.splice(0)) rig.leave();
    for (let i = 0; i < 10_000; i++) {
      const one = node.come(NAT, { ready: false })!;
      one.visit.mayBegin(node.nowMs);
      one.leave();
    }
    const rig = node.come(NAT)!;
    // A token comes back in a quarter of a second.
    node.later(EXCHANGE_MS);
    expect(rig.visit.mayBegin(node.nowMs)).toBe(true);
  });
});
