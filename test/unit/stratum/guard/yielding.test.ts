import { beforeEach, describe, expect, it } from '@jest/globals';
import { AddressBook } from '../../../../src/stratum/guard/address-book.js';
import { Door } from '../../../../src/stratum/guard/door.js';
import { GUARD_LIMITS, type GuardOptions } from '../../../../src/stratum/guard/guard-limits.js';
import type { Visit } from '../../../../src/stratum/guard/visit.js';

const START_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;
/** Regtest's preset: 250 places for strangers, and whose address has more than 31 of them is a crowd. */
const OPTIONS: GuardOptions = {
  nodeConnections: 500,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 256 << 20,
  unlimited: [],
};
const FARM = '198.51.100.7';

interface Guest {
  readonly visit: Visit;
  readonly name: string;
}

let nowMs: number;
let book: AddressBook;
let doors: Map<string, Door>;
/** Names of those who had to go. */
let yielded: string[];

beforeEach(() => {
  nowMs = START_MS;
  book = new AddressBook(GUARD_LIMITS, OPTIONS);
  doors = new Map([['a', new Door(GUARD_LIMITS, OPTIONS, 1)]]);
  yielded = [];
});

function later(ms: number): void {
  nowMs += ms;
  book.sweep(nowMs);
  for (const [name, each] of doors) book.report(name, each.takeReport(0, false, nowMs), nowMs);
  for (const [name, each] of doors) {
    const news = book.news(name, nowMs);
    if (news !== null) each.learn(news, nowMs);
  }
}

/** Null for one who is not let in. */
function come(
  address: string,
  { ready = true, floods = false, name = address, at = 'a' } = {},
): Guest | null {
  const visit = doors.get(at)!.enter(address, nowMs);
  if (typeof visit === 'string') return null;
  visit.occupiedBy({ ready, floods, yieldPlace: () => yielded.push(name) });
  return { visit, name };
}

/** As many, each from another address. */
function comeFrom(
  network: number,
  count: number,
  options: { ready?: boolean; at?: string } = {},
): (Guest | null)[] {
  return Array.from({ length: count }, (_, i) => come(`10.${network}.${i >> 8}.${i & 255}`, options));
}

describe('a farm behind one address with somebody hostile', () => {
  /** 20 miners that prove work, then a client that takes what is left and only pings. */
  function besieged(): Visit[] {
    const miners = Array.from({ length: 20 }, () => come(FARM, { name: 'miner' })!.visit);
    for (const miner of miners) for (let i = 0; i < 5; i++) miner.worked(1, nowMs);
    later(250);
    for (let i = 0; i < 400; i++) come(FARM, { name: 'hostile' });
    later(250);
    return miners;
  }

  it('comes back at once, half a minute after the other came', () => {
    const miners = besieged();
    later(30_000);
    for (const miner of miners) miner.left(nowMs);
    later(500);
    for (let i = 0; i < 20; i++) expect(come(FARM, { name: 'miner' })).not.toBeNull();
    later(250);
    expect(yielded).not.toContain('miner');
  });

  it('comes back after half an hour as well', () => {
    const miners = besieged();
    for (let minute = 0; minute < 30; minute++) later(60_000);
    for (const miner of miners) miner.left(nowMs);
    for (let i = 0; i < 20; i++) expect(come(FARM, { name: 'miner' })).not.toBeNull();
    later(250);
    expect(yielded).not.toContain('miner');
  });

  it('loses none that has proved work, however many come', () => {
    besieged();
    for (let minute = 0; minute < 30; minute++) {
      for (let i = 0; i < 300; i++) come(FARM, { name: 'hostile' });
      later(60_000);
    }
    expect(yielded).not.toContain('miner');
    expect(doors.get('a')!.connections).toBeLessThanOrEqual(20 + 228);
  });
});

