import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BANDS, counted } from './fixture-readers.js';
import { closeAll, failure, serve } from './serve.js';

afterEach(closeAll);

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const HASHRATES = { '1m': 1, '5m': 2, '15m': 3, '1h': 4, '6h': 5, '1d': 6, '7d': 7 };

describe('GET /api/v1/pool', () => {
  it('tells the state of the pool', async () => {
    const { json } = await serve();
    const { status, body } = await json('/api/v1/pool');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      network: 'regtest',
      mode: 'pool',
      round_number: 12,
      miners: 2,
      hashrate: { '1m': 1.5e12, '7d': 8e11 },
      hashrate_band: { '1m': { low: 1.5e12 * 0.98, high: 1.5e12 * 1.02 } },
      // 1,234 + 2 + (1 + 2 + 1 + 3) + 4
      shares: {
        submitted: 1247,
        accepted: 1234,
        uncredited: 2,
        rejected: 7,
        not_stored: 4,
        rejected_by_reason: { stale: 1, duplicate: 2, low_difficulty: 1, invalid: 3 },
      },
      best_difficulty: 53_211.4,
      blocks_found: 1,
      blocks: [{ height: 101, state: 'in-chain', time: '2023-11-14T22:13:20.000Z' }],
      work: { block_height: 102, network_difficulty: 4.65e-10, transactions: 3, template_age_seconds: 4.2 },
      connect: [{ url: 'stratum+tcp://127.0.0.1:34255' }],
    });
  });

  it('says null of what was not measured', async () => {
    const { fixture, json } = await serve();
    fixture.poolState = {
      network: 'regtest',
      mode: 'solo',
      round: null,
      miners: null,
      hashrates: null,
      bands: null,
      shares: null,
      bestDifficulty: null,
      blocksFound: null,
      blocks: null,
      work: null,
      doors: [],
    };
    expect(await json('/api/v1/pool')).toEqual({
      status: 200,
      body: {
        network: 'regtest',
        mode: 'solo',
        round_number: null,
        miners: null,
        hashrate: null,
        hashrate_band: null,
        shares: null,
        best_difficulty: null,
        blocks_found: null,
        blocks: null,
        work: null,
        connect: [],
      },
    });
  });
});

describe('GET /api/v1/workers/:address', () => {
  it("tells each worker's hashrates, counts and bests", async () => {
    const { fixture, json } = await serve();
    fixture.workers.set(ADDRESS, [
      {
        name: 'rig1',
        hashrates: HASHRATES,
        bands: BANDS,
        shares: counted({ accepted: 10, uncredited: 1, stale: 2, notStored: 3 }),
        bestWeek: 99,
        bestEver: 100,
        lastShareMs: 1_700_000_000_000,
      },
    ]);
    expect(await json(`/api/v1/workers/${ADDRESS}`)).toEqual({
      status: 200,
      body: {
        address: ADDRESS,
        workers: [
          {
            name: 'rig1',
            hashrate: HASHRATES,
            hashrate_band: BANDS,
            total_shares: 16,
            valid_shares: 10,
            uncredited_shares: 1,
            invalid_shares: 2,
            not_stored_shares: 3,
            invalid_by_reason: { stale: 2, duplicate: 0, low_difficulty: 0, invalid: 0 },
            best_week: 99,
            best_ever: 100,
            last_share: '2023-11-14T22:13:20.000Z',
          },
        ],
      },
    });
  });

  it.each([
    [404, 'ADDRESS_UNKNOWN', ADDRESS],
    [400, 'ADDRESS_MALFORMED', 'rig1'],
    [400, 'ADDRESS_MALFORMED', `${ADDRESS}.rig1`],
  ])('is %i %s for %s', async (status, code, address) => {
    const { json } = await serve();
    expect(await json(`/api/v1/workers/${address}`)).toEqual({ status, body: failure(code) });
  });
});

describe('GET /metrics', () => {
  it('is what Prometheus reads, with the requests answered so far by route', async () => {
    const { get } = await serve();
    await get('/api/v1/workers/short');
    await get('/no/such/page');
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const counted = 'orcapool_http_request_seconds_count';
    expect(text).toContain(`${counted}{method="GET",route="/api/v1/workers/:address",status="400"} 1`);
    expect(text).toContain(`${counted}{method="GET",route="none",status="404"} 1`);
  });
});

describe('GET /', () => {
  it('is one page that may run and ask nothing but its own', async () => {
    const { get } = await serve();
    const response = await get('/');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy')!;
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
    const [, script] = /<script>([\s\S]*?)<\/script>/.exec(page)!;
    for (const [kind, text] of [
      ['style-src', style!],
      ['script-src', script!],
    ]) {
      const hash = createHash('sha256').update(text!).digest('base64');
      expect(policy).toContain(`${kind} 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(page).not.toMatch(/\sstyle="|\son[a-z]+="/);
  });

  it('shows a dash, and no number, before the node has told one', async () => {
    const { get } = await serve();
    const page = await (await get('/')).text();
    const values = [...page.matchAll(/<dd id="[^"]+">([^<]*)<\/dd>|class="figure"[^>]*>([^<]*)</g)];
    expect(values.length).toBeGreaterThan(15);
    for (const [, fact, figure] of values) expect(fact ?? figure).toBe('–');
  });
});
