/** A disk that fails under one of two listeners, or both: see `test/disk-fault/`. */
import { describe, expect, it } from '@jest/globals';
import { startBitcoind, temporaryFolder } from '../bitcoind.js';
import { type DiskFault, FaultyDisk } from '../disk-fault/faulty-disk.js';
import { PoolProcess } from './pool-process.js';
import { SteadyMiners } from './steady-miners.js';

const DIFFICULTY = '0.000001';
const SETTINGS = {
  ORCAPOOL_STRATUM_STARTDIFFICULTY: DIFFICULTY,
  ORCAPOOL_STRATUM_MAXDIFFICULTY: DIFFICULTY,
};

async function poolOnFaultyDisk(path = 'shard-0.sqlite') {
  const disk = await FaultyDisk.make(await temporaryFolder(), path);
  const bitcoind = await startBitcoind();
  const pool = await PoolProcess.start({ nodes: [bitcoind], env: { ...SETTINGS, ...disk.env } });
  await pool.untilHealthy();
  const miners = await SteadyMiners.onEach(pool, 2);
  return { disk, bitcoind, pool, miners };
}

/** By listener. */
function failingMetric(pool: PoolProcess): Promise<string[]> {
  return pool.metricLines('orcapool_share_log_failing{');
}

async function unacknowledged(pool: PoolProcess): Promise<number> {
  const [line] = await pool.metricLines('orcapool_unacknowledged_shares ');
  return Number(line!.split(' ')[1]);
}

function logged(pool: PoolProcess, msg: string): { readonly role: string; readonly fault?: string }[] {
  const lines = pool.output.split('\n').filter((line) => line.includes(`"msg":"${msg}"`));
  return lines.map((line) => JSON.parse(line) as { role: string; fault?: string });
}

/** As its log lines say. */
function pidOf(pool: PoolProcess, role: string): number {
  const line = pool.output.split('\n').findLast((each) => each.includes(`"role":"${role}"`));
  return (JSON.parse(line!) as { pid: number }).pid;
}

const FAULTS: readonly { readonly fault: DiskFault; readonly says: string }[] = [
  { fault: 'full', says: 'the disk is full: free some space' },
  { fault: 'read-only', says: 'the disk cannot be written' },
  { fault: 'io-error', says: 'the disk cannot be written' },
  { fault: 'sync-error', says: 'the disk cannot be written' },
];

