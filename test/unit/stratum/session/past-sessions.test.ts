import { beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../../../src/bitcoin/index.js';
import { fromHex } from '../../../../src/lib/index.js';
import { makeJob } from '../../../../src/mining/index.js';
import { JobMemory } from '../../../../src/stratum/session/job-memory.js';
import { type PastSession, PastSessions } from '../../../../src/stratum/session/past-sessions.js';
import { ShareHistory } from '../../../../src/stratum/session/share-history.js';
import { NO_SIGNATURE } from '../../../../src/stratum/session/signature.js';
import { VersionRolling } from '../../../../src/stratum/session/version-rolling.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { REGTEST, sampleWork } from '../../../integration/stratum/sample-work.js';

const LIFE_MS = 600_000;
const MOST_BYTES = 64 * 2 ** 20;

const JOB = {
  job: makeJob(
    {
      ...sampleWork({ job: 1, tip: 1 }),
      signature: new Uint8Array(0),
      payout: { type: 'k2', key: new Uint8Array(32) },
      bits: bitsOfDifficulty(1),
    },
    REGTEST,
  ),
  signature: NO_SIGNATURE,
  extranonce1: new Uint8Array(4),
  difficulty: 1,
  time: 0,
  sentMs: 0,
  isShared: false,
};

let pasts: PastSessions;

beforeEach(() => {
  pasts = new PastSessions(new Uint8Array(16), LIFE_MS, MOST_BYTES);
});

function past(extranonce1: string, more: Partial<PastSession> = {}): PastSession {
  return {
    extranonce1: fromHex(extranonce1),
    ownerId: new Uint8Array(32),
    username: 'address.rig',
    userAgent: 'cgminer',
    difficulty: { value: 1, suggested: null, isProven: true, knownMs: 0 },
    jobs: new JobMemory(LIFE_MS),
    shortJobIds: null,
    stray: null,
    rolling: new VersionRolling(0),
    history: historyOf(1),
    bests: new Map(),
    endedMs: 0,
    ...more,
  };
}

function historyOf(shares: number): ShareHistory {
  const history = new ShareHistory(10_000, 0);
  history.shares = shares;
  return history;
}

const RIG = ['address.rig', 'cgminer'] as const;
const nameOf = (found: PastSession | null): string | null =>
  found === null ? null : Buffer.from(found.extranonce1).toString('hex');

describe('a session id', () => {
  it('is the extranonce1 and 8 bytes that only the listener knows', () => {
    const [one, two] = [fromHex('a5000001'), fromHex('a5000002')];
    const other = new PastSessions(new Uint8Array(16).fill(1), LIFE_MS, MOST_BYTES);
    expect(pasts.idOf(one)).toMatch(/^a5000001[0-9a-f]{16}$/);
    expect(pasts.idOf(one)).toBe(pasts.idOf(one));
    const tags = [pasts.idOf(one), pasts.idOf(two), other.idOf(one)].map((id) => id.slice(8));
    expect(new Set(tags).size).toBe(3);
  });
});

describe('a past session', () => {
  it('is given to whoever names its id, once', () => {
    pasts.keep(past('a5000001'));
    const id = pasts.idOf(fromHex('a5000001'));
    expect(pasts.take('a5000001', 0)).toBeNull();
    expect(nameOf(pasts.take(id, 0))).toBe('a5000001');
    expect(pasts.take(id, 0)).toBeNull();
    expect(pasts.borrow(...RIG, 0)).toBeNull();
  });

  it('is lent to its worker, the last ended first, once each, and stays for who names its id', () => {
    pasts.keep(past('a5000001'));
    pasts.keep(past('a5000002'));
    const found = [1, 2, 3].map(() => nameOf(pasts.borrow(...RIG, 0)));
    expect(found).toEqual(['a5000002', 'a5000001', null]);
    expect(nameOf(pasts.take(pasts.idOf(fromHex('a5000001')), 0))).toBe('a5000001');
    pasts.giveBack(past('a5000002'), null, 0);
    expect(nameOf(pasts.borrow(...RIG, 0))).toBe('a5000002');
  });

  it('is not given to another worker or another device', () => {
    pasts.keep(past('a5000001'));
    expect(pasts.borrow('address', 'cgminer', 0)).toBeNull();
    expect(pasts.borrow('address.rig', 'bitaxe', 0)).toBeNull();
  });

  it('is given to a device that has not named itself, and the right one to each that has', () => {
    pasts.keep(past('a5000001'));
    pasts.keep(past('a5000002', { userAgent: 'bitaxe' }));
    expect(nameOf(pasts.borrow(...RIG, 0))).toBe('a5000001');
    expect(nameOf(pasts.borrow('address.rig', '', 0))).toBe('a5000002');
  });

  it('is forgotten with its jobs', () => {
    pasts.keep(past('a5000001'));
    pasts.keep(past('a5000002', { endedMs: 1 }));
    expect(pasts.take(pasts.idOf(fromHex('a5000001')), LIFE_MS + 1)).toBeNull();
    expect(nameOf(pasts.borrow(...RIG, LIFE_MS + 1))).toBe('a5000002');
    expect(pasts.size).toBe(1);
  });

  it('keeps its sixteen latest jobs', () => {
    const jobs = new JobMemory(LIFE_MS);
    const work = new WorkBoard(LIFE_MS, '').set(sampleWork({ job: 1, tip: 1 }), 0);
    for (let i = 0; i < 40; i++) jobs.add({ ...JOB, work, id: `${i}` }, 100);
    pasts.keep(past('a5000001', { jobs }));
    const kept = Array.from({ length: 40 }, (_, i) => jobs.find(`${i}`, 0)?.id ?? null).filter(Boolean);
    expect(kept).toEqual(Array.from({ length: 16 }, (_, i) => `${24 + i}`));
  });

  it('without a share is one of 1,000 at most, and drives out none that has one', () => {
    pasts.keep(past('a5000001'));
    for (let i = 0; i < 1_500; i++) {
      pasts.keep(past((0xb000_0000 + i).toString(16), { history: historyOf(0), username: `stranger${i}` }));
    }
    expect(pasts.size).toBe(1_001);
    expect(nameOf(pasts.borrow(...RIG, 0))).toBe('a5000001');
  });

  it('counts with its jobs, those of the connection that borrowed it, and the names that had a share', () => {
    const work = new WorkBoard(LIFE_MS, '').set(sampleWork({ job: 1, tip: 1 }), 0);
    const jobs = (count: number): JobMemory => {
      const memory = new JobMemory(LIFE_MS);
      for (let i = 0; i < count; i++) memory.add({ ...JOB, work, id: `${i}` }, 100);
      return memory;
    };
    const bytesOf = (more: Partial<PastSession>): number => {
      const before = pasts.stateBytes;
      pasts.keep(past('a5000001', more));
      const bytes = pasts.stateBytes - before;
      pasts.take(pasts.idOf(fromHex('a5000001')), 0);
      expect(pasts.stateBytes).toBe(before);
      return bytes;
    };
    const least = bytesOf({});
    // 1,600 and 200 for each job of its own; 200 and its characters for a name.
    expect(bytesOf({ jobs: jobs(16) }) - least).toBe(16 * 1_800);
    expect(bytesOf({ bests: new Map([['a'.repeat(60), 1]]) }) - least).toBe(260);
    pasts.keep(past('a5000002'));
    const { ownerId, username, rolling } = past('a5000002');
    pasts.giveBack(past('a5000002'), { ownerId, username, rolling, jobs: jobs(40) }, 0);
    expect(pasts.stateBytes - least).toBe(16 * 1_800);
  });

  it('has to go for later ones beyond the bytes that all may keep, those without a share by themselves', () => {
    const bests = new Map(Array.from({ length: 256 }, (_, i) => [`${i}`.padStart(60, 'x'), 1]));
    pasts = new PastSessions(new Uint8Array(16), LIFE_MS, 2 ** 20);
    const id = (name: number): string => (0xa500_0000 + name).toString(16);
    for (let i = 0; i < 100; i++) {
      pasts.keep(past(id(i), { bests }));
      pasts.keep(past(id(1_000 + i), { bests, history: historyOf(0), username: `stranger${i}` }));
      expect(pasts.stateBytes).toBeLessThanOrEqual(2 ** 20);
    }
    // 5,000 bytes and 256 names of 260: ten of those are three quarters of a MiB, three a quarter.
    expect(pasts.size).toBe(13);
    const isThere = (name: number): boolean => pasts.take(pasts.idOf(fromHex(id(name))), 0) !== null;
    expect([89, 90, 99, 1_096, 1_097, 1_099].map(isThere)).toEqual([false, true, true, false, true, true]);
  });
});
