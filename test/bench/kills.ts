/**
 * A hundred times kill -9 under load (see `kill-soak.ts`), on a real bitcoind; where everything is killed the power is cut
 * as well, and what the share log had not synced is gone. Not a figure to compare: the row stands
 * only if no acknowledged share is missing and none counts twice. About three minutes.
 */
import { join } from 'node:path';
import { cacheFolder, findBitcoind, freePorts, RegtestBitcoind } from '../../src/localnet/index.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { PowerCut } from '../disk-fault/power-cut.js';
import { killSoak, SOAK_ENV } from '../e2e/kill-soak.js';
import { PoolProgram } from '../e2e/pool-program.js';
import { seededRandom } from '../unit/stratum/session/modelled-miner.js';
import { type Measurement, NOT_TIMED } from './measurement.js';
import type { Scale } from './scale.js';

const KILLS = 100;
const QUICK_KILLS = 3;
const MINERS = 20;
const DAY_MS = 86_400_000;

export async function benchKills(folder: string, { quick }: Scale): Promise<Measurement[]> {
  const kills = quick ? QUICK_KILLS : KILLS;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const program = await findBitcoind({ env: process.env, cacheDir: cacheFolder(process.env), log: say });
  const bitcoind = await RegtestBitcoind.start(program, { datadir: join(folder, 'bitcoind') });
  const [stratum, http] = (await freePorts(2)) as [number, number];
  const disk = await FaultyDisk.make(folder, '/shares/shard-');
  const cut = new PowerCut(join(folder, 'undo'));
  const pool = new PoolProgram(join(folder, 'data'), stratum, http, {
    nodes: [bitcoind],
    env: { ...SOAK_ENV, ...disk.env, ...cut.env },
  });
  const startedMs = performance.now();
  try {
    await pool.launch();
    await pool.untilHealthy();
    const report = await killSoak(pool, {
      kills,
      miners: MINERS,
      address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
      round: Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / DAY_MS),
      random: seededRandom(100),
      say,
      everythingDied: () => void cut.take(pool.shardFolder),
      newTip: async () => void (await bitcoind.generate(1)),
    });
    const { acknowledged, fastest, missing, twice, extranoncesReused, failedVerification, damagedFiles } =
      report;
    const faults =
      missing.length + twice + extranoncesReused.length + failedVerification + damagedFiles.length;
    const taken = report.saidToRepeats.filter((said) => said.startsWith('200'));
    if (faults + taken.length > 0) throw new Error(`kill -9 did harm: ${JSON.stringify(report)}`);
    const measured: Measurement = {
      ...NOT_TIMED,
      bench: 'kills',
      what: `${kills} times kill -9, ${MINERS} miners`,
      rate: null,
      unit: '',
      mostMs: report.longestOutageMs,
      cores: null,
      note:
        `${acknowledged} shares acknowledged, at up to ${Math.round(fastest)} a second, 0 missing, 0 twice; took ` +
        `${Math.round((performance.now() - startedMs) / 1000)} s; most: from a kill to shares again`,
    };
    return [measured];
  } finally {
    await pool.kill();
    await bitcoind.kill();
  }
}