describe('a disk that fails under one of two listeners', () => {
  it.each(FAULTS)(
    '$fault: its shares are refused with the reason, the other goes on, and it recovers by itself',
    async ({ fault, says }) => {
      const { disk, bitcoind, pool, miners } = await poolOnFaultyDisk();
      const [failing, sound] = miners.listeners;
      const pids = await pool.listenerPids();
      await pool.until('shares on both', () => failing!.accepted > 5 && sound!.accepted > 5);

      await disk.set(fault);
      await pool.until('a share is refused', () => failing!.refusals.length > 0);
      // Answers to what was on its way before the fault have come by now.
      const before = { failing: failing!.accepted, sound: sound!.accepted };
      await pool.until('more are refused', () => failing!.refusals.length > 10);
      await pool.until('the other goes on', () => sound!.accepted > before.sound + 20);
      expect(failing!.accepted).toBe(before.failing);
      expect(sound!.refusals).toEqual([]);
      expect(new Set(failing!.refusals)).toEqual(
        new Set([expect.stringContaining(`The share was not stored: shares cannot be stored: ${says}`)]),
      );
      // What else degrades a node (a slow write on a busy machine) does not count here.
      await pool.until('health says so', async () => !(await pool.health()).body.components.share_collection);
      const { status, body } = await pool.health();
      // The other listener accepts work, so the node is to stay in service.
      expect(status).toBe(200);
      expect(body.reasons).toContainEqual(
        expect.objectContaining({
          component: 'share_collection',
          message: expect.stringMatching(`^listener 0: shares cannot be stored: ${says}`),
        }),
      );
      expect(await failingMetric(pool)).toEqual([
        'orcapool_share_log_failing{listener="0"} 1',
        'orcapool_share_log_failing{listener="1"} 0',
      ]);
      expect(logged(pool, 'shares cannot be stored')).toEqual([
        expect.objectContaining({ role: 'listener-0', fault: expect.stringContaining(says) }),
      ]);

      // A job that is not on disk is not served.
      const jobs = failing!.client.notifies.length;
      await bitcoind.generate(1);
      await pool.until('its miner is told', () => failing!.client.messages.length > 0);
      expect(failing!.client.messages.at(-1)).toContain(says);
      const onTip = sound!.accepted;
      await pool.until('the other is on the new tip', () => sound!.accepted > onTip + 20);
      expect(failing!.client.notifies.length).toBe(jobs);
      const logins = await Promise.all(Array.from({ length: 6 }, () => miners.listenerOfNext()));
      expect(new Set(logins)).toEqual(new Set([1]));

      await disk.set(null);
      const refused = failing!.accepted;
      await pool.until('shares again', () => failing!.accepted > refused + 20);
      // A minute after a write that had to wait for a second, where the machine was that busy.
      await pool.until('well', async () => (await pool.health()).body.status === 'healthy', 75_000);
      expect(await failingMetric(pool)).toContain('orcapool_share_log_failing{listener="0"} 0');
      expect(logged(pool, 'shares can be stored again')).toHaveLength(1);
      expect(logged(pool, 'new work could not be stored and is not served')).toHaveLength(1);
      expect(await pool.listenerPids()).toEqual(pids);
      await pool.until('miners come to both again', async () => (await miners.listenerOfNext()) === 0);

      await miners.stop();
      expect(await pool.stop()).toBe(0);
      expect(miners.against(pool)).toEqual({ missing: [], twice: [], refusedButStored: [] });
    },
    150_000,
  );

  it('full under both: the node is out of service and says so, and is back by itself', async () => {
    const { disk, pool, miners } = await poolOnFaultyDisk('/shares/shard-');
    await pool.until('shares on both', () => miners.listeners.every(({ accepted }) => accepted > 5));
    await disk.set('full');
    await pool.until('both refuse', () => miners.listeners.every(({ refusals }) => refusals.length > 10));
    await pool.until('out of service', async () => (await pool.health()).status === 503);
    const { reasons } = (await pool.health()).body;
    const says = 'shares cannot be stored: the disk is full: free some space';
    expect(reasons).toContainEqual(
      expect.objectContaining({ message: `listener 0: ${says}; listener 1: ${says}` }),
    );
    // A miner's next pool is one refused connection away.
    await expect(miners.listenerOfNext()).rejects.toThrow('ECONNREFUSED');

    await disk.set(null);
    const before = miners.listeners.map(({ accepted }) => accepted);
    await pool.until('shares on both again', () =>
      miners.listeners.every(({ accepted }, index) => accepted > before[index]! + 10),
    );
    await pool.until('well', async () => (await pool.health()).body.status === 'healthy');
    const open = new Set<number>();
    await pool.until('both take miners', async () => open.add(await miners.listenerOfNext()).size === 2);
    await miners.stop();
    expect(await pool.stop()).toBe(0);
    expect(miners.against(pool)).toEqual({ missing: [], twice: [], refusedButStored: [] });
  }, 90_000);

  it('full when its listener has died: it is tried until the disk takes something again', async () => {
    const { disk, pool, miners } = await poolOnFaultyDisk();
    const [failing, sound] = miners.listeners;
    await pool.until('shares on both', () => failing!.accepted > 5 && sound!.accepted > 5);
    await disk.set('full');
    await pool.until('a share is refused', () => failing!.refusals.length > 0);
    const pid = pidOf(pool, 'listener-0');
    process.kill(pid, 'SIGKILL');
    const failed = 'a listener process could not be started; the others go on';
    await pool.until('an attempt', () => logged(pool, failed).length > 0);
    const before = sound!.accepted;
    await pool.until('the other goes on', () => sound!.accepted > before + 20);
    await pool.until('health has both sides', async () => (await pool.health()).status === 200);
    const { reasons } = (await pool.health()).body;
    expect(reasons).toContainEqual(
      expect.objectContaining({
        component: 'share_collection',
        message: expect.stringContaining('listener 0: the share log'),
      }),
    );
    expect(await failingMetric(pool)).toContain('orcapool_share_log_failing{listener="0"} 1');

    await disk.set(null);
    await pool.until('both take miners', async () => (await miners.listenerOfNext()) === 0, 40_000);
    await pool.until('well', async () => (await pool.health()).body.status === 'healthy');
    await miners.stop().catch(() => {});
    expect(await pool.stop()).toBe(0);
    expect(miners.against(pool)).toMatchObject({ missing: [], twice: [] });
  }, 120_000);

  it('slow: every share is acknowledged late, none is lost, none counts twice', async () => {
    const { disk, pool, miners } = await poolOnFaultyDisk();
    const [slow, fast] = miners.listeners;
    await pool.until('shares on both', () => slow!.accepted > 5 && fast!.accepted > 5);
    await disk.set('slow 1000');
    const before = slow!.accepted;
    slow!.slowestMs = 0;
    await pool.until('late shares', () => slow!.accepted > before + 16, 60_000);
    expect(slow!.slowestMs).toBeGreaterThan(900);
    const late = /^the disk is slow: in the last minute listener 0 waited up to [\d.]+ s for a write$/;
    await pool.until('health says so', async () => {
      const { status, body } = await pool.health();
      return status === 200 && body.reasons.some(({ message }) => late.test(message));
    });
    const [waited] = await pool.metricLines('orcapool_share_log_wait_seconds{listener="0"}');
    expect(Number(waited!.split(' ')[1])).toBeGreaterThanOrEqual(1);
    const told =
      'the disk is slow: shares, logins and new work wait for it, and none is lost; what else uses it?';
    expect(logged(pool, told)).toEqual([expect.objectContaining({ role: 'listener-0' })]);
    fast!.slowestMs = 0;
    const fastBefore = fast!.accepted;
    await pool.until('the other is not slowed', () => fast!.accepted > fastBefore + 20);
    expect(fast!.slowestMs).toBeLessThan(900);
    await pool.until('the metric has those that wait', async () => (await unacknowledged(pool)) > 0);

    await miners.stop();
    expect(slow!.refusals).toEqual([]);
    expect(await pool.stop()).toBe(0);
    expect(miners.against(pool)).toEqual({ missing: [], twice: [], refusedButStored: [] });
  }, 120_000);
});
