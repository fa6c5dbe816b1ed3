import { afterEach, describe, expect, it } from '@jest/globals';
import type { ProofVerdict } from '../../../src/http/index.js';
import { toHex } from '../../../src/lib/index.js';
import { BLOCK } from './fixture-readers.js';
import { closeAll, failure, post, serve } from './serve.js';

afterEach(closeAll);

/** The difficulty of nBits 0x1900896c, as the chain has it at height 300,025. */
const DIFFICULTY = 8_000_872_135.97;

const SUBMISSION = {
  hash: BLOCK.hash,
  difficulty: DIFFICULTY,
  block_height: 300_025,
  worker_id: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.rig1',
  submission_id: 'sub_1',
  header: BLOCK.header,
  coinbase: BLOCK.coinbase,
  bits: '1900896c',
};

const PATH = '/submission/7';

describe('POST /submission/:round', () => {
  it('takes a share whose proof bears out every claim, and answers what it recomputed', async () => {
    const { fixture, json } = await serve();
    const answer = await json(PATH, post(SUBMISSION));
    expect(answer).toEqual({
      status: 200,
      body: {
        accepted: true,
        credited: true,
        round_number: 7,
        hash: BLOCK.hash,
        difficulty: expect.closeTo(DIFFICULTY, 1),
        block_height: 300_025,
        is_block: false,
        worker_id: SUBMISSION.worker_id,
        submission_id: 'sub_1',
      },
    });
    const [{ round, proof }] = fixture.proofs.submitted as [(typeof fixture.proofs.submitted)[0]];
    expect([round, proof.worker, proof.bits]).toEqual([7n, SUBMISSION.worker_id, 0x1900896c]);
    expect([toHex(proof.header), toHex(proof.coinbase)]).toEqual([BLOCK.header, BLOCK.coinbase]);
  });

  it('says that an uncredited share earned nothing', async () => {
    const { fixture, json } = await serve();
    fixture.proofs.verdict = { kind: 'uncredited' };
    expect(await json(PATH, post(SUBMISSION))).toMatchObject({ status: 200, body: { credited: false } });
  });

  it.each([
    ['hash', { hash: '0'.repeat(64) }],
    ['difficulty', { difficulty: DIFFICULTY * 1.001 }],
    ['block_height', { block_height: 300_026 }],
  ])('credits nothing when the claimed %s is not what the proof amounts to', async (field, wrong) => {
    const { fixture, json } = await serve();
    const answer = await json(PATH, post({ ...SUBMISSION, ...wrong }));
    expect(answer).toEqual({ status: 422, body: failure('CLAIM_MISMATCH') });
    expect(JSON.stringify(answer.body)).toContain(`${field} is claimed`);
    expect(fixture.proofs.submitted).toEqual([]);
  });

  it('tries a block before its claims are read, and credits nothing where they are wrong', async () => {
    const { fixture, json } = await serve();
    fixture.proofs.isBlock = true;
    const answer = await json(PATH, post({ ...SUBMISSION, block_height: 1 }));
    expect(answer).toEqual({ status: 422, body: failure('CLAIM_MISMATCH') });
    expect(fixture.proofs.calls).toEqual(['try', 'recompute']);
    expect(fixture.proofs.tried.map(({ header }) => toHex(header))).toEqual([BLOCK.header]);
    expect(fixture.proofs.submitted).toEqual([]);
  });

  it('refuses a coinbase that is not in the header', async () => {
    const { fixture, json } = await serve();
    const coinbase = `${BLOCK.coinbase.slice(0, -2)}01`;
    expect(await json(PATH, post({ ...SUBMISSION, coinbase }))).toEqual({
      status: 422,
      body: failure('PROOF_INVALID'),
    });
    expect(fixture.proofs.submitted).toEqual([]);
  });

  it.each<[string, number, ProofVerdict]>([
    ['SHARE_DUPLICATE', 422, { kind: 'rejected', reason: 'duplicate', message: 'it was counted before' }],
    ['SHARE_LOW_DIFFICULTY', 422, { kind: 'rejected', reason: 'low-difficulty', message: 'too easy' }],
    ['JOB_UNKNOWN', 422, { kind: 'unknown-job' }],
    ['ROUND_UNKNOWN', 404, { kind: 'unknown-round' }],
    ['ROUND_CLOSED', 409, { kind: 'closed-round' }],
    ['SHARES_UNAVAILABLE', 503, { kind: 'unavailable', reason: 'the disk is full' }],
  ])('tells %s', async (code, status, verdict) => {
    const { fixture, json } = await serve();
    fixture.proofs.verdict = verdict;
    expect(await json(PATH, post(SUBMISSION))).toEqual({ status, body: failure(code) });
  });
});

