import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { PowerCut } from '../disk-fault/power-cut.js';
import { seededRandom } from '../unit/stratum/session/modelled-miner.js';
import { killSoak, SOAK_ENV } from './kill-soak.js';
import { PoolProcess } from './pool-process.js';

describe('kill -9 under load, of listeners, coordinator, and all of them with the power', () => {
  it('loses no acknowledged share, credits none twice, and gives no extranonce twice', async () => {
    const bitcoind = await startBitcoind();
    const folder = await temporaryFolder();
    const disk = await FaultyDisk.make(folder, '/shares/shard-');
    const cut = new PowerCut(join(folder, 'undo'));
    // So that an answer before the commit would reach its miner.
    await disk.set('slow 20');
    const pool = await PoolProcess.start({
      nodes: [bitcoind],
      env: { ...SOAK_ENV, ...disk.env, ...cut.env },
    });
    await pool.untilHealthy();
    const report = await killSoak(pool, {
      kills: 6,
      miners: 6,
      address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
      round: Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000),
      // The coordinator, a listener, everything twice, all listeners, everything.
      random: seededRandom(26),
      say: () => {},
      // The power goes with it: what was not synced is gone.
      everythingDied: () => void cut.take(pool.shardFolder),
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
    // Hundreds a second on a machine that is busy otherwise.
    expect(report.fastest).toBeGreaterThan(100);
  }, 180_000);
});
