import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

function orcapool(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [MAIN, ...words, '--network', 'regtest'], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  });
}

describe('a node that lost its disk', () => {
  it('goes on from a backup taken while it ran: shares, best shares, blocks', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, `${USER}.rig1`);
    for (let i = 0; i < 5; i++) {
      expect(await miner.submit(`${USER}.rig1`, miner.job, miner.mine())).toMatchObject({ result: true });
    }
    const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
    expect(await miner.submit(`${USER}.rig1`, miner.job, block)).toMatchObject({ result: true });
    const extranonce1 = miner.extranonce1;
    miner.close();

    const archive = join(await temporaryFolder(), 'pool.tar.gz');
    const told = (await orcapool('backup', archive, '--datadir', pool.datadir)).stdout;
    expect(told).toMatch(/files of regtest, .*\nread back and every file is what was copied\n$/);
    const drilled = (await orcapool('restore', archive, '--drill')).stdout;
    expect(drilled).toMatch(/recomputed 6 shares in .* s, 0 failed\nThis backup restores.\n$/);

    await pool.kill();
    await expect(orcapool('restore', archive, '--datadir', pool.datadir)).rejects.toMatchObject({
      stderr: expect.stringContaining('is not empty: move it away'),
    });
    await rm(pool.datadir, { recursive: true });
    await orcapool('restore', archive, '--datadir', pool.datadir);
    expect(existsSync(join(pool.datadir, 'network'))).toBe(true);
    await pool.launch();
    await pool.untilHealthy();
    const again = await StratumClient.login(pool.stratumPort, `${USER}.rig1`);
    expect(again.extranonce1).not.toBe(extranonce1);
    again.close();
    const worker = (await pool.get(`/api/v1/workers/${USER}`))!.body as { workers: { shares: unknown }[] };
    expect(JSON.stringify(worker)).toContain('rig1');
    const audit = (await pool.get('/audit?limit=10'))!.body as {
      statistics: { valid_shares: number };
      recent_shares: { hash: string }[];
    };
    expect(audit.statistics.valid_shares).toBe(6);
    expect(audit.recent_shares.map(({ hash }) => hash)).toContain(block.hash);
  });
});
