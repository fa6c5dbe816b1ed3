import { afterEach, describe, expect, it } from '@jest/globals';
import { toDisplayHex, toHex } from '../../../src/lib/index.js';
import { minerId } from '../../../src/mining/index.js';
import { encodeKeptReceipt } from '../../../src/rounds/index.js';
import { bed } from '../../unit/claims/receipt-bed.js';
import { PAYOUT } from '../shares/share-source.js';
import { closeAll, failure, serve } from './serve.js';

afterEach(closeAll);

const CLAIM = {
  root: 'A'.repeat(43),
  work: 2n ** 70n + 1n,
  count: 3n,
  miners: 2,
  tier: 'full' as const,
  tipHeight: 101,
  tipHash: '0a'.repeat(32),
  packageCid: `bafyrei${'a'.repeat(52)}`,
  packageBytes: 4,
};
const CLOSED_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const PROOF = '/api/v1/rounds/7/miners/bcrt1qmine/proof';

describe('GET /submission/:round', () => {
  it('tells what a closed round claims, work as decimal text, and where the package is', async () => {
    const { fixture, json } = await serve();
    fixture.claims.closed.set(7n, {
      closedMs: CLOSED_MS,
      leftOut: { foreign: 3, noRoom: 4, offChain: 5 },
      claim: CLAIM,
    });
    expect(await json('/submission/7')).toEqual({
      status: 200,
      body: {
        round_number: 7,
        closed_at: '2026-01-02T03:04:05.000Z',
        idle: false,
        left_out: { foreign: 3, no_room: 4, off_chain: 5 },
        claim: {
          root: CLAIM.root,
          work: '1180591620717411303425',
          count: '3',
          miners: 2,
          tier: 'full',
          tip_height: 101,
          tip_hash: CLAIM.tipHash,
          package_cid: CLAIM.packageCid,
          package_bytes: 4,
          package_url: '/api/v1/rounds/7/package',
        },
      },
    });
  });

  it('tells of a round without shares that it is idle, and nothing of one that is not closed', async () => {
    const { fixture, json } = await serve();
    fixture.claims.closed.set(7n, { closedMs: CLOSED_MS, leftOut: null, claim: null });
    expect(await json('/submission/7')).toMatchObject({ status: 200, body: { idle: true, claim: null } });
    expect(await json('/submission/8')).toEqual({ status: 404, body: failure('ROUND_NOT_CLOSED') });
    expect(await json('/submission/x')).toEqual({ status: 400, body: failure('ROUND_MALFORMED') });
  });
});

describe('GET /api/v1/rounds/:round/package', () => {
  it('gives the bytes as they are, for ever', async () => {
    const { fixture, get } = await serve();
    fixture.claims.packages.set(7n, Uint8Array.of(1, 2, 0, 255));
    const response = await get('/api/v1/rounds/7/package');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 0, 255));
    expect(response.headers.get('content-type')).toBe('application/vnd.ipld.car; version=1');
    expect(response.headers.get('cache-control')).toContain('immutable');
  });

  it('is not there for a round without shares', async () => {
    const { json } = await serve();
    expect(await json('/api/v1/rounds/7/package')).toEqual({ status: 404, body: failure('ROUND_IDLE') });
  });
});

describe('GET /api/v1/rounds/:round/miners/:address/proof', () => {
  it('gives the proof with what it shows', async () => {
    const { fixture, json } = await serve();
    const row = { work: 12n, count: 6n };
    const proof = Uint8Array.of(0xab, 0xcd);
    fixture.claims.membership = { included: true, row, proof, minerId: new Uint8Array(32) };
    const share = 'AB'.repeat(32);
    expect(await json(`${PROOF}?share=${share}`)).toEqual({
      status: 200,
      body: {
        round_number: 7,
        address: 'bcrt1qmine',
        share: share.toLowerCase(),
        included: true,
        work: '12',
        count: '6',
        proof: 'abcd',
      },
    });
    expect(fixture.claims.asked).toEqual([[7n, 'bcrt1qmine', share.toLowerCase()]]);
  });

  it.each([
    ['busy', 503, 'BUSY'],
    ['address', 400, 'ADDRESS_MALFORMED'],
    [null, 404, 'ROUND_IDLE'],
  ] as const)('answers %s with what to do', async (membership, status, code) => {
    const { fixture, json } = await serve();
    fixture.claims.membership = membership;
    expect(await json(PROOF)).toEqual({ status: status, body: failure(code) });
  });

  it('refuses a share that is no hash before it asks for anything', async () => {
    const { fixture, json } = await serve();
    expect(await json(`${PROOF}?share=12`)).toEqual({ status: 400, body: failure('QUERY_INVALID') });
    expect(await json(`${PROOF}?share=${'0'.repeat(64)}&share=1`)).toEqual({
      status: 400,
      body: failure('QUERY_INVALID'),
    });
    expect(fixture.claims.asked).toEqual([]);
  });

  it('makes of a receipt with its appointment the whole proof that its share was left out', async () => {
    const of = await bed();
    const { hash } = of.shares[2]!;
    const { fixture, json } = await serve();
    const held = { receipt: of.receiptOf(hash), appointment: of.handedOut(7n), proof: null };
    const proof = of.claimOf(2, null).prove(PAYOUT, hash);
    const membership = { included: false, row: { work: 4n, count: 2n }, proof, minerId: minerId(PAYOUT) };
    fixture.claims.membership = membership;
    const ask = (kept: Parameters<typeof encodeKeptReceipt>[0]) =>
      json(`${PROOF}?receipt=${toHex(encodeKeptReceipt(kept))}`);
    expect(await ask(held)).toMatchObject({
      status: 200,
      body: { included: false, omission: toHex(encodeKeptReceipt({ ...held, proof })) },
    });
    expect(fixture.claims.asked).toEqual([[7n, 'bcrt1qmine', toDisplayHex(hash)]]);
    fixture.claims.membership = { ...membership, included: true };
    expect(await ask(held)).toMatchObject({ status: 200, body: { included: true, omission: null } });
    // Without the appointment it is nobody's word; and a word of another round, another key or another miner is no use.
    const refused = { status: 400, body: failure('QUERY_INVALID') };
    expect(await ask({ ...held, appointment: null })).toEqual(refused);
    expect(await ask({ ...held, appointment: of.handedOut(8n) })).toEqual(refused);
    expect(await ask({ ...held, receipt: { ...held.receipt, round: 8n } })).toEqual(refused);
    expect(await json(`${PROOF}?receipt=00`)).toEqual(refused);
    fixture.claims.membership = { ...membership, minerId: new Uint8Array(32) };
    expect(await ask(held)).toEqual(refused);
  });
});
