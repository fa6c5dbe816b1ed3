import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS, type RememberedDifficulty } from '../../../../src/stratum/index.js';
import { DifficultySetting } from '../../../../src/stratum/session/difficulty-setting.js';
import type { FixedRule } from '../../../../src/stratum/session/session-rules.js';
import { REGTEST } from '../../../integration/stratum/sample-work.js';

const setting = (fixed: FixedRule = 'holds', maxDifficulty = 2 ** 40): DifficultySetting =>
  new DifficultySetting(
    {
      network: REGTEST,
      mode: 'pool',
      startDifficulty: 16,
      minDifficulty: 1,
      maxDifficulty,
      shareIntervalMs: 10_000,
      fixed,
      versionMask: 0,
      limits: DEFAULT_LIMITS,
    },
    () => Number.POSITIVE_INFINITY,
  );

/** Noted before any session of these tests, by a miner that says not what it is. */
function known(value: number, atMs = -1, userAgent: string | null = null): RememberedDifficulty {
  return { value, atMs, userAgent };
}

/** Ten minutes of silence, second by second. */
function wait(difficulty: DifficultySetting): void {
  for (let nowMs = 1_000; nowMs <= 600_000; nowMs += 1_000) difficulty.onTick(nowMs);
}

/** As many shares as 16 · 2³² hashes a second make, second by second. */
function work(difficulty: DifficultySetting, untilMs: number, fromMs = 0): void {
  let work = 0;
  for (let nowMs = fromMs + 1_000; nowMs <= untilMs; nowMs += 1_000) {
    for (work += 16; work >= difficulty.value; work -= difficulty.value)
      difficulty.onShare(nowMs, difficulty.value);
    difficulty.onTick(nowMs);
  }
}

describe('a difficulty fixed in the password', () => {
  it('holds whatever is let go of where it is the highest that the pool gives', () => {
    const fixed = setting('released', 1024);
    fixed.fixed = 4096;
    fixed.start(null, 0);
    for (let i = 0; i < 1_000; i++) fixed.onShare(i, 1024);
    fixed.setShareInterval(60_000, 'holds-without-excess', 1_000);
    fixed.exceed(1_000);
    wait(fixed);
    expect(fixed.value).toBe(1024);
    expect(fixed.proven).toBeNull();
  });

  it('goes before the wish and what is remembered, and nothing moves it', () => {
    const fixed = setting();
    fixed.suggest(64, 0);
    fixed.fixed = 1024;
    fixed.start(known(256), 0);
    expect(fixed.value).toBe(1024);
    wait(fixed);
    for (let i = 0; i < 100; i++) fixed.onShare(600_000, 1024);
    expect(fixed.suggest(4, 600_000)).toBe(false);
    expect(fixed.value).toBe(1024);
  });

  it('is on the grid, within the pool’s bounds, and not below the miner’s own', () => {
    const fixed = setting();
    fixed.fixed = 2.9;
    expect(fixed.value).toBe(2);
    fixed.fixed = 1e-9;
    expect(fixed.value).toBe(1);
    fixed.fixed = 1e30;
    expect(fixed.value).toBe(2 ** 40);
    fixed.fixed = 64;
    fixed.start(null, 0);
    expect(fixed.demand(100, 0)).toBe(true);
    expect(fixed.value).toBe(100);
  });
});