describe('an address whose newcomer the pool sends away', () => {
  it('keeps its others, where that one was slow to log in', () => {
    comeFrom(1, 240);
    for (let i = 0; i < 9; i++) come(FARM, { name: 'logged in' });
    come(FARM, { name: 'slow', ready: false });
    later(250);
    later(3_000);
    for (let i = 0; i < 12; i++) {
      come(`10.7.0.${i}`, { name: 'newcomer' });
      later(250);
    }
    expect(yielded).toEqual(['slow']);
  });

  it('keeps its others, where two doors let one too many in at once', () => {
    doors.set('b', new Door(GUARD_LIMITS, OPTIONS, 1));
    comeFrom(1, 125);
    comeFrom(2, 116, { at: 'b' });
    for (let i = 0; i < 9; i++) come(FARM, { name: 'logged in', at: 'b' });
    // The 251st on 250 places.
    come(FARM, { name: 'last', ready: false, at: 'b' });
    later(250);
    expect(yielded).toEqual(['last']);
    for (let i = 0; i < 12; i++) {
      come(`10.7.0.${i}`, { name: 'newcomer', at: i % 2 === 0 ? 'a' : 'b' });
      later(250);
    }
    expect(yielded).toEqual(['last']);
  });

  it('is suspect where nobody of it has logged in and that one had time to', () => {
    const [silent] = comeFrom(1, 250, { ready: false });
    later(3_250);
    expect(come('10.7.0.0', { name: 'newcomer' })).not.toBeNull();
    expect(yielded).toEqual([silent!.name]);
    later(250);
    // As a suspect it takes nobody's place for a minute.
    expect(come(silent!.name)).toBeNull();
  });
});

describe('a newcomer to a full room of strangers', () => {
  it('takes the place of one that did harm', () => {
    const [worst] = comeFrom(1, 250);
    worst!.visit.faulted();
    later(250);
    expect(come(FARM)).not.toBeNull();
    expect(yielded).toEqual(['10.1.0.0']);
  });

  it('takes the place of one whose address came before and never logged in', () => {
    come('10.1.0.9', { ready: false })!.visit.left(nowMs);
    comeFrom(1, 250);
    later(250);
    expect(come(FARM)).not.toBeNull();
    expect(yielded).toEqual(['10.1.0.9']);
  });

  it('takes the place of one that has not logged in in three seconds', () => {
    comeFrom(1, 249);
    come('10.3.0.1', { ready: false });
    later(3_000);
    expect(come(FARM)).toBeNull();
    later(1);
    expect(come(FARM)).not.toBeNull();
    expect(yielded).toEqual(['10.3.0.1']);
  });

  it('takes the place of one that sends more than any miner has to say, which is no fault of who sat there for longer', () => {
    comeFrom(1, 249);
    later(40_000);
    come('10.3.0.1', { floods: true });
    later(250);
    expect(come(FARM)).not.toBeNull();
    expect(yielded).toEqual(['10.3.0.1']);
    // It did harm, and takes the place of nobody who did none.
    later(250);
    expect(come('10.3.0.1')).toBeNull();
  });

  it('takes the place of the oldest that had thirty seconds for a share, and none before', () => {
    comeFrom(1, 250);
    later(30_000);
    expect(come(FARM)).toBeNull();
    later(1);
    expect(come(FARM)).not.toBeNull();
    expect(yielded).toEqual(['10.1.0.0']);
  });

  it('takes that of an address with more than itself before that of one with less', () => {
    comeFrom(1, 240);
    for (let i = 0; i < 10; i++) come('10.4.0.1');
    later(30_001);
    expect(come(FARM)).not.toBeNull();
    expect(yielded).toEqual(['10.4.0.1']);
  });

  it('leaves the address that had to make room named in the report', () => {
    comeFrom(1, 250);
    later(30_001);
    come(FARM);
    const { addresses } = doors.get('a')!.takeReport(0, false, nowMs);
    expect(addresses.filter(({ refused }) => refused > 0).map(({ address }) => address)).toEqual([
      '10.1.0.0',
    ]);
  });

  it('with more than all others takes only its own', () => {
    comeFrom(1, 247);
    for (let i = 0; i < 3; i++) come(FARM, { name: 'farm' });
    // Nobody has sat there for longer than another; its own had their time for a share.
    later(180_001);
    for (let i = 0; i < 50; i++) come(FARM, { name: 'farm' });
    expect(new Set(yielded)).toEqual(new Set(['farm']));
  });

  it('takes that of one address of many connections at once: eight must not fill the room', () => {
    for (let i = 0; i < 400; i++) come(`10.5.0.${i % 4}`);
    later(250);
    comeFrom(1, 100);
    // 128 of each at most, 250 in all: 100 of them had to go.
    expect(yielded).toHaveLength(100 + (400 - 250));
  });

  it('that did harm itself takes only the place of one that did', () => {
    come('10.6.0.1')!.visit.faulted();
    comeFrom(1, 249);
    later(30_000);
    expect(come('10.6.0.1')).toBeNull();
    later(1);
    expect(come('10.6.0.1')).not.toBeNull();
    expect(yielded).toEqual(['10.6.0.1']);
    for (const [name] of doors) expect(doors.get(name)!.strangers).toBe(250);
  });

  it('that comes back from a ban takes the place of nobody who did nothing, for ten minutes', () => {
    const worst = come('10.6.0.1')!;
    for (let i = 0; i < 20; i++) worst.visit.faulted();
    later(250);
    worst.visit.left(nowMs);
    comeFrom(1, 250);
    for (let minute = 0; minute < 10; minute++) {
      later(60_000);
      expect(come('10.6.0.1')).toBeNull();
    }
    expect(doors.get('a')!.enter('10.6.0.1', nowMs)).toBe('strangers-full');
    later(60_000);
    expect(come('10.6.0.1')).not.toBeNull();
  });

  it('is let in where the others are all at another listener, and one of them goes there', () => {
    comeFrom(1, 250, { at: 'a' });
    doors.set('b', new Door(GUARD_LIMITS, OPTIONS, 1));
    later(250);
    later(250);
    later(29_750);
    expect(come(FARM, { at: 'b' })).toBeNull();
    // Listeners tell each other whole seconds.
    later(1_000);
    expect(come(FARM, { at: 'b' })).not.toBeNull();
    later(250);
    later(250);
    expect(yielded).toHaveLength(1);
  });
});

