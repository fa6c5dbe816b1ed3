import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventBusMetrics } from '../../../src/events/index.js';
import { ManualClock } from '../../../src/lib/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import type { StratumMetrics } from '../../../src/stratum/index.js';
import { scrape } from './scrape.js';

const made: Metrics[] = [];

function metrics(process: string, clock = new ManualClock()): Metrics {
  const one = new Metrics(process, clock);
  made.push(one);
  return one;
}

afterEach(() => {
  for (const one of made.splice(0)) one.close();
});

/** As a process channel carries it. */
async function sent(from: Metrics): ReturnType<Metrics['snapshot']> {
  return JSON.parse(JSON.stringify(await from.snapshot()));
}

async function read(from: Metrics): Promise<Map<string, number>> {
  return scrape(await from.text());
}

describe('the catalogue', () => {
  it('has the 15 metrics asked for, and those of latency and load, under the prefix orcapool_', async () => {
    const names = [...(await metrics('coordinator').text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    expect(names.sort()).toEqual([
      'orcapool_asicboost_miners gauge',
      'orcapool_audit_suspects_total counter',
      'orcapool_banned_addresses gauge',
      'orcapool_bans_total counter',
      'orcapool_bitcoin_connected gauge',
      'orcapool_bitcoin_height gauge',
      'orcapool_blocks_found_total counter',
      'orcapool_connected_miners gauge',
      'orcapool_connection_errors_total counter',
      'orcapool_connections gauge',
      'orcapool_cpu_seconds_total counter',
      'orcapool_damaged_records gauge',
      'orcapool_event_emit_latency_us histogram',
      'orcapool_event_loop_lag_seconds gauge',
      'orcapool_event_queue_depth gauge',
      'orcapool_events_dropped_total counter',
      'orcapool_full gauge',
      'orcapool_hashrate_total gauge',
      'orcapool_http_event_streams gauge',
      'orcapool_http_event_streams_cut_total counter',
      'orcapool_http_request_seconds histogram',
      'orcapool_listeners_hung_total counter',
      'orcapool_memory_bytes gauge',
      'orcapool_notify_broadcast_seconds histogram',
      'orcapool_pending_bytes gauge',
      'orcapool_round_number gauge',
      'orcapool_rpc_duration_seconds histogram',
      'orcapool_share_ack_seconds histogram',
      'orcapool_share_hasher gauge',
      'orcapool_share_log_failing gauge',
      'orcapool_share_log_wait_seconds gauge',
      'orcapool_shares_rate gauge',
      'orcapool_shares_total counter',
      'orcapool_stale_shares_total counter',
      'orcapool_strangers gauge',
      'orcapool_template_age_seconds gauge',
      'orcapool_unacknowledged_shares gauge',
      'orcapool_unassembled_blocks gauge',
      'orcapool_unwritten_records gauge',
      'orcapool_uptime_seconds gauge',
      'orcapool_vardiff_adjustments_total counter',
    ]);
  });

  it('fits what the Stratum room and the event bus ask for', () => {
    const { stratum, events } = metrics('coordinator');
    const asked: [StratumMetrics, EventBusMetrics] = [stratum, events];
    expect(asked).toHaveLength(2);
  });
});

describe('one process', () => {
  it('shows no state that nobody measured, and takes it back when it is unknown again', async () => {
    const one = metrics('coordinator');
    expect((await read(one)).has('orcapool_bitcoin_height')).toBe(false);
    one.pool.bitcoinHeight.set(850_000);
    expect((await read(one)).get('orcapool_bitcoin_height')).toBe(850_000);
    let age: number | null = 3.5;
    one.pool.templateAge.from(() => age);
    expect((await read(one)).get('orcapool_template_age_seconds')).toBe(3.5);
    age = null;
    expect((await read(one)).has('orcapool_template_age_seconds')).toBe(false);
  });

  it('counts each answered share once, and times only what was acknowledged', async () => {
    const clock = new ManualClock();
    const one = metrics('listener-0', clock);
    one.stratum.shareAnswered('accepted', 4);
    one.stratum.shareAnswered('accepted', 40);
    one.stratum.shareAnswered('uncredited', 0);
    one.stratum.shareAnswered('stale', 0);
    one.stratum.staleShare('unknown-job');
    one.stratum.shareAnswered('duplicate', 0);
    one.stratum.shareAnswered('not-stored', 900);
    clock.advance(10_000);
    const series = await read(one);
    expect(series.get('orcapool_shares_total{result="accepted",reason="none"}')).toBe(2);
    expect(series.get('orcapool_shares_total{result="uncredited",reason="none"}')).toBe(1);
    expect(series.get('orcapool_shares_total{result="rejected",reason="stale"}')).toBe(1);
    expect(series.get('orcapool_shares_total{result="rejected",reason="duplicate"}')).toBe(1);
    expect(series.get('orcapool_shares_total{result="not-stored",reason="storage"}')).toBe(1);
    expect(series.get('orcapool_stale_shares_total{reason="unknown-job"}')).toBe(1);
    for (const reason of ['superseded', 'no-work']) {
      expect(series.get(`orcapool_stale_shares_total{reason="${reason}"}`)).toBe(0);
    }
    expect(series.get('orcapool_share_ack_seconds_count')).toBe(2);
    expect(series.get('orcapool_share_ack_seconds_sum')).toBeCloseTo(0.044, 9);
    expect(series.get('orcapool_share_ack_seconds_bucket{le="0.005"}')).toBe(1);
    expect(series.get('orcapool_shares_rate')).toBeCloseTo(0.2, 9); // 2 shares in 10 s
  });

  it('measures its own memory, CPU, uptime and a blocked event loop', async () => {
    const one = metrics('listener-0');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const untilMs = performance.now() + 150;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const series = await read(one);
    expect(series.get('orcapool_memory_bytes{process="listener-0"}')).toBeGreaterThan(10_000_000);
    expect(series.get('orcapool_cpu_seconds_total{process="listener-0"}')).toBeGreaterThan(0.1);
    expect(series.get('orcapool_uptime_seconds')).toBeGreaterThan(0);
    const lag = series.get('orcapool_event_loop_lag_seconds{process="listener-0",at="1"}');
    expect(lag).toBeGreaterThan(0.1);
  });

  it('tells of a pause that begins just after a reading', async () => {
    const one = metrics('listener-0');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await read(one);
    const untilMs = performance.now() + 50;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const series = await read(one);
    const lag = series.get('orcapool_event_loop_lag_seconds{process="listener-0",at="1"}');
    expect(lag).toBeGreaterThanOrEqual(0.05);
  });
});

describe('several processes', () => {
  it('sums counters, histograms and connections, keeps the highest height, tells processes apart', async () => {
    const coordinator = metrics('coordinator');
    const first = metrics('listener-0');
    const second = metrics('listener-1');
    coordinator.pool.bitcoinHeight.set(101);
    first.stratum.connections(3);
    second.stratum.connections(4);
    for (const one of [first, second]) one.stratum.shareAnswered('accepted', 4);
    second.stratum.shareAnswered('stale', 0);
    coordinator.merge('1', await sent(first));
    coordinator.merge('2', await sent(second));
    const series = await read(coordinator);
    expect(series.get('orcapool_shares_total{result="accepted",reason="none"}')).toBe(2);
    expect(series.get('orcapool_shares_total{result="rejected",reason="stale"}')).toBe(1);
    expect(series.get('orcapool_share_ack_seconds_bucket{le="0.005"}')).toBe(2);
    expect(series.get('orcapool_connections')).toBe(7);
    expect(series.get('orcapool_bitcoin_height')).toBe(101);
    for (const name of ['coordinator', 'listener-0', 'listener-1']) {
      expect(series.has(`orcapool_memory_bytes{process="${name}"}`)).toBe(true);
    }
    const uptime = series.get('orcapool_uptime_seconds')!;
    expect(uptime).toBeLessThan(process.uptime() + 1);
  });

  it('replaces a source by its newer snapshot instead of adding to it', async () => {
    const coordinator = metrics('coordinator');
    const listener = metrics('listener-0');
    for (let round = 0; round < 2; round++) {
      listener.stratum.shareAnswered('accepted', 1);
      coordinator.merge('1', await sent(listener));
    }
    expect((await read(coordinator)).get('orcapool_shares_total{result="accepted",reason="none"}')).toBe(2);
  });

  it('keeps what an ended process counted and forgets how it stood', async () => {
    const coordinator = metrics('coordinator');
    const accepted = 'orcapool_shares_total{result="accepted",reason="none"}';
    for (const source of ['1', '2', '3']) {
      const life = metrics('listener-0');
      life.stratum.connections(5);
      life.stratum.shareAnswered('accepted', 4);
      coordinator.merge(source, await sent(life));
      if (source === '3') break;
      coordinator.retire(source);
      coordinator.merge(source, await sent(life));
    }
    const series = await read(coordinator);
    expect(series.get(accepted)).toBe(3);
    expect(series.get('orcapool_share_ack_seconds_count')).toBe(3);
    expect(series.get('orcapool_connections')).toBe(5);
  });

  it('shows a process exactly once while it is being retired', async () => {
    const coordinator = metrics('coordinator');
    const listener = metrics('listener-0');
    listener.stratum.shareAnswered('accepted', 4);
    coordinator.merge('1', await sent(listener));
    const during = coordinator.text();
    coordinator.retire('1');
    const pages = await Promise.all([during, coordinator.text()]);
    for (const page of pages) {
      expect(scrape(page).get('orcapool_shares_total{result="accepted",reason="none"}')).toBe(1);
    }
  });
});
