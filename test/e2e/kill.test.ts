import { describe, expect, it } from '@jest/globals';
import { startBitcoind } from '../bitcoind.js';
import { seededRandom } from '../unit/stratum/session/modelled-miner.js';
import { killSoak, SOAK_DIFFICULTY } from './kill-soak.js';
import { PoolProcess } from './pool-process.js';

describe('kill -9 under load, of listeners, coordinator and all', () => {
  it('loses no acknowledged share, credits none twice, and gives no extranonce twice', async () => {
    const bitcoind = await startBitcoind();
    const difficulty = String(SOAK_DIFFICULTY);
    const pool = await PoolProcess.start({
      nodes: [bitcoind],
      env: { ORCAPOOL_STRATUM_STARTDIFFICULTY: difficulty, ORCAPOOL_STRATUM_MAXDIFFICULTY: difficulty },
    });
    await pool.untilHealthy();
    const report = await killSoak(pool, {
      kills: 6,
      miners: 6,
      address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
      round: Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000),
      random: seededRandom(6),
      say: () => {},
      newTip: async () => void (await bitcoind.generate(1)),
    });
    expect(report).toMatchObject({
      missing: [],
      twice: 0,
      extranoncesReused: [],
      failedVerification: 0,
      damagedFiles: [],
    });
    // A share on work that was replaced before the kill is of a job nobody knows any more, and a listener may be down.
    const said = new Set(report.saidToRepeats);
    said.delete('422 JOB_UNKNOWN');
    said.delete('503 SHARES_UNAVAILABLE');
    expect([...said]).toEqual(['422 SHARE_DUPLICATE']);
    expect(report.acknowledged).toBeGreaterThan(100);
  }, 180_000);
});
