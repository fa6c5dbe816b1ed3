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

describe('a full node of miners at work', () => {
  const LARGE = '192.0.2.1';
  const SMALL = '192.0.2.2';

  it.each([1, 2, 3])(
    'loses none of a farm with 60 %% of it behind one address to 1,000 newcomers from as many, in an hour, with %i listeners',
    (doors) => {
      node = new NodeOfDoors(OPTIONS, { doors });
      const miners = [...fill(FARM, 300, EASIEST), ...fill(SMALL, 200, EASIEST)];
      expect([miners.length, node.connections]).toEqual([500, 500]);
      for (let round = 0; round < 60; round++) {
        // What comes besides is a newcomer of the farm itself.
        expect(comeFrom(round, 1_000)).toEqual([]);
        expect([FARM, LARGE, SMALL].map((address) => node.come(address))).toEqual([null, null, null]);
        node.later(MINUTE_MS);
        node.work(miners, EASIEST);
      }
      expect(node.yielded).toEqual([]);
      for (const door of node.doors) {
        expect(door.canMakeRoom).toBe(false);
        expect(door.enter('203.0.113.1', node.nowMs)).toBe('full');
      }
    },
  );

  it('loses none where another listener let newcomers in that have no place: one of these goes again', () => {
    node = new NodeOfDoors(OPTIONS);
    const door = node.doors[0]!;
    node.work(fill(FARM, 300, EASIEST), EASIEST);
    const told = { guestsElsewhere: 3, longestSatElsewhereMs: 0, most: 300, mostGuests: 0, doors: 2 };
    const elsewhere = {
      connectionsElsewhere: 203,
      strangersElsewhere: 3,
      waitingElsewhere: 0,
      addresses: [],
      forgotten: [],
    };
    door.learn({ ...told, ...elsewhere }, node.nowMs);
    expect(node.yielded).toEqual([]);
    // All of them at work: the bound holds, and who came last goes. Its part of three too many is at least one.
    door.learn({ ...told, ...elsewhere, guestsElsewhere: 0, strangersElsewhere: 0 }, node.nowMs);
    expect(node.yielded).toHaveLength(3);
  });

  it('gives those of a crowd that sit on earned places and show nothing to strangers, until these have an eighth', () => {
    const workers = fill(LARGE, 250, EASIEST);
    for (const worker of workers) worker.leave();
    node.later(1_000);
    const idle = fill(LARGE, 250, null);
    const small = fill(SMALL, 250, EASIEST);
    expect([idle.length, small.length, node.connections]).toEqual([250, 250, 500]);
    node.later(MINUTE_MS);
    // 63 is the first number above 62.5.
    expect(comeFrom(1, 200)).toHaveLength(63);
    expect(new Set(node.yielded.map(({ address }) => address))).toEqual(new Set([LARGE]));
    expect(node.yielded).toHaveLength(63);
  });

  it('gives those of a crowd that show nothing to nobody who did harm', () => {
    const workers = fill(LARGE, 250, EASIEST);
    for (const worker of workers) worker.leave();
    node.later(1_000);
    fill(LARGE, 250, null);
    fill(SMALL, 250, EASIEST);
    node.later(MINUTE_MS);
    comeFrom(1, 1)[0]!.visit.faulted();
    node.later(250);
    expect(node.come('10.1.0.0')).toBeNull();
    expect(node.come(FARM)).not.toBeNull();
  });
});

describe('somebody who has a full node’s places by work', () => {
  const SHARE_HASHES = EASIEST * 2 ** 32;

  /** Three quarters of the node from one address, which is all that one may have, and the rest from another. */
  function held(): Client[] {
    const clients = [...fill('192.0.2.1', 375, EASIEST), ...fill('192.0.2.2', 125, EASIEST)];
    expect([clients.length, node.connections]).toEqual([500, 500]);
    expect(node.doors[0]!.enter('192.0.2.1', node.nowMs)).toBe('over-share');
    return clients;
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

  it('has 2,500 hashes a second for each, from two addresses: 25 MH/s for a node of 10,000', () => {
    expect(isLetIn(held(), SHARE_HASHES / 2.5)).toBe(false);
    expect(node.yielded).toEqual([]);
  });

  it('loses them within a day with a twentieth less', () => {
    expect(isLetIn(held(), (SHARE_HASHES / 2.5) * 1.05)).toBe(true);
  });
});

describe('an honest farm with three quarters of a full node of 10,000 places', () => {
  const PLACES = 10_000;

  it('loses nothing to a flood of strangers, nor does anybody else', () => {
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

    for (let quarter = 0; quarter < 4 * 120; quarter++) {
      // A third of them says nothing, the others log in and sit there.
      for (let i = 0; i < 125; i++) {
        const from = (quarter * 125 + i) % 30_000;
        node.come(`10.${100 + (from >> 16)}.${(from >> 8) & 255}.${from & 255}`, { ready: i % 3 > 0 });
      }
      node.later(250);
    }
    expect([...rigs, ...others].filter(({ gone }) => gone)).toEqual([]);
  });
});
