import { beforeEach, describe, expect, it } from '@jest/globals';
import { bitsOfDifficulty } from '../../../../src/bitcoin/index.js';
import { ManualClock, toHex, utf8 } from '../../../../src/lib/index.js';
import { DEFAULT_LIMITS, type RememberedDifficulty } from '../../../../src/stratum/index.js';
import { Session } from '../../../../src/stratum/session/session.js';
import type { SessionRules } from '../../../../src/stratum/session/session-rules.js';
import { NO_SIGNATURE, type Signature } from '../../../../src/stratum/session/signature.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import type { Worker } from '../../../../src/stratum/session/worker.js';
import { HARD_REGTEST, START_MS, sampleWork } from '../../../integration/stratum/sample-work.js';

const MINE: Signature = { row: 3, bytes: utf8('mine') };
const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

const RULES: SessionRules = {
  network: HARD_REGTEST,
  mode: 'pool',
  startDifficulty: 1e-6,
  minDifficulty: 1e-9,
  maxDifficulty: 1e6,
  shareIntervalMs: 10_000,
  fixed: 'holds',
  versionMask: 0x1fffe000,
  limits: DEFAULT_LIMITS,
};

let clock: ManualClock;
let board: WorkBoard;
let session: Session;

const now = (): number => clock.nowMs();

function noted(value: number | null): RememberedDifficulty | null {
  return value === null ? null : { value, atMs: START_MS, userAgent: null };
}

function logIn(remembered: number | null = null): Worker {
  const identity = session.identify(`${ADDRESS}.rig`);
  const worker = { identity, miner: 1, row: 1, bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 };
  session.logIn(`${ADDRESS}.rig`, worker, noted(remembered), now());
  return worker;
}

beforeEach(() => {
  clock = new ManualClock(START_MS);
  board = new WorkBoard(DEFAULT_LIMITS.jobLifeMs, 'starting');
  session = new Session(RULES, board, Uint8Array.of(0xa5, 0, 0, 1), now());
});

describe('a session’s jobs', () => {
  /** Which of so many, each made for this session alone, are known still. */
  function knownOf(count: number, room: { isTight: boolean }, tightenAfter: number): boolean[] {
    session = new Session({ ...RULES, memory: room }, board, Uint8Array.of(0xa5, 0, 0, 1), now());
    logIn();
    session.history.onShare(now(), 1);
    const ids = Array.from({ length: count }, (_, i) => {
      if (i === tightenAfter) room.isTight = true;
      const work = board.set(sampleWork({ job: 1 + i, tip: 1 }), now());
      return session.assign(work, now()).issued.id;
    });
    return ids.map((id) => session.job(id, now()) !== null);
  }

  it('are as many as the limit while there is memory', () => {
    expect(knownOf(200, { isTight: false }, Number.POSITIVE_INFINITY)).not.toContain(false);
  });

  it('are the newest 36 once memory is tight, also of those given before', () => {
    const known = knownOf(200, { isTight: false }, 199);
    expect(known.slice(0, 164)).not.toContain(true);
    expect(known.slice(164)).not.toContain(false);
    expect(session.stateBytes).toBeLessThanOrEqual(64 << 10);
  });
});

