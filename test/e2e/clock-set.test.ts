import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const WORKER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig1';
const HOUR_MS = 3_600_000;

describe("a node whose system's clock is set while it runs", () => {
  it('keeps its miners at work, an hour forward and two hours back', async () => {
    const bitcoind = await startBitcoind();
    await bitcoind.generate(1);
    const file = join(await temporaryFolder(), 'ahead');
    await writeFile(file, '0');
    const clock = new URL('./settable-clock.js', import.meta.url).href;
    const pool = await PoolProcess.start({
      nodes: [bitcoind],
      env: {
        ...{ NODE_OPTIONS: `--import ${clock}`, CLOCK_AHEAD_FILE: file },
        // A round of a day, half of it over: one that a clock set ahead has closed stays closed.
        ORCAPOOL_POOL_ROUNDGENESIS: new Date(Date.now() - 12 * HOUR_MS).toISOString(),
      },
    });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, WORKER);
    const mines = async (): Promise<unknown> =>
      (await miner.submit(WORKER, miner.job, miner.mine(miner.job))).error;
    expect(await mines()).toBeNull();

    await writeFile(file, String(HOUR_MS));
    // Each process has seen it by then, and looked through its connections.
    await sleep(4_000);
    expect(pool.output).not.toContain('work has stopped');
    expect(await mines()).toBeNull();
    const { body } = await pool.health();
    expect(body.uptime).toBeLessThan(HOUR_MS / 1_000);

    await writeFile(file, String(-HOUR_MS));
    await sleep(1_000);
    const told = miner.notifies.length;
    await pool.until('work within half a minute', () => miner.notifies.length > told, 31_000);
    expect(await mines()).toBeNull();
    expect(miner.closed).toBe(false);
    expect(pool.output).not.toContain('work has stopped');
    miner.close();
  });
});