describe('a fixed difficulty on a node with more shares than a round has room for', () => {
  /** A share each tenth of a second: a hundred times as many as are wanted. */
  const flood = (difficulty: DifficultySetting, fromMs: number): void => {
    for (let ms = 0; ms < 60_000; ms += 100) difficulty.onShare(fromMs + ms, difficulty.value);
  };

  it.each([
    ['from the login on', () => setting('released'), () => {}],
    ['from then on', () => setting(), (of: DifficultySetting) => of.setShareInterval(20_000, 'released', 0)],
  ])('is a lower bound %s, above which vardiff has its way', (_when, make, press) => {
    const fixed = make();
    fixed.fixed = 4;
    fixed.start(null, 0);
    press(fixed);
    flood(fixed, 0);
    expect(fixed.value).toBeGreaterThan(4 * 16);
    for (let nowMs = 60_000; nowMs <= 6_000_000; nowMs += 1_000) fixed.onTick(nowMs);
    expect(fixed.value).toBeGreaterThanOrEqual(4);
  });

  it('is one for who brings excess, where only that is too much', () => {
    const [modest, greedy] = [setting('holds-without-excess'), setting()];
    for (const fixed of [modest, greedy]) {
      fixed.fixed = 4;
      fixed.start(null, 0);
    }
    greedy.exceed(0);
    expect(greedy.value).toBe(4);
    greedy.setShareInterval(10_000, 'holds-without-excess', 0);
    for (const fixed of [modest, greedy]) flood(fixed, 0);
    expect([modest.value, greedy.value]).toEqual([4, 4]);
    greedy.exceed(60_000);
    for (const fixed of [modest, greedy]) flood(fixed, 60_000);
    expect(modest.value).toBe(4);
    expect(greedy.value).toBeGreaterThan(4 * 16);
  });

  it('holds for those whose shares are not to be limited', () => {
    const fixed = setting();
    fixed.fixed = 4;
    fixed.start(null, 0);
    fixed.setShareInterval(20_000, 'holds', 0);
    flood(fixed, 0);
    expect(fixed.value).toBe(4);
  });
});

describe('what is kept of a difficulty', () => {
  it('is where vardiff had got to, and the wish', () => {
    const moving = setting();
    moving.suggest(64, 0);
    moving.start(null, 0);
    expect(moving.past).toEqual({ value: 64, suggested: 64, isProven: false, knownMs: 0 });
    work(moving, 120_000);
    expect(moving.past).toMatchObject({ suggested: 64, isProven: true });
  });

  it('is no more than a first guess while no minute or few shares tell it: that of a beginning, not its pace', () => {
    const unknown = setting();
    unknown.start(null, 0);
    work(unknown, 20_000);
    // 16 a second are 160 an interval at difficulty 1: 12 of them are wanted of a beginning, 1 afterwards.
    expect(unknown.value).toBeLessThan(20);
    expect(unknown.past.value).toBeGreaterThan(100);
    expect(unknown.past.value).toBeLessThan(220);
    expect([unknown.past.isProven, unknown.proven]).toEqual([false, null]);
    work(unknown, 70_000, 20_000);
    const { value, atMs } = unknown.proven!;
    expect(unknown.past).toEqual({ value, suggested: null, isProven: true, knownMs: atMs });
    expect(atMs).toBe(69_000);
    const crowded = setting('released');
    crowded.start(null, 0);
    for (let share = 1; share <= 8; share++) crowded.onShare(share * 10_000, 16);
    expect([crowded.past, crowded.proven]).toEqual([
      { value: 16, suggested: null, isProven: false, knownMs: 0 },
      null,
    ]);
    crowded.onShare(90_000, 16);
    expect([crowded.past.isProven, crowded.proven]).toEqual([true, { value: 16, atMs: 90_000 }]);
  });

  it('is proven by one share where it was remembered', () => {
    const miner = setting();
    miner.start(known(4096), 0);
    miner.onShare(1_000, 4096);
    expect([miner.past, miner.proven]).toEqual([
      { value: 4096, suggested: null, isProven: true, knownMs: 1_000 },
      { value: 4096, atMs: 1_000 },
    ]);
  });

  it('is what the shares proved, however silent the miner fell on this connection and the next', () => {
    const first = setting();
    first.start(known(4096), 0);
    first.onShare(1_000, 4096);
    wait(first);
    expect(first.value).toBe(256);
    const second = setting();
    second.resume(first.past);
    second.start(null, 0);
    wait(second);
    expect(second.value).toBe(256);
    expect([first.past.value, second.past.value]).toEqual([4096, 4096]);
  });

  it('is what was known before, where shares prove nothing else, and as old as it was', () => {
    const before = { value: 4096, suggested: null, isProven: true, knownMs: -1 };
    const silent = setting();
    silent.start(known(4096), 0);
    expect([silent.past, silent.proven]).toEqual([before, null]);
    wait(silent);
    // After its boot it has one share, for the easier job.
    silent.onShare(50_000, 256);
    expect([silent.past, silent.proven]).toEqual([before, null]);
    const next = setting();
    next.resume(silent.past, true);
    next.start(known(4096), 60_000);
    expect([next.value, next.past]).toEqual([4096, before]);
  });

  it('is not what the password fixed', () => {
    const fixed = setting();
    fixed.fixed = 1024;
    fixed.start(null, 0);
    const after = setting();
    after.resume(fixed.past);
    after.start(known(256), 0);
    expect(after.value).toBe(256);
  });
});

