import { afterEach, describe, expect, it } from '@jest/globals';
import type { Health } from '../../../src/http/index.js';
import { closeAll, type Served, serve } from './serve.js';

afterEach(closeAll);

function fail(served: Served, component: string, required: boolean): void {
  const { fixture } = served;
  fixture.healthState = {
    ...fixture.healthState,
    components: {
      ...fixture.healthState.components,
      [component]: { ok: false, required, detail: 'it does not answer', hint: 'Start it.' },
    },
  };
}

describe('/healthz', () => {
  it('answers a well node with exactly the documented keys, in seconds, and the further components', async () => {
    const { json } = await serve();
    expect(await json('/healthz')).toEqual({
      status: 200,
      body: {
        status: 'healthy',
        components: { miner: true, metrics: true, api: true, share_collection: true, bitcoind: true },
        uptime: 3600,
        reasons: [],
      },
    });
  });

  it('is 503 with the reason while no work can be accepted, and 200 for the platform that asks by POST', async () => {
    const served = await serve();
    fail(served, 'bitcoind', true);
    const body = {
      status: 'unhealthy',
      components: { miner: true, metrics: true, api: true, share_collection: true, bitcoind: false },
      uptime: 3600,
      reasons: [{ component: 'bitcoind', message: 'it does not answer', hint: 'Start it.' }],
    };
    expect(await served.json('/healthz')).toEqual({ status: 503, body });
    expect(await served.json('/healthz', { method: 'POST' })).toEqual({ status: 200, body });
  });

  it('is degraded, and still 200, when something fails that work does not need', async () => {
    const served = await serve();
    fail(served, 'metrics', false);
    expect(await served.json('/healthz')).toMatchObject({
      status: 200,
      body: { status: 'degraded', components: { metrics: false } },
    });
  });

  it('says that it cannot tell when the reader throws, without telling the world why', async () => {
    const served = await serve();
    served.fixture.readHealth = () => {
      throw new Error('secret path /home/operator');
    };
    const get = await served.json('/healthz');
    expect(get).toMatchObject({
      status: 503,
      body: {
        status: 'unhealthy',
        components: { miner: false, metrics: false, api: true, share_collection: false },
        uptime: 0,
      },
    });
    expect(JSON.stringify(get)).not.toContain('secret');
    expect(served.log.lines).toMatchObject([
      { level: 'error', fields: { error: 'secret path /home/operator' } },
    ]);
    expect((await served.get('/healthz', { method: 'POST' })).status).toBe(200);
  });

  it('does not wait for ever for a reader that hangs', async () => {
    const served = await serve();
    const asked = new Promise<void>((resolve) => {
      served.fixture.readHealth = () => {
        resolve();
        return new Promise<Health>(() => undefined);
      };
    });
    const answer = served.json('/healthz');
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    served.clock.advance(2_000);
    expect(await answer).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
  });
});
