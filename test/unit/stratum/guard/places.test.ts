import { beforeEach, describe, expect, it } from '@jest/globals';
import type { GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import { type Client, chance, NodeOfDoors } from './node-of-doors.js';

/** Regtest's preset: an eighth of it is 62.5 places. */
const OPTIONS: GuardOptions = {
  nodeConnections: 500,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** The presets' lowest: 0.001 · 2³² hashes, of which the slowest miner a twentieth has in 50,000 / 20 a second: 1,718 s. */
const EASIEST = 0.001;
const COVERED_MS = 1_717_986;
const FARM = '198.51.100.7';

let node: NodeOfDoors;

beforeEach(() => {
  node = new NodeOfDoors(OPTIONS);
});

/** Of as many addresses, those that are let in. */
function comeFrom(network: number, count: number): Client[] {
  return Array.from({ length: count }, (_, i) => node.come(`10.${network}.${i >> 8}.${i & 255}`)).filter(
    (client) => client !== null,
  );
}

/** Connections of one address that come as fast as they are let in, and have a share at once; null for none ever. */
function fill(address: string, count: number, difficulty: number | null): Client[] {
  const clients: Client[] = [];
  for (let tries = 0; clients.length < count && tries < 100; tries++) {
    while (clients.length < count) {
      const client = node.come(address);
      if (client === null) break;
      client.visit.mayBegin(node.nowMs);
      if (difficulty !== null) node.work([client], difficulty);
      clients.push(client);
    }
    node.later(1_000);
  }
  return clients;
}

describe('a place', () => {
  it('is not had by a worthless share: two addresses with one on each connection leave the node to others', () => {
    const hostile = ['192.0.2.1', '192.0.2.2'].flatMap((address) => fill(address, 375, 1e-9));
    // What two addresses may have as strangers is 256; what all strangers may, 250.
    expect(hostile.filter(({ gone }) => !gone)).toHaveLength(250);
    node.later(MINUTE_MS);
    const honest = comeFrom(1, 100);
    expect(honest).toHaveLength(100);
    node.work(honest, EASIEST);
    node.later(MINUTE_MS);
    for (let i = 0; i < 300; i++) node.come('192.0.2.1');
    expect(honest.filter(({ gone }) => gone)).toEqual([]);
  });

  it('is not held by connections that do nothing, of addresses that worked once: those who come get in', () => {
    const hostile = ['192.0.2.1', '192.0.2.2'];
    const workers = hostile.flatMap((address) => fill(address, 250, EASIEST));
    expect(workers).toHaveLength(500);
    for (const worker of workers) worker.leave();
    node.later(1_000);
    const idle = hostile.flatMap((address) => fill(address, 250, null));
    expect([idle.length, node.connections]).toEqual([500, 500]);
    node.later(MINUTE_MS);
    const honest = comeFrom(1, 50);
    expect(honest).toHaveLength(50);
    node.later(MINUTE_MS);
    for (const address of hostile) for (let i = 0; i < 300; i++) node.come(address);
    expect(honest.filter(({ gone }) => gone)).toEqual([]);
  });

  /** 250 and then 250 more, since strangers have half of the node. */
  function full(difficulty: number): Client[] {
    const first = comeFrom(1, 250);
    node.work(first, difficulty);
    const second = comeFrom(2, 250);
    node.work(second, difficulty);
    return [...first, ...second];
  }

  it('is kept for half an hour by one share of the lowest difficulty, then until another needs it', () => {
    const miners = full(EASIEST);
    node.later(COVERED_MS - 1_000);
    expect(node.come(FARM)).toBeNull();
    node.work(miners.slice(1), EASIEST);
    node.later(1_001);
    expect(node.yielded).toEqual([]);
    expect(node.come(FARM)).not.toBeNull();
    expect(node.yielded).toEqual([miners[0]]);
    expect(node.come('198.51.100.8')).toBeNull();
  });

  it('that was given up by who worked no more is had again by the next share', () => {
    const miners = full(EASIEST);
    node.later(COVERED_MS + 1);
    node.work(miners, EASIEST);
    node.later(250);
    expect(node.doors[0]!.strangers).toBe(0);
    expect(node.come(FARM)).toBeNull();
  });

  it('is never lost by an ESP32, whose shares come by chance, 86 s apart, in half a day on a full node', () => {
    const random = chance(1);
    const shareMs = (): number => -86_000 * Math.log(random.next().value);
    const miners = full(EASIEST).map((client) => ({ client, nextMs: node.nowMs + shareMs() }));
    expect(miners).toHaveLength(500);
    for (let look = 0; look < 12 * 30; look++) {
      node.later(2 * MINUTE_MS);
      for (const miner of miners) {
        for (; miner.nextMs <= node.nowMs; miner.nextMs += shareMs()) node.work([miner.client], EASIEST);
      }
      expect(node.come('192.0.2.1')).toBeNull();
    }
    expect(node.yielded).toEqual([]);
  });

  it('is not lost by a heater that a thermostat turns off for an hour', () => {
    const heaters = full(1_000);
    for (let hour = 0; hour < 3; hour++) {
      node.later(HOUR_MS);
      expect(node.come(FARM)).toBeNull();
    }
    expect(heaters.filter(({ gone }) => gone)).toEqual([]);
  });

  it('is not lost by who works no more while there is room', () => {
    const miners = comeFrom(1, 200);
    node.work(miners, EASIEST);
    node.later(20 * HOUR_MS);
    expect(comeFrom(2, 200)).toHaveLength(200);
    expect(node.yielded).toEqual([]);
  });

  it('is not lost by those of an address that has earned fewer by the time, while there is room', () => {
    const miners = fill(FARM, 200, EASIEST);
    for (let hour = 0; hour < 20; hour++) node.later(HOUR_MS);
    // 200 · 2^(-19.5 / 6) are 21, and 128 strangers.
    expect(miners.filter(({ gone }) => gone)).toEqual([]);
    node.served(FARM);
    expect(node.yielded).toHaveLength(1);
  });
});

describe('an address with more than an eighth of a full node', () => {
  const LARGE = '192.0.2.1';
  const SMALL = '192.0.2.2';

  /** 375 of one address and 125 of another, all of them at work. */
  function crowded(): Client[] {
    const large = fill(LARGE, 375, EASIEST);
    const small = fill(SMALL, 125, EASIEST);
    expect([large.length, small.length]).toEqual([375, 125]);
    return [...large, ...small];
  }

  const of = (address: string): number => node.yielded.filter((one) => one.address === address).length;

  it('makes room for strangers until they have an eighth, and no further', () => {
    crowded();
    expect(node.doors[0]!.canMakeRoom).toBe(true);
    // 63 is the first number above 62.5.
    expect(comeFrom(1, 200)).toHaveLength(63);
    expect(of(LARGE)).toBe(63);
    expect(of(SMALL)).toBe(0);
  });

  it('makes room again when those have proved work, down to as much as the others, and no further than an eighth', () => {
    crowded();
    const honest: Client[] = [];
    for (let round = 0; round < 20; round++) {
      const came = comeFrom(round, 100);
      node.work(came, 1);
      honest.push(...came);
      node.later(250);
    }
    // 500 less what two addresses keep, 62 each, the largest number not above an eighth.
    expect(honest).toHaveLength(500 - 2 * 62);
    expect(honest.filter(({ gone }) => gone)).toEqual([]);
    expect([of(LARGE), of(SMALL)]).toEqual([375 - 62, 125 - 62]);
    expect(node.doors[0]!.canMakeRoom).toBe(false);
  });

  it('gives up first what works least', () => {
    const all = crowded();
    const lazy = all[7]!;
    node.work(
      all.filter((client) => client !== lazy),
      EASIEST,
    );
    // 256 of the 375 are looked at, so it is seen with the second newcomer at the latest.
    comeFrom(1, 2);
    expect(node.yielded).toContain(lazy);
  });

  it('has another with more of the node give up places to those it has earned', () => {
    crowded();
    for (let i = 0; i < 10; i++) {
      const client = node.come(SMALL);
      expect(client).not.toBeNull();
      client!.visit.mayBegin(node.nowMs);
      node.work([client!], EASIEST);
    }
    expect(of(LARGE)).toBe(10);
    // But nobody takes from one that has as few.
    for (let i = 0; i < 300; i++) node.come(LARGE);
    expect(of(SMALL)).toBe(0);
  });

  it('has no place taken by one that did harm', () => {
    crowded();
    comeFrom(1, 1)[0]!.visit.faulted();
    node.later(250);
    expect(node.come('10.1.0.0')).toBeNull();
    expect(node.come(FARM)).not.toBeNull();
  });
});

describe('somebody who has a full node’s places by work', () => {
  const SHARE_HASHES = EASIEST * 2 ** 32;
  const EACH = 62;

  /** From as many addresses with 62 places each, an eighth at most; the rest is one other's, who mines in earnest. */
  function held(addresses: number): Client[] {
    const each = Array.from({ length: addresses }, (_, i) => fill(`192.0.2.${i}`, EACH, EASIEST));
    node.work(comeFrom(1, OPTIONS.nodeConnections - addresses * EACH), 1_000);
    expect(node.connections).toBe(OPTIONS.nodeConnections);
    return each.flat();
  }

  /** Whether a newcomer got in within a day, where each connection has a share once in `shareMs`. */
  function isLetIn(held: readonly Client[], shareMs: number): boolean {
    for (let ms = 0; ms < 24 * HOUR_MS; ms += shareMs) {
      node.work(held, EASIEST);
      node.later(shareMs);
      if (node.come(FARM) !== null) return true;
    }
    return false;
  }

  it('has 2,500 hashes a second for each: 25 MH/s for a node of 10,000', () => {
    const clients = held(8);
    expect(isLetIn(clients, SHARE_HASHES / 2.5)).toBe(false);
    expect(node.yielded).toEqual([]);
  });

  it('loses them within a day with a twentieth less', () => {
    expect(isLetIn(held(8), (SHARE_HASHES / 2.5) * 1.05)).toBe(true);
  });

  it('has them from eight addresses or more: of seven each has more than an eighth, and makes room', () => {
    for (let i = 0; i < 7; i++) fill(`192.0.2.${i}`, 71, EASIEST);
    node.work(comeFrom(1, OPTIONS.nodeConnections - node.connections), 1_000);
    expect(node.connections).toBe(OPTIONS.nodeConnections);
    expect(node.come(FARM)).not.toBeNull();
  });
});

describe('an honest farm with three quarters of a full node of 10,000 places', () => {
  const PLACES = 10_000;
  const AGAIN_MS = 5_000;

  it('loses an eighth of the node to a flood of strangers, once, and nobody else anything', () => {
    node = new NodeOfDoors({ ...OPTIONS, nodeConnections: PLACES }, { doors: 2 });
    const rigs: Client[] = [];
    while (rigs.length < PLACES * 0.75) {
      const rig = node.come(FARM)!;
      while (!rig.visit.mayBegin(node.nowMs)) node.later(10_000);
      rigs.push(rig);
      node.work([rig], 1);
      if (rigs.length % 100 === 0) node.exchange();
    }
    const others = comeFrom(1, PLACES / 4);
    node.work(others, 1);
    node.exchange();
    expect(node.connections).toBe(PLACES);

    let displaced: { sinceMs: number }[] = [];
    let back = 0;
    let seen = 0;
    for (let quarter = 0; quarter < 4 * 120; quarter++) {
      // A third of them says nothing, the others log in and sit there.
      for (let i = 0; i < 125; i++) {
        const from = (quarter * 125 + i) % 30_000;
        node.come(`10.${100 + (from >> 16)}.${(from >> 8) & 255}.${from & 255}`, { ready: i % 3 > 0 });
      }
      for (; seen < node.yielded.length; seen++) {
        if (node.yielded[seen]!.address === FARM) displaced.push({ sinceMs: node.nowMs });
      }
      // Their firmware tries again.
      displaced = displaced.filter((rig) => {
        if (node.nowMs - rig.sinceMs < AGAIN_MS) return true;
        rig.sinceMs = node.nowMs;
        const again = node.come(FARM);
        if (again !== null) back++;
        return again === null;
      });
      node.later(250);
    }
    const lost = node.yielded.filter(({ address }) => address === FARM).length;
    // 1,250, and what two doors that do not hear of each other for 250 ms let in together.
    expect(lost).toBeGreaterThan(1_200);
    expect(lost).toBeLessThanOrEqual(1_250 + 125);
    expect(back).toBe(0);
    expect(others.filter(({ gone }) => gone)).toEqual([]);
  });
});