describe('without one', () => {
  it('what is remembered goes before the wish, and that before the pool’s start', () => {
    const start = setting();
    start.start(null, 0);
    const remembered = setting();
    remembered.start(known(256), 0);
    const wished = setting();
    wished.suggest(64, 0);
    wished.start(null, 0);
    const both = setting();
    both.suggest(64, 0);
    both.start(known(256), 0);
    expect([start, remembered, wished, both].map(({ value }) => value)).toEqual([16, 256, 64, 256]);
  });

  it('a wish after the login moves nobody from what is remembered until it is silent there', () => {
    const miner = setting();
    miner.start(known(2 ** 20), 0);
    expect(miner.suggest(64, 1_000)).toBe(false);
    for (let ms = 1_000; ms < 45_000; ms += 1_000) miner.onTick(ms);
    expect(miner.value).toBe(2 ** 20);
    miner.onTick(45_000);
    expect(miner.value).toBe(64);
  });

  it('a marketplace has what it demands from the beginning, and keeps it through silence', () => {
    for (const agent of ['NiceHash/1.0.0', 'nicehash/2']) {
      const order = setting();
      order.start(null, 0, agent);
      expect(order.value).toBe(524_288);
      wait(order);
      expect(order.value).toBe(524_288);
    }
    const own = setting();
    own.fixed = 1024;
    own.start(null, 0, 'NiceHash/1.0.0');
    expect(own.value).toBe(1024);
  });

  it('vardiff moves it', () => {
    const moving = setting();
    moving.start(null, 0);
    wait(moving);
    expect(moving.value).toBeLessThan(16);
  });
});

describe('the first minute of a miner that nobody knows', () => {
  const afterHalfAnInterval = (of: DifficultySetting, remembered: number | null = null): number => {
    of.start(remembered === null ? null : known(remembered), 0);
    for (let ms = 1_000; ms <= 5_000; ms += 1_000) of.onTick(ms);
    return of.value;
  };

  it('finds out its speed at an eighth of the start or the wish, but not below what the miner can do, nor where it is remembered', () => {
    const wishing = setting();
    wishing.suggest(32, 0);
    const bounded = setting();
    bounded.suggest(32, 0);
    bounded.demand(20, 0);
    expect(afterHalfAnInterval(setting())).toBe(2);
    expect(afterHalfAnInterval(wishing)).toBe(4);
    expect(afterHalfAnInterval(bounded)).toBe(20);
    expect(afterHalfAnInterval(setting(), 16)).toBe(16);
  });

  it('is as any other where rounds have no room, from the start or from then on', () => {
    expect(afterHalfAnInterval(setting('released'))).toBe(16);
    expect(afterHalfAnInterval(setting('holds-without-excess'))).toBe(16);
    const late = setting();
    late.start(null, 0);
    late.setShareInterval(10_000, 'holds-without-excess', 1_000);
    for (let ms = 1_000; ms <= 14_000; ms += 1_000) late.onTick(ms);
    expect(late.value).toBe(16);
  });
});

