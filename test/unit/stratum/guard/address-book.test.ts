import { beforeEach, describe, expect, it } from '@jest/globals';
import { AddressBook } from '../../../../src/stratum/guard/address-book.js';
import { Door } from '../../../../src/stratum/guard/door.js';
import { GUARD_LIMITS, type GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import type { Visit } from '../../../../src/stratum/guard/visit.js';

const START_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;
/** The defaults of a node on mainnet. */
const OPTIONS: GuardOptions = {
  nodeConnections: 10_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: ['192.0.2.1'],
};
const START_DIFFICULTY = 4096;
const FARM = '198.51.100.7';

let nowMs: number;
let book: AddressBook;
let doors: Map<string, Door>;

beforeEach(() => {
  nowMs = START_MS;
  book = new AddressBook(GUARD_LIMITS, OPTIONS);
  doors = new Map(['a', 'b'].map((name) => [name, new Door(GUARD_LIMITS, OPTIONS, START_DIFFICULTY)]));
});

function door(name = 'a'): Door {
  return doors.get(name)!;
}

/** Both listeners report, then both are told. */
function exchange(): void {
  for (const [name, each] of doors) book.report(name, each.takeReport(0, false, nowMs), nowMs);
  for (const [name, each] of doors) {
    const news = book.news(name, nowMs);
    if (news !== null) each.learn(news, nowMs);
  }
}

function later(ms: number): void {
  nowMs += ms;
  book.sweep(nowMs);
  exchange();
}

/** Connections from `address` that are let in and served out of `tries`, alternating between the listeners. */
function enter(address: string, tries: number): Visit[] {
  const visits: Visit[] = [];
  for (let i = 0; i < tries; i++) {
    const visit = door(i % 2 === 0 ? 'a' : 'b').enter(address, nowMs);
    if (typeof visit !== 'string') {
      if (visit.mayBegin(nowMs)) visits.push(visit);
      else visit.left(nowMs);
    }
    exchange();
  }
  return visits;
}

/** Connections on the node. */
function held(): number {
  let sum = 0;
  for (const { connections } of doors.values()) sum += connections;
  return sum;
}

describe('an address that has proved no work', () => {
  it('has 128 connections on the whole node, and no more', () => {
    expect(enter(FARM, 300)).toHaveLength(128);
    expect(door('a').enter(FARM, nowMs)).toBe('address-full');
    expect(door('b').enter(FARM, nowMs)).toBe('address-full');
    expect(enter('198.51.100.8', 1)).toHaveLength(1);
  });

  it('may come again for each of its connections that leaves, 128 times at once and then 128 times a minute', () => {
    for (const visit of enter(FARM, 128)) visit.left(nowMs);
    expect(door().enter(FARM, nowMs)).toBe('too-fast');
    later(30_000);
    expect(enter(FARM, 100)).toHaveLength(64);
  });

  it('is one of many that share half of the node, and those who have proved work have the other half', () => {
    enter(FARM, 1)[0]!.worked(START_DIFFICULTY, nowMs);
    later(250);
    let strangers = 0;
    for (let i = 0; i < 6_000; i++) {
      const visit = door(i % 2 ? 'a' : 'b').enter(`10.0.${i >> 8}.${i & 255}`, nowMs);
      if (typeof visit !== 'string') strangers++;
      if (i % 50 === 0) exchange();
    }
    exchange();
    // 5,000, and at most the 50 that came between two exchanges.
    expect(strangers).toBeGreaterThanOrEqual(5_000);
    expect(strangers).toBeLessThanOrEqual(5_050);
    expect(door().enter('10.99.0.1', nowMs)).toBe('strangers-full');
    expect(door().crowded).toBe(true);
    expect(enter(FARM, 1)).toHaveLength(1);
  });
});

describe('accepted work', () => {
  it('lets 5,000 miners behind one address come back within ten seconds, with the default limits', () => {
    const miners: Visit[] = [];
    // They arrive as fast as they are let in, and each finds a share within a minute.
    let minutes = 0;
    for (; miners.length < 5_000; minutes++) {
      const arrived = enter(FARM, Math.min(700, 5_000 - miners.length));
      later(60_000);
      for (const visit of arrived) visit.worked(START_DIFFICULTY, nowMs);
      miners.push(...arrived);
      later(250);
    }
    // 128 a minute at first, and twice as many each minute: 128 (2^n - 1) = 5,000 at n = 6, and 700 a minute here.
    expect(minutes).toBeLessThanOrEqual(10);
    // The farm's switch fails.
    for (const visit of miners) visit.left(nowMs);
    later(250);
    for (let tenth = 0; tenth < 100; tenth++) {
      for (let i = 0; i < 50; i++) expect(typeof door(i % 2 ? 'a' : 'b').enter(FARM, nowMs)).toBe('object');
      later(100);
    }
    expect(door('a').connections + door('b').connections).toBe(5_000);
  });

  it('counts by its difficulty, and what is small stays small', () => {
    const [asic, nerd] = enter(FARM, 2);
    asic!.worked(100 * START_DIFFICULTY, nowMs);
    for (let i = 0; i < 4_096; i++) nerd!.worked(0.001, nowMs);
    later(250);
    // 4,096 × 0.001 / 4,096.
    expect(book.proofs()[0]!.credit).toBeCloseTo(100.001, 9);
    // It may connect 128 times, and 100 more for its work; twice it has.
    expect(enter(FARM, 400)).toHaveLength(128 + 100 - 2);
  });

  it('of one connection earns no more than one place by a thousand worthless shares', () => {
    const [nerd] = enter(FARM, 1);
    for (let i = 0; i < 1_000; i++) nerd!.worked(1e-6, nowMs);
    later(60_000);
    expect(enter(FARM, 400)).toHaveLength(128 + 1);
  });

  it('lets as many come back as had proved work, however slow they are', () => {
    const nerds: Visit[] = [];
    while (nerds.length < 5_000) {
      const arrived = enter(FARM, Math.min(128, 5_000 - nerds.length));
      later(60_000);
      for (const visit of arrived) visit.worked(0.001, nowMs);
      nerds.push(...arrived);
      later(250);
    }
    for (const visit of nerds) visit.left(nowMs);
    later(250);
    let back = 0;
    for (let tenth = 0; tenth < 100; tenth++) {
      for (let i = 0; i < 50; i++) if (typeof door(i % 2 ? 'a' : 'b').enter(FARM, nowMs) === 'object') back++;
      later(100);
    }
    expect(back).toBe(5_000);
  });

  it('of one address, however much, leaves a quarter of the node to all others, unless the operator names it', () => {
    enter(FARM, 1)[0]!.worked(50_000 * START_DIFFICULTY, nowMs);
    later(250);
    // 7,500 of 10,000, the first of them included.
    enter(FARM, 9_000);
    expect(held()).toBe(7_500);
    expect(enter('198.51.100.8', 1)).toHaveLength(1);
    // The one that is named may have all that is left.
    expect(enter('192.0.2.1', 8_000)).toHaveLength(2_499);
  });

  it('of one address leaves the room of strangers to others', () => {
    enter(FARM, 1)[0]!.worked(4_000 * START_DIFFICULTY, nowMs);
    later(250);
    expect(enter(FARM, 5_000)).toHaveLength(4_128 - 1);
    let others = 0;
    for (let i = 0; i < 5_200; i++) others += enter(`10.0.${i >> 8}.${i & 255}`, 1).length;
    // 4,000 of the farm's are on places it has earned; 127 are in the room of 5,000, and the last one is the other listener's.
    expect(others).toBe(5_000 - 127 - 1);
    expect(door('a').enter('198.51.100.8', nowMs)).toBe('strangers-full');
    expect(typeof door('b').enter('198.51.100.8', nowMs)).toBe('object');
  });

  it('is worth half after six hours, and nothing after a day', () => {
    for (const visit of enter(FARM, 1)) {
      visit.worked(1_000 * START_DIFFICULTY, nowMs);
      visit.left(nowMs);
    }
    later(250);
    later(6 * HOUR_MS);
    const visits = enter(FARM, 1_000);
    expect(held()).toBe(128 + 500);
    for (const visit of visits) visit.left(nowMs);
    later(18 * HOUR_MS);
    enter(FARM, 1_000);
    expect(held()).toBe(128);
  });

  it('is remembered by the next run of the node', () => {
    enter(FARM, 1)[0]!.worked(5_000 * START_DIFFICULTY, nowMs);
    later(250);
    const next = new AddressBook(GUARD_LIMITS, OPTIONS);
    next.restore(JSON.parse(JSON.stringify(book.proofs())), nowMs + HOUR_MS);
    const fresh = new Door(GUARD_LIMITS, OPTIONS, START_DIFFICULTY);
    fresh.learn(next.news('a', nowMs + HOUR_MS)!, nowMs + HOUR_MS);
    let entered = 0;
    for (let i = 0; i < 6_000; i++) if (typeof fresh.enter(FARM, nowMs + HOUR_MS) !== 'string') entered++;
    // 5,000 × 2^(-1/6) = 4,454.5 earned, and 128.
    expect(entered).toBe(4_454 + 128);
  });
});

describe('a ban', () => {
  /** Faults of strangers, one connection each. */
  function misbehave(times: number): void {
    for (const visit of enter(FARM, times)) {
      visit.faulted();
      visit.left(nowMs);
    }
    exchange();
  }

  it('comes with the twentieth fault, holds at every listener, ends by itself, and is longer the next time', () => {
    misbehave(19);
    expect(enter(FARM, 1)).toHaveLength(1);
    misbehave(1);
    for (const name of ['a', 'b']) expect(door(name).enter(FARM, nowMs)).toBe('banned');
    expect(book.figures(nowMs).banned).toBe(1);
    later(59_000);
    expect(door().enter(FARM, nowMs)).toBe('banned');
    later(1_000);
    expect(enter(FARM, 1)).toHaveLength(1);
    misbehave(20);
    later(119_000);
    expect(door().enter(FARM, nowMs)).toBe('banned');
    later(1_000);
    expect(enter(FARM, 1)).toHaveLength(1);
    expect(book.bans).toBe(2);
  });

  it('never lasts longer than the operator says, and does not come at all where it says none', () => {
    for (let i = 0; i < 6; i++) {
      misbehave(20);
      // 60, 120, 240, 480, then 600 s.
      later(600_000);
      expect(enter(FARM, 1)).toHaveLength(1);
    }
    book = new AddressBook(GUARD_LIMITS, { ...OPTIONS, longestBanMs: 0 });
    misbehave(100);
    later(60_000);
    expect(book.figures(nowMs).banned).toBe(0);
  });

  it('does not come over ten minutes of one fault each ten seconds', () => {
    for (let i = 0; i < 60; i++) {
      misbehave(1);
      later(10_000);
    }
    expect(book.bans).toBe(0);
  });

  it('never meets an address that has proved work, whatever others do behind it', () => {
    enter(FARM, 1)[0]!.worked(1, nowMs);
    later(250);
    misbehave(100);
    expect(book.bans).toBe(0);
    expect(enter(FARM, 1)).toHaveLength(1);
  });

  /** 0.001 · 2³² hashes, of which the slowest miner a twentieth has in 50,000 / 20 a second: 1,718 s. */
  const EASIEST = 0.001;

  it('meets an address again when the time is over that its work covers as the slowest miner’s', () => {
    enter(FARM, 1)[0]!.worked(EASIEST, nowMs);
    exchange();
    later(1_717_000);
    misbehave(20);
    expect(enter(FARM, 1)).toHaveLength(1);
    later(1_000);
    misbehave(20);
    expect(door().enter(FARM, nowMs)).toBe('banned');
  });

  it('does not meet it for a day at most, whatever it proved', () => {
    enter(FARM, 1)[0]!.worked(1e9, nowMs);
    exchange();
    later(24 * HOUR_MS - 250);
    misbehave(20);
    expect(book.bans).toBe(0);
    later(250);
    misbehave(20);
    expect(book.bans).toBe(1);
  });

  it('ends so much earlier as work covers, and not at all by a share of four hashes', () => {
    const [honest] = enter(FARM, 1);
    misbehave(20);
    honest!.worked(1e-9, nowMs);
    exchange();
    expect(door('b').enter(FARM, nowMs)).toBe('banned');
    // 60 s less 0.001 · 2³² · 20 / 50,000 · (17 / 1,000) = 29.2 s.
    honest!.worked((EASIEST * 17) / 1_000, nowMs);
    later(30_000);
    expect(door('b').enter(FARM, nowMs)).toBe('banned');
    later(1_000);
    expect(typeof door('b').enter(FARM, nowMs)).toBe('object');
  });

  it('ends with the first share worth a miner’s time of one that was let in before', () => {
    const [honest] = enter(FARM, 1);
    misbehave(20);
    expect(door('b').enter(FARM, nowMs)).toBe('banned');
    honest!.worked(EASIEST, nowMs);
    exchange();
    expect(typeof door('b').enter(FARM, nowMs)).toBe('object');
  });
});

describe('the book', () => {
  it('knows no limits for the addresses the operator names', () => {
    expect(enter('192.0.2.1', 1_000)).toHaveLength(1_000);
    expect(enter('::ffff:192.0.2.1', 10)).toHaveLength(10);
  });

  it('forgets what a listener that died had open', () => {
    expect(enter(FARM, 128)).toHaveLength(128);
    doors.delete('b');
    book.ended('b');
    later(60_000);
    // The 64 that were at the other listener can come again.
    expect(held()).toBe(64);
    for (let i = 0; i < 100; i++) door('a').enter(FARM, nowMs);
    expect(held()).toBe(128);
  });

  it('forgets addresses about which there is nothing to know, and doors forget them with it', () => {
    for (let i = 0; i < 100; i++) enter(`10.1.0.${i}`, 1)[0]!.left(nowMs);
    exchange();
    later(GUARD_LIMITS.harmMemoryMs);
    expect(book.figures(nowMs).addresses).toBe(0);
  });

  /** News of one address, as a door has it. */
  function heardOf(address: string, work: number): void {
    const news = {
      address,
      open: 0,
      strangers: 0,
      unpaid: 0,
      connects: 1,
      work,
      coveredMs: 1e6 * work,
      sittingMs: 0,
      faults: 0,
      empty: 0,
      refused: 0,
    };
    book.report(
      'a',
      {
        connections: 0,
        strangers: 0,
        guests: 0,
        pendingBytes: 0,
        waiting: 0,
        longestSatMs: 0,
        full: false,
        drops: {},
        addresses: [news],
      },
      nowMs,
    );
  }

  it('keeps those that have proved work, whatever number of others comes from a wide network', () => {
    book = new AddressBook({ ...GUARD_LIMITS, addresses: 200 }, OPTIONS);
    for (let i = 0; i < 100; i++) heardOf(`10.2.0.${i}`, 500);
    for (let i = 0; i < 5_000; i++) heardOf(`2001:db8:0:${i.toString(16)}::/64`, 0);
    // 200 of those that have not, and the 100.
    expect(book.figures(nowMs).addresses).toBe(300);
    expect(book.proofs()).toHaveLength(100);
  });

  it('gives up proofs only for proofs, and of them those of little work that are old', () => {
    book = new AddressBook({ ...GUARD_LIMITS, addresses: 200 }, OPTIONS);
    for (let i = 0; i < 100; i++) heardOf(`10.2.0.${i}`, 500);
    for (let i = 0; i < 5_000; i++) {
      heardOf(`2001:db8:0:${i.toString(16)}::/64`, 1);
      // The miners behind the hundred go on.
      heardOf(`10.2.0.${i % 100}`, 500);
    }
    const kept = book.proofs().map(({ address }) => address);
    expect(kept).toHaveLength(200);
    expect(kept.filter((address) => address.startsWith('10.2.0.'))).toHaveLength(100);
  });
});