describe('a full node', () => {
  function fill(): void {
    const miners = comeFrom(2, 250);
    for (const miner of miners) miner!.visit.worked(1, nowMs);
    later(250);
    for (const miner of comeFrom(3, 200)) miner!.visit.worked(1, nowMs);
    comeFrom(4, 50);
    later(250);
  }

  it('has room for a newcomer as long as somebody there has proved nothing', () => {
    fill();
    const door = doors.get('a')!;
    expect(door.connections).toBe(500);
    expect(door.hasRoom).toBe(false);
    expect(door.canMakeRoom).toBe(true);
    expect(come(FARM)).toBeNull();
    later(30_001);
    expect(come(FARM)).not.toBeNull();
    expect(door.connections).toBe(500);
    expect(yielded).toEqual(['10.4.0.0']);
  });

  it('has none when all have', () => {
    fill();
    later(30_001);
    for (let i = 0; i < 50; i++) come(`10.7.0.${i}`)!.visit.worked(1, nowMs);
    expect(doors.get('a')!.canMakeRoom).toBe(false);
    expect(doors.get('a')!.enter(FARM, nowMs)).toBe('full');
  });

  it('is one whose listeners have its number together', () => {
    const door = doors.get('a')!;
    comeFrom(1, 100);
    const standing = {
      connectionsElsewhere: 0,
      strangersElsewhere: 0,
      guestsElsewhere: 0,
      waitingElsewhere: 0,
      mostGuests: 250,
      longestSatElsewhereMs: 0,
      doors: 2,
      addresses: [],
      forgotten: [],
    };
    door.learn({ ...standing, most: 101 }, nowMs);
    expect(door.hasRoom).toBe(true);
    door.learn({ ...standing, most: 100 }, nowMs);
    expect(door.hasRoom).toBe(false);
  });
});

it('has a crowd from three quarters of the strangers’ room on', () => {
  comeFrom(1, 187);
  expect(doors.get('a')!.crowded).toBe(false);
  comeFrom(2, 1);
  // 187.5 of 250.
  expect(doors.get('a')!.crowded).toBe(true);
});

it('gives places that were earned last: strangers of a farm that returns outlast those of nobody', () => {
  const miners = Array.from({ length: 100 }, () => come(FARM, { name: 'farm' })!);
  for (const { visit } of miners) visit.worked(1, nowMs);
  later(250);
  for (const { visit } of miners) visit.left(nowMs);
  later(HOUR_MS / 60);
  for (let i = 0; i < 90; i++) come(FARM, { name: 'farm' });
  comeFrom(1, 250);
  later(30_001);
  comeFrom(2, 100);
  expect(yielded).toHaveLength(100);
  expect(yielded).not.toContain('farm');
});