describe('a session that continues another', () => {
  const past = { value: 5000, suggested: 64, isProven: true, knownMs: 0 };

  it('goes on at its difficulty, and the same wish again changes nothing', () => {
    const silent = setting();
    silent.resume(past);
    silent.start(known(256), 0);
    const wishing = setting();
    wishing.suggest(64, 0);
    wishing.resume(past);
    wishing.start(known(256), 0);
    for (const resumed of [silent, wishing]) {
      expect(resumed.value).toBe(5000);
      expect(resumed.suggest(64, 0)).toBe(false);
      expect(resumed.value).toBe(5000);
    }
  });

  it('is eased as soon as any, where no share ever proved its difficulty', () => {
    const [proven, unproven] = [setting(), setting()];
    proven.resume(past);
    unproven.resume({ ...past, isProven: false });
    for (const each of [proven, unproven]) {
      each.start(null, 0);
      each.onTick(15_000);
    }
    expect([proven.value, unproven.value]).toEqual([5000, 312]);
  });

  it('goes on at what shares proved at another listener since, unless its id says that it was at none', () => {
    const begins = (isProven: boolean, isLent: boolean, noted: RememberedDifficulty | null): number => {
      const each = setting();
      each.resume({ ...past, isProven }, isLent);
      each.start(noted, 0, 'cgminer');
      return each.value;
    };
    for (const isLent of [false, true]) {
      expect(begins(false, isLent, known(256, 1))).toBe(256);
      // Nothing new: it has come down from there, and goes on coming down.
      expect(begins(false, isLent, known(256, 0))).toBe(5000);
      expect(begins(false, isLent, null)).toBe(5000);
      expect(begins(true, isLent, known(256, 0))).toBe(5000);
    }
    expect(begins(true, true, known(256, 1))).toBe(256);
    expect(begins(true, false, known(256, 1))).toBe(5000);
  });

  it('heeds no device of another kind that has its name', () => {
    const begins = (isLent: boolean, by: string, userAgent: string): number => {
      const each = setting();
      if (isLent) each.resume(past, true);
      each.start(known(2 ** 20, 1, by), 0, userAgent);
      return each.value;
    };
    expect(begins(true, 'Antminer S21', 'NMMiner')).toBe(5000);
    expect(begins(false, 'Antminer S21', 'NMMiner')).toBe(16);
    for (const [by, userAgent] of [
      ['NMMiner', 'NMMiner'],
      ['bitaxe/BM1370/v2.6.0', 'bitaxe/BM1370/v2.9.1'],
      ['', 'NMMiner'],
      ['Antminer S21', ''],
    ] as const) {
      expect(begins(true, by, userAgent)).toBe(2 ** 20);
      expect(begins(false, by, userAgent)).toBe(2 ** 20);
    }
  });

  it('follows another wish only where no share proved what it was at', () => {
    const [proven, unproven] = [setting(), setting()];
    for (const [each, isProven] of [
      [proven, true],
      [unproven, false],
    ] as const) {
      each.suggest(32, 0);
      each.resume({ ...past, isProven });
      each.start(null, 0);
      expect(each.suggest(32, 0)).toBe(false);
    }
    expect([proven.value, unproven.value]).toEqual([5000, 32]);
  });
});

describe('a miner’s lower bound', () => {
  // Above 2²⁴ single floats are 2 apart, above 2²⁵ 4.
  it.each([
    [1, 1],
    [1.01, 2],
    [2 ** 24 + 1, 2 ** 24 + 2],
    [2 ** 25 + 1, 2 ** 25 + 4],
    [2 ** 40, 2 ** 40],
  ])('of %d is met by the grid’s %d', (bound, value) => {
    const bounded = setting();
    expect(bounded.demand(bound, 0)).not.toBeNull();
    expect(bounded.value).toBe(Math.max(16, value));
  });

  it('set anew, leaves what vardiff has found out', () => {
    const bounded = setting();
    bounded.start(null, 0);
    // Four a second at 16 are 640 an interval.
    for (let ms = 250; ms <= 20_000; ms += 250) bounded.onShare(ms, 16);
    bounded.demand(2, 20_000);
    bounded.demand(3, 20_000);
    bounded.suggest(4, 20_000);
    // A sixteenth of 640, less what the interval takes that is counted besides.
    expect(bounded.value).toBeGreaterThan(640 / 16 / 2);
  });

  it('above the pool’s highest is refused', () => {
    expect(setting().demand(2 ** 40 + 1, 0)).toBeNull();
  });
});

describe('a silence before the first share', () => {
  it.each([
    ['whatsminer/v1.1', null, 1],
    ['whatsminer/v1.1', 0.5, 0.001],
    ['cpuminer/2.5.1', null, 0.001],
    ['', null, 0.001],
  ])('of "%s" with a wish for %j leads to %d', (userAgent, wish, led) => {
    const difficulty = new DifficultySetting(
      {
        ...{ network: REGTEST, mode: 'pool', versionMask: 0, limits: DEFAULT_LIMITS },
        ...{ startDifficulty: 4096, minDifficulty: 0.001, maxDifficulty: 2 ** 40 },
        ...{ shareIntervalMs: 10_000, fixed: 'holds' },
      },
      () => Number.POSITIVE_INFINITY,
    );
    if (wish !== null) difficulty.suggest(wish, 0);
    difficulty.start(null, 0, userAgent);
    for (let nowMs = 1_000; nowMs <= 280_000; nowMs += 1_000) difficulty.onTick(nowMs);
    expect(difficulty.value).toBeCloseTo(led, 4);
  });
});