describe('the same submission_id', () => {
  it('with the same body gets the same answer, submitted once', async () => {
    const { fixture, json } = await serve();
    const first = await json(PATH, post(SUBMISSION));
    fixture.proofs.verdict = { kind: 'rejected', reason: 'duplicate', message: 'it was counted before' };
    expect(await json(PATH, post(SUBMISSION))).toEqual(first);
    expect(fixture.proofs.submitted).toHaveLength(1);
  });

  it('sent twice at once is submitted once', async () => {
    const { fixture, json } = await serve();
    let pass = (): void => {};
    fixture.proofs.gate = new Promise((resolve) => {
      pass = resolve;
    });
    const both = [json(PATH, post(SUBMISSION)), json(PATH, post(SUBMISSION))];
    while (fixture.proofs.submitted.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    pass();
    const [first, second] = await Promise.all(both);
    expect(first).toEqual(second);
    expect(fixture.proofs.submitted).toHaveLength(1);
  });

  it.each<[string, string, object]>([
    ['another body', PATH, { worker_id: 'somebody-else' }],
    ['another round', '/submission/8', {}],
  ])('with %s is 409', async (_what, path, change) => {
    const { fixture, json } = await serve();
    await json(PATH, post(SUBMISSION));
    expect(await json(path, post({ ...SUBMISSION, ...change }))).toEqual({
      status: 409,
      body: failure('SUBMISSION_ID_REUSED'),
    });
    expect(fixture.proofs.submitted).toHaveLength(1);
  });

  it("may be tried again after a fault of the pool's own", async () => {
    const { fixture, json } = await serve();
    fixture.proofs.verdict = { kind: 'unavailable', reason: 'the disk is full' };
    await json(PATH, post(SUBMISSION));
    fixture.proofs.verdict = { kind: 'accepted' };
    expect(await json(PATH, post(SUBMISSION))).toMatchObject({ status: 200 });
  });
});

describe('the body', () => {
  it.each<[string, object]>([
    ['without header', { header: undefined }],
    ['with a header of 79 bytes', { header: BLOCK.header.slice(2) }],
    ['with a coinbase that is not hex', { coinbase: 'zz'.repeat(100) }],
    ['with bits as a number', { bits: 0x1900896c }],
    ['with a difficulty of 0', { difficulty: 0 }],
    ['with a verdict of its own', { valid: true }],
    ['with a worker of two lines', { worker_id: 'a\nb' }],
  ])('%s is 400', async (_what, change) => {
    const { fixture, json } = await serve();
    expect(await json(PATH, post({ ...SUBMISSION, ...change }))).toEqual({
      status: 400,
      body: failure('BODY_INVALID'),
    });
    expect(fixture.proofs.submitted).toEqual([]);
  });

  it.each<[string, number, RequestInit]>([
    ['BODY_MALFORMED', 400, { headers: { 'content-type': 'application/json' }, body: '{"hash":' }],
    ['BODY_NOT_JSON', 415, { headers: { 'content-type': 'text/plain' }, body: JSON.stringify(SUBMISSION) }],
    ['BODY_NOT_JSON', 415, {}],
    ['BODY_TOO_LARGE', 413, post({ ...SUBMISSION, coinbase: '00'.repeat(40_000) })],
  ])('%s is %i', async (code, status, init) => {
    const { json } = await serve();
    expect(await json(PATH, { ...init, method: 'POST' })).toEqual({ status, body: failure(code) });
  });

  it.each(['null', '7', '"share"', 'true', '[]'])('%s is JSON, and said to be no object', async (body) => {
    const { json } = await serve();
    expect(await json(PATH, { ...post({}), body })).toEqual({
      status: 400,
      body: {
        error: {
          code: 'BODY_INVALID',
          message: expect.stringMatching(/^the share cannot be read: .* expected object, received /),
          hint: expect.any(String),
        },
      },
    });
  });

  it('is not asked about a round that is none', async () => {
    const { json } = await serve();
    expect(await json('/submission/one', post(SUBMISSION))).toEqual({
      status: 400,
      body: failure('ROUND_MALFORMED'),
    });
  });
});
