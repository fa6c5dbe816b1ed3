import { describe, expect, it } from '@jest/globals';
import { type Pace, type RoundShares, SharePace } from '../../../src/roles/share-pace.js';
import { localSchedule } from '../../../src/rounds/index.js';

const ROUND_MS = 600_000;

function bed() {
  const told: Pace[] = [];
  const log = { shares: { all: 0, excess: 0 } as RoundShares, miners: 100 };
  const pace = new SharePace(10_000, localSchedule({ genesisMs: 0, roundMs: ROUND_MS }), {
    sharesOf: () => log.shares,
    miners: () => log.miners,
    tell: (news) => told.push(news),
  });
  return { told, log, pace };
}

describe('the coordinator’s share interval', () => {
  it('is that of the shares without excess, however much of that there is', () => {
    const { told, log, pace } = bed();
    log.shares = { all: 3_000 + 100_000, excess: 100_000 };
    pace.tick(0n, 300_000);
    expect(pace.present.shareIntervalMs).toBe(10_000);
    log.shares = { all: 14_000 + 100_000, excess: 100_000 };
    pace.tick(0n, 310_000);
    // 100 · 290 s / (0.95 · 16,384 − 14,000) = 18.533 s.
    expect(told.at(-1)).toEqual({ shareIntervalMs: 18_533, fixed: 'released' });
  });

  it('lets a password’s difficulty hold, but where excess alone fills the round only without excess', () => {
    const { told, log, pace } = bed();
    pace.tick(0n, 0);
    expect([pace.present.fixed, told]).toEqual(['holds', []]);
    log.shares = { all: 20_000, excess: 18_000 };
    pace.tick(0n, 200_000);
    expect(told).toEqual([{ shareIntervalMs: 10_000, fixed: 'holds-without-excess' }]);
    log.shares = { all: 0, excess: 0 };
    pace.tick(1n, ROUND_MS);
    expect(told.at(-1)).toEqual({ shareIntervalMs: 10_000, fixed: 'holds' });
  });

  it('is looked at every five seconds, and at once in a new round', () => {
    const { told, log, pace } = bed();
    pace.tick(0n, 0);
    log.miners = 500;
    pace.tick(0n, 4_000);
    expect(told).toEqual([]);
    pace.tick(1n, ROUND_MS);
    expect(told).toHaveLength(1);
  });
});
