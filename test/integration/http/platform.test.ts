import { afterEach, describe, expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import type { AuditWish, PlatformDesk, PlatformVerdict } from '../../../src/http/index.js';
import { CodedError, fromHex } from '../../../src/lib/index.js';
import { closeAll, failure, post, type Served, serve } from './serve.js';

afterEach(closeAll);

const TOKEN = 'only the task has it';
const KEY = base58.encode(new Uint8Array(32).fill(0xa1));

/** Answers what a test sets. */
class FixtureDesk implements PlatformDesk {
  readonly receiptKey = new Uint8Array(32).fill(0xcd);
  readonly heard: unknown[] = [];
  readonly judged: AuditWish[] = [];
  refusal: Error | null = null;
  closed = new Set<bigint>();
  expected = new Set<bigint>();
  verdict: PlatformVerdict = { kind: 'valid' };

  async hear(facts: unknown): Promise<bigint> {
    if (this.refusal !== null) throw this.refusal;
    this.heard.push(facts);
    return 7n;
  }

  isExpected(round: bigint): boolean {
    return this.expected.has(round);
  }

  async untilClosed(round: bigint): Promise<boolean> {
    return this.closed.has(round);
  }

  async judge(wish: AuditWish): Promise<PlatformVerdict> {
    this.judged.push(wish);
    return this.verdict;
  }
}

async function platform(): Promise<Served & { desk: FixtureDesk }> {
  const desk = new FixtureDesk();
  const served = await serve({ token: TOKEN, platform: desk });
  return { ...served, desk };
}

function withToken(init: RequestInit = {}): RequestInit {
  return { ...init, headers: { ...init.headers, 'x-task-token': TOKEN } };
}

const WISH = {
  submission: 'orc1|7|idle|-',
  submitter: KEY,
  round: 7,
  seed: 'ab'.repeat(32),
  beacon: null,
  submissionSlot: 100,
  deadlineSlot: '120',
  stake: '18446744073709551615',
};

describe('calls of the platform', () => {
  const calls: readonly (readonly [string, RequestInit])[] = [
    ['/task/7', post({ round: 7 })],
    ['/audit', post(WISH)],
    ['/audit/7', post(WISH)],
  ];

  it('need the token, and the right one', async () => {
    const { json, desk } = await platform();
    for (const [path, init] of calls) {
      expect(await json(path, init)).toEqual({ status: 401, body: failure('TOKEN_NEEDED') });
      const wrong = { ...init, headers: { ...init.headers, 'x-task-token': `${TOKEN} ` } };
      // Spaces around a header's value are no part of it.
      expect((await json(path, wrong)).status).toBe(200);
      const other = { ...init, headers: { ...init.headers, 'x-task-token': TOKEN.slice(1) } };
      expect(await json(path, other)).toEqual({ status: 401, body: failure('TOKEN_WRONG') });
    }
    expect(await json('/submission/7', { headers: { 'x-task-token': '' } })).toEqual({
      status: 401,
      body: failure('TOKEN_WRONG'),
    });
    expect(desk.heard).toHaveLength(1);
    expect(desk.judged).toHaveLength(2);
  });

  it('are refused by a node without a token, whatever they bring', async () => {
    const { json } = await serve();
    for (const [path, init] of calls)
      expect(await json(path, withToken(init))).toEqual({ status: 401, body: failure('TOKEN_NEEDED') });
  });
});

describe('a JSON body', () => {
  it('is read under a content-type that a side-car has doubled', async () => {
    const { json, desk } = await platform();
    const typed = (type: string): RequestInit =>
      withToken({ ...post({ round: 7 }), headers: { 'content-type': type } });
    for (const type of ['application/json, application/json', 'Application/JSON; charset=utf-8']) {
      expect((await json('/task/7', typed(type))).status).toBe(200);
    }
    expect(desk.heard).toHaveLength(2);
    for (const type of ['text/plain', 'application/json, text/plain', 'application/jsonp', ',']) {
      expect(await json('/task/7', typed(type))).toEqual({ status: 415, body: failure('BODY_NOT_JSON') });
    }
  });
});

describe('POST /task/:round', () => {
  it('hands the facts on and tells the receipt key', async () => {
    const { json, desk } = await platform();
    expect(await json('/task/7', withToken(post({ round: 7, seed: 'x' })))).toEqual({
      status: 200,
      body: { round_number: 7, known: true, receipt_key: 'cd'.repeat(32) },
    });
    expect((await json('/task/7', withToken(post({ round: '7' })))).status).toBe(200);
    expect(desk.heard).toEqual([{ round: 7, seed: 'x' }, { round: '7' }]);
  });

  it('says what is wrong with them', async () => {
    const { json, desk } = await platform();
    expect(await json('/task/8', withToken(post({ round: 7 })))).toEqual({
      status: 400,
      body: failure('BODY_INVALID'),
    });
    expect(await json('/task/8', withToken(post(null)))).toEqual({
      status: 400,
      body: failure('BODY_INVALID'),
    });
    expect(await json('/task/7', withToken({ method: 'POST' }))).toEqual({
      status: 415,
      body: failure('BODY_NOT_JSON'),
    });
    desk.refusal = new CodedError('FACTS_UNREADABLE', 'seed: must be 64 hex digits');
    expect(await json('/task/7', withToken(post({ round: 7 })))).toEqual({
      status: 400,
      body: failure('BODY_INVALID'),
    });
    desk.refusal = new CodedError('FACTS_CHANGED', 'the seed cannot change');
    expect(await json('/task/7', withToken(post({ round: 7 })))).toMatchObject({
      status: 409,
      body: { error: { code: 'FACTS_REFUSED', message: 'the seed cannot change' } },
    });
  });
});

describe('GET /submission/:round with the token', () => {
  it('answers a closed round, asks to come again for one that is not, and knows of no others', async () => {
    const { json, get, desk, fixture } = await platform();
    fixture.claims.closed.set(7n, { closedMs: 0, leftOut: null, claim: null });
    for (const round of [7n, 8n]) desk.expected.add(round);
    desk.closed.add(7n);
    expect(await json('/submission/7', withToken())).toEqual(await json('/submission/7'));
    const open = await get('/submission/8', withToken());
    expect([open.status, open.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await open.json()).toMatchObject({ error: { code: 'ROUND_OPEN' } });
    expect(await json('/submission/9', withToken())).toEqual({ status: 404, body: failure('ROUND_UNKNOWN') });
  });
});

describe('POST /audit', () => {
  it('answers a bare true or false, with and without the round in the path', async () => {
    const { json, desk } = await platform();
    expect(await json('/audit', withToken(post(WISH)))).toEqual({ status: 200, body: true });
    desk.verdict = { kind: 'invalid' };
    expect(await json('/audit/7', withToken(post({ ...WISH, beacon: KEY })))).toEqual({
      status: 200,
      body: false,
    });
    expect(desk.judged).toEqual([
      {
        ...{
          submission: WISH.submission,
          submitter: fromHex('a1'.repeat(32)),
          round: 7n,
          seed: fromHex(WISH.seed),
        },
        ...{ beacon: null, submissionSlot: 100n, deadlineSlot: 120n, stake: 2n ** 64n - 1n },
        ...{ before: undefined, packageUrl: null, denied: null },
      },
      expect.objectContaining({ beacon: fromHex('a1'.repeat(32)) }),
    ]);
  });

  it('says 503 where it cannot tell, and why', async () => {
    const { get, desk } = await platform();
    desk.verdict = { kind: 'abstain', reason: 'bitcoind is behind' };
    const answer = await get('/audit', withToken(post(WISH)));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.json()).toMatchObject({
      error: { code: 'AUDIT_ABSTAINS', message: 'no verdict: bitcoind is behind' },
    });
  });

  it('takes no body that leaves anything open', async () => {
    const { json, desk } = await platform();
    for (const wrong of [
      { submission: '' },
      { submission: 'x'.repeat(513) },
      { submitter: 'me' },
      { round: -1 },
      { round: 1.5 },
      { seed: 'ab' },
      { stake: '1e9' },
      { stake: undefined },
      { beacon: 'none' },
      { before: { submission: 'orc1|6|idle|-' } },
      { packageUrl: 'file:///etc/passwd' },
    ]) {
      expect(await json('/audit', withToken(post({ ...WISH, ...wrong })))).toEqual({
        status: 400,
        body: failure('BODY_INVALID'),
      });
    }
    expect(await json('/audit/8', withToken(post(WISH)))).toEqual({
      status: 400,
      body: failure('BODY_INVALID'),
    });
    expect(desk.judged).toEqual([]);
  });
});

describe('GET /api/v1/rounds/:round/draws', () => {
  it('names the proof and gives it', async () => {
    const { json, get, fixture } = await platform();
    expect(await json('/api/v1/rounds/7/draws')).toEqual({ status: 404, body: failure('DRAWS_MISSING') });
    fixture.claims.proofs.set(7n, { cid: 'bafyproof', bytes: Uint8Array.of(1, 2, 3) });
    expect(await json('/api/v1/rounds/7/draws')).toEqual({
      status: 200,
      body: {
        ...{ round_number: 7, proof_cid: 'bafyproof', proof_bytes: 3 },
        proof_url: '/api/v1/rounds/7/draws/package',
      },
    });
    const car = await get('/api/v1/rounds/7/draws/package');
    expect(Buffer.from(await car.arrayBuffer())).toEqual(Buffer.of(1, 2, 3));
  });
});
