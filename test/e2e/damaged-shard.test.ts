/** Pages of one listener's shard overwritten, while the pool is stopped and while it runs. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { network } from '../../src/bitcoin/index.js';
import { recoverShard } from '../../src/shares/index.js';
import { startBitcoind } from '../bitcoind.js';
import { execute, rootPage } from '../integration/shares/alter-database.js';
import { integrityOf } from '../integration/shares/logged-hashes.js';
import { PoolProcess } from './pool-process.js';
import { SteadyMiners } from './steady-miners.js';

const DIFFICULTY = '0.000001';
const PAGE_BYTES = 4096;
const FRAME_BYTES = 24 + PAGE_BYTES;

async function startPool(): Promise<PoolProcess> {
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({
    nodes: [bitcoind],
    env: { ORCAPOOL_STRATUM_STARTDIFFICULTY: DIFFICULTY, ORCAPOOL_STRATUM_MAXDIFFICULTY: DIFFICULTY },
  });
  await pool.untilHealthy();
  return pool;
}

function shardPath(pool: PoolProcess): string {
  return join(pool.shardFolder, 'shard-0.sqlite');
}

async function overwrite(path: string, page: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  await file.sync();
  await file.close();
}

/** A pool whose two listeners have shares on the disk, and who brought them. `path`: the first one's shard. */
async function minedAndStopped(): Promise<{ pool: PoolProcess; before: SteadyMiners; path: string }> {
  const pool = await startPool();
  const before = await SteadyMiners.onEach(pool, 2);
  await pool.until('shares on both', () => before.listeners.every(({ accepted }) => accepted > 5));
  await before.stop();
  expect(await pool.stop()).toBe(0);
  const path = shardPath(pool);
  // Its last user, so everything moves from the write-ahead log into the file.
  expect(integrityOf(path)).toBe('ok');
  return { pool, before, path };
}

async function reasonFor(pool: PoolProcess): Promise<string> {
  const { reasons } = (await pool.health()).body;
  return reasons.find(({ component }) => component === 'share_collection')?.message ?? '';
}

/** Health may have the damage from the coordinator's own reading; the metric has it from the listener, by its next failed start. */
async function untilMetricsNameIt(pool: PoolProcess): Promise<void> {
  await pool.until('metrics name it, and it alone', async () => {
    return (await pool.metricLines('orcapool_share_log_failing{')).join() === METRIC;
  });
}

const METRIC = 'orcapool_share_log_failing{listener="0"} 1,orcapool_share_log_failing{listener="1"} 0';
const SAYS =
  /shares\/shard-0\.sqlite is damaged \((?:SQLITE_\w+|\w+: .*)\) .*docs\/operations\.md \(A damaged shard\)/;

// More kinds of damage: test/integration/shares/damaged-shard.test.ts.
it.each(['the header', 'jobs_by_prev_hash', 'DROP TABLE batches'])(
  'a shard damaged while the node was stopped (%s): its listener stays down and is named, the other works',
  async (what) => {
    const { pool, before, path } = await minedAndStopped();
    const whole = `${path}.whole`;
    copyFileSync(path, whole);
    if (/^[A-Z]/.test(what)) execute(path, what);
    else await overwrite(path, what === 'the header' ? 1 : rootPage(path, what));
    const damaged = readFileSync(path);

    await pool.launch();
    await pool.until('health names it', async () => SAYS.test(await reasonFor(pool)));
    await pool.until('the other serves work', async () => (await pool.health()).status === 200);
    expect((await pool.health()).body.status).toBe('degraded');
    await untilMetricsNameIt(pool);
    expect(pool.output).toMatch(SAYS);
    const miners = await SteadyMiners.over(pool, [1]);
    await pool.until('shares on the other', () => miners.listeners[0]!.accepted > 20);
    const failed = 'a listener process could not be started; the others go on';
    await pool.until('later attempts', () => pool.output.split(failed).length > 3);
    // What cannot be read is in no figure's way.
    for (const page of ['/api/v1/pool', '/audit']) expect((await pool.get(page))?.status).toBe(200);
    await miners.stop();
    expect(miners.listeners[0]!.refusals).toEqual([]);
    expect(await pool.stop()).toBe(0);
    expect(readFileSync(path).equals(damaged)).toBe(true);

    // What the operator recovered from it stands in its place.
    const aside = join(pool.datadir, 'aside');
    mkdirSync(aside);
    for (const name of readdirSync(pool.shardFolder).filter((each) => each.startsWith('shard-0.sqlite'))) {
      renameSync(join(pool.shardFolder, name), join(aside, name));
    }
    renameSync(join(aside, 'shard-0.sqlite.whole'), path);
    await pool.launch();
    await pool.until('well', async () => (await pool.health()).body.status === 'healthy');
    const after = await SteadyMiners.onEach(pool, 2);
    await pool.until('shares on both again', () => after.listeners.every(({ accepted }) => accepted > 5));
    await after.stop();
    expect(await pool.stop()).toBe(0);
    for (const each of [before, miners, after]) {
      expect(each.against(pool)).toEqual({ missing: [], twice: [], refusedButStored: [] });
    }
  },
  90_000,
);

