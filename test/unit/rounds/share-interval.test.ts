import { describe, expect, it } from '@jest/globals';
import { FULL_TIER_SHARES, shareInterval } from '../../../src/rounds/index.js';
import { WHOLE_GRID } from '../../../src/stratum/session/difficulty-grid.js';
import { ShareAllowance } from '../../../src/stratum/session/share-allowance.js';
import { Vardiff } from '../../../src/stratum/session/vardiff.js';
import { seededRandom } from '../stratum/session/modelled-miner.js';

const WANTED = 10_000;
const ROUND = 600_000;

function at(shares: number, miners: number, elapsedMs: number, presentMs = WANTED): number {
  return shareInterval({ shares, miners, elapsedMs, roundMs: ROUND }, WANTED, presentMs);
}

describe('the share interval', () => {
  it('stays as wanted while the round has room for everybody', () => {
    // 250 miners at 10 s bring 15,000 shares in 600 s; 0.95 · 16,384 = 15,565 are allowed.
    expect(at(0, 250, 0)).toBe(WANTED);
    expect(at(7_500, 250, 300_000)).toBe(WANTED);
    expect(at(0, 0, 0)).toBe(WANTED);
  });

  it('is just so long that what is left of the round’s shares lasts to its end', () => {
    // 500 · 600 s / 15,564.8 = 19.274 s; half-way through, with 10,000 shares: 500 · 300 s / 5,564.8 = 26.955 s.
    expect(at(0, 500, 0)).toBe(19_274);
    expect(at(10_000, 500, 300_000)).toBe(26_955);
  });

  it('is a minute at most, also when the round is over its bound', () => {
    expect(at(0, 5_000, 0)).toBe(60_000);
    expect(at(FULL_TIER_SHARES, 10, 100_000)).toBe(60_000);
  });

  it('is never shorter than wanted, even where that is more than a minute', () => {
    const load = { shares: 0, miners: 5_000, elapsedMs: 0, roundMs: ROUND };
    expect(shareInterval(load, 90_000, 90_000)).toBe(90_000);
  });

  it('does not change for less than a tenth, nor back in the last tenth of a round', () => {
    expect(at(0, 500, 0, 18_000)).toBe(18_000);
    expect(at(0, 500, 0, 17_000)).toBe(19_274);
    expect(at(15_000, 100, 570_000, 20_000)).toBe(20_000);
    expect(at(15_500, 500, 570_000, 20_000)).toBe(60_000);
  });

  interface SimulatedRound {
    /** Of all but the flooding one. */
    readonly shares: number;
    /** Shares that nobody's interval is worked out from. */
    readonly excess: number;
    readonly longestMs: number;
  }

  /** Three rounds; one more miner brings `floodPerSecond` shares on each second, whatever its interval is. */
  function rounds(miners: number, seed: number, floodPerSecond: number): SimulatedRound[] {
    const random = seededRandom(seed);
    const ceiling = (): number => Number.POSITIVE_INFINITY;
    // Difficulties that fit 10 s: hashrate over 2^32 is the difficulty per second.
    const fleet = Array.from({ length: miners }, (_, i) => {
      const perSecond = 10 ** (1 + (4 * i) / miners);
      const options = { startDifficulty: 10 * perSecond, minDifficulty: 1e-6, maxDifficulty: 1e12, ceiling };
      return {
        perSecond,
        allowance: new ShareAllowance(0),
        vardiff: new Vardiff(
          {
            ...options,
            isRemembered: true,
            hasRoom: true,
            belowOne: 'taken',
            wish: 0,
            grid: WHOLE_GRID,
            shareIntervalMs: WANTED,
          },
          0,
        ),
      };
    });
    const flooding = new ShareAllowance(0);
    const simulated: SimulatedRound[] = [];
    let presentMs = WANTED;
    for (let round = 0; round < 3; round++) {
      let shares = 0;
      let counted = 0;
      let longestMs = 0;
      for (let second = 0; second < ROUND / 1000; second++) {
        const nowMs = round * ROUND + second * 1000;
        const load = { shares: counted, miners: miners + 1, elapsedMs: second * 1000, roundMs: ROUND };
        const nextMs = second % 5 === 0 ? shareInterval(load, WANTED, presentMs) : presentMs;
        longestMs = Math.max(longestMs, nextMs);
        for (let i = 0; i < floodPerSecond; i++) if (!flooding.isExcess(nowMs, nextMs)) counted++;
        for (const { perSecond, vardiff, allowance } of fleet) {
          if (nextMs !== presentMs) vardiff.setInterval(nextMs, nextMs === WANTED, nowMs);
          if (second % 5 === 0) vardiff.onTick(nowMs);
          // Poisson, by counting exponential gaps in the second.
          const gap = (): number => -Math.log(random());
          for (let left = perSecond / vardiff.difficulty - gap(); left > 0; left -= gap()) {
            vardiff.onShare(nowMs);
            shares++;
            if (!allowance.isExcess(nowMs, nextMs)) counted++;
          }
        }
        presentMs = nextMs;
      }
      const flood = floodPerSecond * (ROUND / 1000);
      simulated.push({ shares, excess: shares + flood - counted, longestMs });
    }
    return simulated;
  }

  it.each([
    [100, 1],
    [500, 2],
    [1_000, 3],
  ])(
    'keeps rounds of %d miners under the bound (seed %d), and counts next to nothing as excess',
    (miners, seed) => {
      const simulated = rounds(miners, seed, 0);
      // The first round begins with difficulties for 10 s, and nothing known of anybody.
      for (const { shares, excess } of simulated.slice(1)) {
        expect(shares).toBeLessThanOrEqual(FULL_TIER_SHARES);
        expect(excess / shares).toBeLessThan(0.001);
      }
      expect(simulated.at(-1)!.shares / Math.min(FULL_TIER_SHARES, miners * 60)).toBeGreaterThan(0.8);
    },
  );

  it('stays where it was when one miner floods', () => {
    expect(rounds(100, 4, 350).map(({ longestMs }) => longestMs)).toEqual([WANTED, WANTED, WANTED]);
    const quiet = rounds(300, 5, 0);
    for (const [i, { longestMs }] of rounds(300, 5, 350).entries()) {
      // As three miners more among 300, and a look in the round's last seconds.
      expect(longestMs / quiet[i]!.longestMs).toBeLessThan(1.05);
    }
  });
});