describe('a session’s difficulty', () => {
  it('starts at what is remembered, else at the miner’s wish, else at the pool’s', () => {
    expect(session.difficulty).toBe(1e-6);
    logIn(4);
    expect(session.difficulty).toBe(4);
    for (const [remembered, difficulty] of [
      [null, 16],
      [4, 4],
    ] as const) {
      const wishing = new Session(RULES, board, Uint8Array.of(0xa5, 0, 0, 2), now());
      wishing.suggest(16, now());
      const identity = wishing.identify(ADDRESS);
      wishing.logIn(
        ADDRESS,
        { identity, miner: 1, row: 1, bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 },
        noted(remembered),
        now(),
      );
      expect(wishing.difficulty).toBe(difficulty);
      expect(wishing.suggest(16, now())).toBe(false);
    }
  });

  it('is announced with the first job and then only when it changes', () => {
    logIn();
    session.suggest(4, now());
    const work = board.set(sampleWork({ job: 1, tip: 1 }), now());
    expect(session.assign(work, now())).toMatchObject({ announce: 4, clean: true });
    expect(session.assign(work, now())).toMatchObject({ announce: null, clean: false });
    session.suggest(2, now());
    expect(session.assign(work, now())).toMatchObject({ announce: 2, clean: true });
    session.suggest(8, now());
    expect(session.assign(work, now())).toMatchObject({ announce: 8, clean: false });
  });

  it('is what a job’s bits commit to, and each difficulty has its own coinbase', () => {
    logIn();
    session.suggest(4, now());
    const work = board.set(sampleWork({ job: 1, tip: 1 }), now());
    const four = session.assign(work, now()).issued.job;
    session.suggest(8, now());
    const eight = session.assign(work, now()).issued.job;
    expect([four.bits, eight.bits]).toEqual([bitsOfDifficulty(4), bitsOfDifficulty(8)]);
    expect(toHex(four.suffix)).not.toBe(toHex(eight.suffix));
  });

  it.each([
    [null, 5, 8],
    [1e-5, 45, 16],
  ])('falls while a miner stays silent; remembered is %p: after %d s', (remembered, afterSeconds, easing) => {
    board.set(sampleWork({ job: 1, tip: 1 }), now());
    logIn(remembered);
    const before = session.difficulty;
    let seconds = 0;
    for (let moved = false; !moved && seconds < 100; seconds++) {
      clock.advance(1_000);
      moved = session.tick(now());
    }
    expect(seconds).toBe(afterSeconds);
    expect(session.difficulty).toBeLessThan((1.2 * before) / easing);
  });

  it.each([null, 1e-5])('stays where it is while there is no work; remembered is %p', (remembered) => {
    const tickFor = (seconds: number): boolean[] =>
      Array.from({ length: seconds }, () => {
        clock.advance(1_000);
        return session.tick(now());
      });
    logIn(remembered);
    const before = session.difficulty;
    expect(tickFor(300)).not.toContain(true);
    board.set(sampleWork({ job: 1, tip: 1 }), now());
    expect(tickFor(4)).not.toContain(true);
    board.clear('bitcoind restarts', now());
    expect(tickFor(1000)).not.toContain(true);
    board.set(sampleWork({ job: 2, tip: 1 }), now());
    expect(session.difficulty).toBe(before);
    // The fifth second of a beginning, the 45th of who is remembered.
    const [moved] = tickFor(remembered === null ? 1 : 41).slice(-1);
    expect(moved).toBe(true);
  });

  it('does not move before the login', () => {
    clock.advance(3_600_000);
    expect(session.tick(now())).toBe(false);
    expect(session.suggest(2, now())).toBe(false);
  });
});

describe('what a password asks for', () => {
  it('is a difficulty and a signature of the session', () => {
    session.ask(64, MINE);
    logIn(4);
    expect(session.difficulty).toBe(64);
    expect(session.signature).toEqual(MINE);
  });
});

describe('a session’s jobs', () => {
  it('carry the signature behind height and tag, and say which row of the log it is', () => {
    session.ask(null, MINE);
    logIn();
    const work = board.set(sampleWork({ job: 1, tip: 1 }), now());
    const { job, signature } = session.assign(work, now()).issued;
    expect(signature).toEqual(MINE);
    // 2 + 5 + 5 + 1 + 12 = 0x19 bytes: height 101, the tag "test", the signature "mine", the extranonce’s push.
    expect(toHex(job.prefix).slice(82)).toBe('1901650474657374046d696e650c');
    expect(session.assign(work, now()).issued.job).toBe(job);
  });

  it('that went out with one signature are not sent again under another', () => {
    const work = board.set(sampleWork({ job: 1, tip: 1 }), now());
    session.ask(1, MINE);
    logIn();
    const before = session.assign(work, now()).issued;
    const past = session.end(now())!;
    session = new Session(RULES, board, Uint8Array.of(0xa5, 0, 0, 2), now());
    session.ask(1, NO_SIGNATURE);
    session.resume(past, false);
    logIn();
    const after = session.assign(work, now()).issued;
    expect([after.signature, toHex(after.job.prefix).includes('6d696e65')]).toEqual([NO_SIGNATURE, false]);
    expect(session.job(before.id, now())?.signature).toEqual(MINE);
  });

  it('carry the template’s time, then the clock’s, and always a later one', () => {
    logIn();
    const start = START_MS / 1000;
    const ahead = board.set(sampleWork({ job: 1, tip: 1, startMs: START_MS + 60_000 }), now());
    const times = [0, 0, 30_000, 60_000].map((byMs) => {
      clock.advance(byMs);
      return session.assign(ahead, now()).issued.time - start;
    });
    expect(times).toEqual([60, 124, 188, 252]);
  });

  it('are at most as many as the session may have, the oldest going first', () => {
    logIn();
    session.history.shares = 1;
    const work = board.set(sampleWork({ job: 1, tip: 1 }), now());
    const ids = Array.from({ length: DEFAULT_LIMITS.jobs + 1 }, () => session.assign(work, now()).issued.id);
    expect(session.job(ids[0]!, now())).toBeNull();
    expect(session.job(ids[1]!, now())?.id).toBe(ids[1]);
  });

  it('have ids that a later session on the same work does not repeat', () => {
    logIn();
    const work = board.set(sampleWork({ job: 5, tip: 1 }), now());
    const first = Array.from({ length: 200 }, () => session.assign(work, now()).issued.id);
    session = new Session(RULES, board, Uint8Array.of(0xa5, 0, 0, 2), now());
    logIn();
    const second = Array.from({ length: 200 }, () => session.assign(work, now()).issued.id);
    expect(new Set([...first, ...second]).size).toBe(400);
    // 2026-01-01T00:00Z is 1767225600000 ms = 411 · 2³² + 0x76daa800.
    expect(first[0]).toBe('a500000576daa800');
  });
});