// `blocks`: of these the coordinator reads, and no share needs them. `miners`: every share of the listener names one.
it.each(['blocks', 'miners'])(
  'a shard damaged under a running node (%s): its listener sends its miners away and is not started, the other goes on',
  async (table) => {
    const { pool, path } = await minedAndStopped();
    await pool.launch();
    await pool.untilHealthy();
    const miners = await SteadyMiners.onEach(pool, 2);
    const [left, sound] = miners.listeners;
    await pool.until('shares on both', () => left!.accepted > 5 && sound!.accepted > 5);
    const [leftPid, soundPid] = await pool.listenerPids();

    await overwrite(path, rootPage(path, table));
    const damaged = readFileSync(path);
    await pool.until('its miners are let go', () => left!.client.closed, 15_000);
    const { accepted, client } = left!;
    expect(client.messages.at(-1)).toMatch('the share log of this listener has failed');
    await pool.until('health names it', async () => SAYS.test(await reasonFor(pool)));
    expect((await pool.health()).status).toBe(200);
    await untilMetricsNameIt(pool);
    const soFar = sound!.accepted;
    await pool.until('the other goes on', () => sound!.accepted > soFar + 20);
    expect(left!.accepted).toBe(accepted);
    expect(sound!.client.closed).toBe(false);
    const pids = await pool.listenerPids();
    expect(pids).toContain(soundPid);
    expect(pids).not.toContain(leftPid);
    expect([await miners.listenerOfNext(), await miners.listenerOfNext()]).toEqual([1, 1]);
    expect(sound!.refusals).toEqual([]);
    // The one that was let go may have a share on its way that nobody answers.
    await miners.stop().catch(() => {});
    expect(await pool.stop()).toBe(0);
    expect(readFileSync(path).equals(damaged)).toBe(true);
  },
  90_000,
);

it('one bit of a -wal altered behind a kill -9: it is told, and no share is missing once the shard is recovered', async () => {
  const pool = await startPool();
  const miners = await SteadyMiners.onEach(pool, 2);
  await pool.until('shares on both', () => miners.listeners.every(({ accepted }) => accepted > 50));
  await miners.stop();
  await pool.kill();
  const path = shardPath(pool);
  const log = readFileSync(`${path}-wal`);
  const frames = Math.floor((log.length - 32) / FRAME_BYTES);
  const frame = Math.floor(frames / 4);
  log[32 + frame * FRAME_BYTES + 2_024]! ^= 1;
  writeFileSync(`${path}-wal`, log);

  await pool.launch();
  const says = `shares/shard-0.sqlite is damaged (SHARD_ALTERED: frame ${frame + 1} of the ${frames} in its -wal was altered`;
  await pool.until('health names it', async () => (await reasonFor(pool)).includes(says));
  await untilMetricsNameIt(pool);
  expect((await pool.health()).body.status).toBe('degraded');
  expect(await pool.stop()).toBe(0);
  expect(readFileSync(`${path}-wal`).equals(log)).toBe(true);

  const aside = join(pool.datadir, 'aside');
  mkdirSync(aside);
  for (const name of readdirSync(pool.shardFolder).filter((each) => each.startsWith('shard-0.sqlite'))) {
    renameSync(join(pool.shardFolder, name), join(aside, name));
  }
  const { lost, mended } = recoverShard(join(aside, 'shard-0.sqlite'), path, network('regtest'));
  expect([lost, mended.length]).toEqual([[], 1]);
  await pool.launch();
  await pool.untilHealthy();
  expect(await pool.stop()).toBe(0);
  expect(miners.against(pool)).toEqual({ missing: [], twice: [], refusedButStored: [] });
}, 90_000);
