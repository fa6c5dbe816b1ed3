import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../../src/stratum/index.js';
import { POWERS_OF_TWO, WHOLE_GRID } from '../../../../src/stratum/session/difficulty-grid.js';
import { DifficultySetting } from '../../../../src/stratum/session/difficulty-setting.js';
import { HARD_REGTEST } from '../../../integration/stratum/sample-work.js';
import { difficultyAt, idealDifficulty, runMiner } from './modelled-miner.js';
import { HOUR_MS, INTERVAL_MS, MINUTE_MS, partOf, seeds } from './vardiff-run.js';

describe('the grid of powers of two', () => {
  it.each([
    [1, 1, 1],
    [1.5, 1, 2],
    [1023, 512, 1024],
    [1024, 1024, 1024],
    [1025, 1024, 2048],
    [2 ** 48 - 1, 2 ** 47, 2 ** 48],
  ])('has around %s the powers %s and %s', (difficulty, floor, ceiling) => {
    expect(POWERS_OF_TWO.floor(difficulty)).toBe(floor);
    expect(POWERS_OF_TWO.ceiling(difficulty)).toBe(ceiling);
  });

  it('has nothing to go up to below 1, and goes down as the whole one does', () => {
    expect(POWERS_OF_TWO.ceiling(1e-9)).toBe(1);
    expect(POWERS_OF_TWO.floor(0.3)).toBe(WHOLE_GRID.floor(0.3));
  });
});

const setting = (minDifficulty: number, maxDifficulty: number, ceiling = 2 ** 60): DifficultySetting => {
  const made = new DifficultySetting(
    {
      network: HARD_REGTEST,
      mode: 'pool',
      startDifficulty: 3_000,
      minDifficulty,
      maxDifficulty,
      shareIntervalMs: INTERVAL_MS,
      fixed: 'holds',
      versionMask: 0,
      limits: DEFAULT_LIMITS,
    },
    () => ceiling,
  );
  made.keepToPowersOfTwo();
  return made;
};

describe('a session on powers of two', () => {
  it('starts, is fixed and has its bounds on them', () => {
    expect(setting(0.001, 1e6).value).toBe(2048);
    expect(setting(5_000, 1e6).value).toBe(8192);
    expect(setting(0.001, 1_000).value).toBe(512);
    expect(setting(0.001, 1e6, 300).value).toBe(256);
    const fixed = setting(0.001, 1e6);
    fixed.fixed = 100_000;
    fixed.start(null, 0);
    expect(fixed.value).toBe(65_536);
    const low = setting(0.001, 1e6);
    low.fixed = 0.01;
    expect(low.value).toBe(1);
  });

  it('demands no other', () => {
    const difficulty = setting(0.001, 10_000);
    expect(difficulty.demand(5_000, 0)).toBe(true);
    expect(difficulty.value).toBe(8192);
    expect(difficulty.demand(8_193, 0)).toBeNull();
  });

  it('is below 1 only where nothing else may be', () => {
    expect(setting(1e-9, 1e6, 1e-9).value).toBe(1e-9);
    expect(setting(1e-9, 1e-8).value).toBe(1e-8);
  });

  it('keeps a farm’s rate from 0.7 to 1.85 of the wanted in 97 minutes of 100, with less than a change in two hours', () => {
    const rates: number[] = [];
    let changes = 0;
    // A power of two, and what is between it and the next one.
    for (const hashrate of [0, 1, 2, 3, 4, 5, 6, 7].map((part) => 1e14 * 2 ** (part / 8))) {
      for (const seed of seeds(5)) {
        const difficulty = setting(0.001, 2 ** 50);
        difficulty.start(null, 0);
        const start = difficulty.value;
        const run = runMiner(
          steered(difficulty) as never,
          { ...FARM, hashrateAt: () => hashrate, seed },
          END_MS,
        );
        for (const { difficulty: value } of run.changes) expect(Math.log2(value) % 1).toBe(0);
        changes += run.changes.filter(({ atMs }) => atMs > SETTLED_MS).length;
        const ideal = idealDifficulty(hashrate, INTERVAL_MS);
        for (let atMs = SETTLED_MS; atMs < END_MS; atMs += MINUTE_MS) {
          rates.push(ideal / difficultyAt(run, start, atMs));
        }
      }
    }
    expect(partOf(rates, (rate) => rate > 0.7 && rate < 1.85)).toBeGreaterThan(0.97);
    expect(changes / (8 * 5 * 4)).toBeLessThan(0.5);
  });
});

const FARM = { latencyMs: 100, tickMs: 1_000 };
const SETTLED_MS = 10 * MINUTE_MS;
const END_MS = SETTLED_MS + 4 * HOUR_MS;

/** As the model drives vardiff. */
function steered(difficulty: DifficultySetting): object {
  const changed = (has: boolean): number | null => (has ? difficulty.value : null);
  return {
    get difficulty(): number {
      return difficulty.value;
    },
    onShare: (nowMs: number, met: number, hash: number) => changed(difficulty.onShare(nowMs, met, hash)),
    onTick: (nowMs: number) => changed(difficulty.onTick(nowMs)),
  };
}