describe('a session’s hashrate', () => {
  it('is what its shares prove: one of difficulty 1 each 10 s is 0.1 difficulty per second', () => {
    for (let shares = 0; shares < 200; shares++) {
      clock.advance(10_000);
      session.history.onShare(now(), 1);
    }
    expect(session.hashrate(now())).toBeGreaterThan(0.095);
    expect(session.hashrate(now())).toBeLessThan(0.106);
  });

  it('is the same from one share to the next, whatever the difficulty becomes', () => {
    logIn();
    for (let shares = 0; shares < 200; shares++) {
      clock.advance(10_000);
      session.history.onShare(now(), 1);
    }
    session.suggest(1000, now());
    expect(session.difficulty).toBe(1000);
    expect(session.hashrate(now())).toBeLessThan(0.106);
  });
});

describe('what a session keeps in memory', () => {
  it('is at most 64 jobs before its first good share, and what it keeps is known', () => {
    logIn();
    session.subscribed = true;
    const ids: string[] = [];
    for (let n = 0; n < 100; n++) {
      const work = board.set(sampleWork({ job: n + 1, tip: 1 }), now());
      ids.push(session.assign(work, now()).issued.id);
    }
    expect(ids.map((id) => session.job(id, now()) !== null)).toEqual(ids.map((_, n) => n >= 36));
    expect(session.stateBytes).toBeGreaterThan(64 * 1_000);
    expect(session.stateBytes).toBeLessThan(64 * 4_000);
  });
});

describe('a share of a farm agent’s machine that was told less than its job', () => {
  it('is good where it meets that, and work of that difficulty', () => {
    session.serveFarm();
    logIn();
    const agent = session.agent!;
    agent.tell(1e-9);
    const { issued } = session.assign(board.set(sampleWork({ job: 1, tip: 1 }), now()), now());
    expect(issued.difficulty).toBe(1);
    agent.tell(1);
    agent.register(7, `${ADDRESS}.rig7`, now());
    const submit = (machine: number, nonce: number): string => {
      const extranonce2 = Uint8Array.of(0, 0, 0, machine, 0, 0, 0, 0);
      return session.submit(issued, { extranonce2, time: issued.time, nonce, versionBits: null }, now()).kind;
    };
    const kinds = Array.from({ length: 400 }, (_, nonce) => submit(7, nonce));
    // Every fourth or fifth meets 1e-9 (4.3 hashes), and none meets 1.
    const good = kinds.filter((kind) => kind === 'uncredited').length;
    expect(good).toBeGreaterThan(60);
    expect(good).toBeLessThan(130);
    expect(kinds).not.toContain('accepted');
    expect(new Set(Array.from({ length: 400 }, (_, nonce) => submit(8, nonce)))).toEqual(
      new Set(['rejected']),
    );
    clock.advance(1_000);
    expect(session.hashrate(now())).toBeLessThan(130 * 1e-9);
  });
});
