import { describe, expect, it } from '@jest/globals';
import { poolEventSchema } from '../../src/events/pool-event.js';
import { startBitcoind } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { PoolProcess } from './pool-process.js';

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

const CATALOGUE = [
  'orcapool_connected_miners',
  'orcapool_shares_total',
  'orcapool_shares_rate',
  'orcapool_hashrate_total',
  'orcapool_blocks_found_total',
  'orcapool_stale_shares_total',
  'orcapool_uptime_seconds',
  'orcapool_memory_bytes',
  'orcapool_bitcoin_height',
  'orcapool_bitcoin_connected',
  'orcapool_event_queue_depth',
  'orcapool_event_emit_latency_us',
  'orcapool_vardiff_adjustments_total',
  'orcapool_connection_errors_total',
  'orcapool_asicboost_miners',
  'orcapool_share_ack_seconds',
  'orcapool_notify_broadcast_seconds',
  'orcapool_rpc_duration_seconds',
  'orcapool_round_number',
  'orcapool_template_age_seconds',
];

async function page(pool: PoolProcess): Promise<string> {
  return (await fetch(`http://127.0.0.1:${pool.httpPort}/metrics`)).text();
}

/** Collects the stream's events until `stop`. */
async function follow(pool: PoolProcess): Promise<{ events: Record<string, unknown>[]; stop: () => void }> {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${pool.httpPort}/api/v1/events`, { signal: abort.signal });
  const events: Record<string, unknown>[] = [];
  const read = async (): Promise<void> => {
    let buffered = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      buffered += chunk;
      const lines = buffered.split('\n');
      buffered = lines.pop()!;
      for (const line of lines) if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)));
    }
  };
  read().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
  return { events, stop: () => abort.abort() };
}

describe('a node seen from outside', () => {
  it('measures what its miners do, in metrics, events and the documented answers', async () => {
    const bitcoind = await startBitcoind();
    await bitcoind.generate(1);
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const { events, stop } = await follow(pool);
    const miner = await StratumClient.login(pool.stratumPort, `${USER}.rig1`);
    for (let i = 0; i < 3; i++) await miner.submit(`${USER}.rig1`, miner.job, miner.mine());
    const { job } = miner;
    const share = miner.mine(job);
    await miner.submit(`${USER}.rig1`, job, share);
    expect((await miner.submit(`${USER}.rig1`, job, share)).error?.[0]).toBe(22);
    const block = miner.mine(miner.job, BLOCK_DIFFICULTY);
    await miner.submit(`${USER}.rig1`, miner.job, block);

    await pool.until('the metrics have all five shares', async () =>
      (await page(pool)).includes('orcapool_shares_total{result="accepted",reason="none"} 5'),
    );
    // One share in a hundred is a block by chance, so the chain says how many there were.
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    const height = await bitcoind.rpc<number>('getblockcount');
    await pool.until('the metrics have the blocks', async () =>
      (await page(pool)).includes(`orcapool_blocks_found_total ${height - 1}\n`),
    );
    const metrics = await page(pool);
    expect(CATALOGUE.filter((name) => !metrics.includes(`\n${name}`) && !metrics.startsWith(name))).toEqual(
      [],
    );
    expect(metrics).toContain('orcapool_shares_total{result="rejected",reason="duplicate"} 1');
    expect(metrics).toMatch(/orcapool_connected_miners 1\n/);
    expect(metrics).toMatch(/orcapool_rpc_duration_seconds_count\{.*method="submitblock".*\} [1-9]/);
    expect(metrics).toMatch(/orcapool_event_loop_lag_seconds\{process="listener-1"/);
    expect(metrics).toMatch(/orcapool_cpu_seconds_total\{process="coordinator"\}/);

    await pool.until(
      'all events',
      () => events.filter(({ event }) => event === 'share_submitted').length === 6,
    );
    await pool.until('the next tip', () => events.some(({ event }) => event === 'new_block_network'));
    for (const event of events) {
      const data = event.event === 'share_submitted' || event.event === 'miner_connected' ? { ip: '' } : {};
      poolEventSchema.parse({ ...event, data: { ...(event.data as object), ...data } });
    }
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'miner_connected',
        'share_submitted',
        'block_found',
        'share_best_diff',
        'new_block_network',
      ]),
    );
    stop();

    const round = Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000);
    const task = (await pool.get(`/task/${round}`))!;
    expect(task.status).toBe(200);
    expect(task.body).toMatchObject({
      round_number: round,
      target_difficulty: 0.00001,
      valid_shares: 5,
      invalid_shares: 1,
      block_height: height + 1,
      previous_block_hash: block.hash,
    });
    expect((task.body as { hash_rate: number }).hash_rate).toBeGreaterThan(0);
    expect((await pool.get(`/task/${round + 1}`))!.status).toBe(404);

    type Audit = { statistics: { total_shares: number }; recent_shares: object[]; next: string };
    const asked = async () => (await pool.get('/audit?limit=2'))!.body as Audit;
    // One reading of the log serves a second, and all of the above may take less.
    await pool.until(
      'the audit page has all shares',
      async () => (await asked()).statistics.total_shares >= 6,
    );
    const audit = await asked();
    expect(audit.statistics).toMatchObject({
      ...{ total_shares: 6, valid_shares: 5, invalid_shares: 1, unique_workers: 1 },
    });
    expect(audit.recent_shares).toHaveLength(2);
    expect(audit.next).toBeTruthy();

    const health = await pool.health();
    expect(health.body).toMatchObject({
      status: 'healthy',
      components: { miner: true, metrics: true, api: true, share_collection: true, bitcoind: true },
      uptime: expect.any(Number),
    });
    await bitcoind.kill();
    await pool.until('unready', async () => (await pool.health()).status === 503);
    const liveness = await fetch(`http://127.0.0.1:${pool.httpPort}/healthz`, { method: 'POST' });
    expect(liveness.status).toBe(200);
    await liveness.text();
    miner.close();
  });
});
