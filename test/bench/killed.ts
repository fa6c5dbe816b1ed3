/**
 * Rows of load that SIGKILL ends: shares paced, or as many as the pool takes, and in the midst of them the listeners are
 * killed, or all of the pool is, and then the power is cut: what was written to the log and not synced is taken back.
 * Every share answered `true` until then must be in the log by its hash, the log must open clean, and the next load goes on
 * upon the same data. Without the power cut an answer before the commit would go unnoticed, but for the moment
 * between it and the write: what was written outlives its process. Before the power cuts syncs are 30 ms slower.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { network } from '../../src/bitcoin/index.js';
import { verifyShares } from '../../src/shares/index.js';
import { FaultyDisk } from '../disk-fault/faulty-disk.js';
import { PowerCut } from '../disk-fault/power-cut.js';
import { integrityOf } from '../integration/shares/logged-hashes.js';
import { seededRandom } from '../unit/stratum/session/modelled-miner.js';
import { WINDOW } from './bed.js';
import { BenchPool, DIFFICULTY } from './load/bench-pool.js';
import { holdAfterKills, RowNotHeld } from './load/held-against-log.js';
import { Load } from './load/load.js';
import { PER_ADDRESS } from './load/source-addresses.js';
import { type Measurement, NOT_TIMED } from './measurement.js';
import { nodeFor } from './node-size.js';
import type { Scale } from './scale.js';

interface Flow {
  readonly id: string;
  readonly what: string;
  readonly miners: number;
  readonly perSecond: number;
  /** On their way on each connection; 0 where shares are paced. */
  readonly window: number;
}

const FLOWS: readonly Flow[] = [
  { id: 'paced', what: '5,000 a second of 1,000 miners', miners: 1_000, perSecond: 5_000, window: 0 },
  { id: 'saturated', what: 'saturated, 100 miners', miners: 100, perSecond: 0, window: WINDOW },
];
/** Of the load, before the kill. */
const LEAST_MS = 300;
const MOST_MS = 1_000;
/** More than any machine takes by then. */
const GROUND_PER_SECOND = 150_000;
/** Before a power cut, so that an answer before the commit has the time to reach its miner. */
const SLOW = 'slow 30';
const VICTIMS = ['everything', 'listeners'] as const;

async function killedUnder(flow: Flow, folder: string, kills: number): Promise<Measurement> {
  const random = seededRandom(kills);
  const size = await nodeFor(flow.miners);
  const load = await Load.start(1);
  let shards = '';
  let fastest = 0;
  let takenBack = 0;
  mkdirSync(folder, { recursive: true });
  const disk = await FaultyDisk.make(folder, '/shares/shard-');
  const cut = new PowerCut(join(folder, 'undo'));
  const env = { ...disk.env, ...cut.env };
  try {
    for (let kill = 0; kill < kills; kill++) {
      const pool = await BenchPool.start(folder, { ...size, env });
      shards = pool.shardFolder;
      try {
        await load.open({
          ...{ host: '127.0.0.1', port: pool.port, password: `d=${DIFFICULTY}`, connections: flow.miners },
          ...{
            firstRig: 0,
            username: null,
            perSecond: 2_000,
            perAddress: PER_ADDRESS,
            mayBeRefused: false,
          },
        });
        const perSecond = flow.window > 0 ? GROUND_PER_SECOND : 1.2 * flow.perSecond;
        await load.prepare(Math.ceil((perSecond * MOST_MS) / 1000 / flow.miners));
        const victim = VICTIMS[kill % VICTIMS.length]!;
        await disk.set(victim === 'everything' ? SLOW : null);
        const lastingMs = LEAST_MS + random() * (MOST_MS - LEAST_MS);
        const shares = load.untilGone(flow.perSecond, flow.window);
        await sleep(lastingMs);
        await pool.kill(victim);
        if (victim === 'everything') takenBack += cut.take(shards);
        const { accepted, refused, refusals } = await shares;
        if (refused > 0) throw new RowNotHeld(`${refused} shares were refused: ${refusals[0]}`);
        fastest = Math.max(fastest, (1000 * accepted) / lastingMs);
      } finally {
        await pool.stop();
      }
    }
    const { held, storedUnanswered } = holdAfterKills(await load.answers(), shards);
    const { failed } = await verifyShares(shards, network('regtest'));
    const damaged = readdirSync(shards)
      .filter((name) => name.endsWith('.sqlite'))
      .filter((name) => integrityOf(join(shards, name)) !== 'ok');
    if (failed > 0 || damaged.length > 0) {
      throw new RowNotHeld(`${failed} shares do not recompute, damaged: ${damaged.join(', ') || 'none'}`);
    }
    return {
      ...NOT_TIMED,
      id: `killed/${flow.id}`,
      bench: 'killed',
      what: `${flow.what}, ended by ${kills} times SIGKILL`,
      rate: null,
      unit: '',
      cores: null,
      refused: 0,
      held,
      note:
        `at up to ${Math.round(fastest).toLocaleString('en-US')} a second; 0 missing, 0 twice, ${takenBack.toLocaleString('en-US')} writes taken back; of those not answered ` +
        `${storedUnanswered.toLocaleString('en-US')} were stored`,
    };
  } finally {
    await load.stop();
  }
}

export async function benchKilled(folder: string, scale: Scale): Promise<Measurement[]> {
  const rows: Measurement[] = [];
  for (const flow of FLOWS) {
    rows.push(await killedUnder(flow, join(folder, flow.id), scale.quick ? 2 : 2 * scale.runs));
  }
  return rows;
}
