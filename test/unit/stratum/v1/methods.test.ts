/** Each method as what it is: parameters and a session in, an effect out, no socket anywhere. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../../src/stratum/index.js';
import { Session } from '../../../../src/stratum/session/session.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { authorize } from '../../../../src/stratum/v1/authorize.js';
import { configure } from '../../../../src/stratum/v1/configure.js';
import type { Effect } from '../../../../src/stratum/v1/effect.js';
import { callMethod } from '../../../../src/stratum/v1/methods.js';
import { parseRequest } from '../../../../src/stratum/v1/request.js';
import { submit } from '../../../../src/stratum/v1/submit.js';
import { subscribe } from '../../../../src/stratum/v1/subscribe.js';
import { suggestDifficulty } from '../../../../src/stratum/v1/suggest-difficulty.js';
import { REGTEST, START_MS, sampleWork } from '../../../integration/stratum/sample-work.js';

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const OTHER = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';

let board: WorkBoard;
let session: Session;

beforeEach(() => {
  board = new WorkBoard(DEFAULT_LIMITS.jobLifeMs, 'starting');
  session = new Session(
    {
      network: REGTEST,
      mode: 'pool',
      startDifficulty: 1,
      minDifficulty: 1e-6,
      maxDifficulty: 1e6,
      shareIntervalMs: 10_000,
      versionMask: 0x1fffe000,
      limits: { ...DEFAULT_LIMITS, workers: 2 },
    },
    board,
    Uint8Array.of(0xa5, 1, 2, 3),
    START_MS,
  );
});

function logIn(username: string): void {
  const identity = session.identify(username);
  session.logIn(
    username,
    { identity, miner: 1, row: 7, bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 },
    null,
    START_MS,
  );
}

const codeOf = (effect: Effect): number | null => ('error' in effect ? effect.error.code : null);

describe('subscribe', () => {
  it('answers with extranonce1 and asks for work the first time only', () => {
    const result = '[[["mining.set_difficulty","a5010203"],["mining.notify","a5010203"]],"a5010203",8]';
    expect(subscribe(session, ['cgminer/4.12'])).toEqual({ kind: 'answer', result, thenWork: true });
    expect(subscribe(session, [])).toEqual({ kind: 'answer', result, thenWork: false });
    expect(session.userAgent).toBe('cgminer/4.12');
  });

  it('keeps of a user agent 256 printable characters', () => {
    subscribe(session, [`a\n\u0007ü${'x'.repeat(300)}`]);
    expect(session.userAgent).toBe(`a???${'x'.repeat(252)}`);
  });
});

describe('authorize', () => {
  it('asks for the login of who the username names', () => {
    expect(authorize(session, [`${ADDRESS}.rig`, 'x'])).toMatchObject({
      kind: 'log-in',
      username: `${ADDRESS}.rig`,
      identity: { address: ADDRESS, worker: 'rig' },
    });
  });

  it('answers a repeated login as before', () => {
    logIn(ADDRESS);
    expect(authorize(session, [ADDRESS])).toEqual({ kind: 'answer', result: 'true', thenWork: false });
  });

  it('refuses another address, one worker too many, and what is no username with 24', () => {
    logIn(ADDRESS);
    expect(codeOf(authorize(session, [OTHER]))).toBe(24);
    expect(authorize(session, [`${ADDRESS}.second`]).kind).toBe('log-in');
    logIn(`${ADDRESS}.second`);
    expect(codeOf(authorize(session, [`${ADDRESS}.third`]))).toBe(24);
    for (const username of [undefined, null, 5, {}, ''])
      expect(codeOf(authorize(session, [username]))).toBe(24);
  });
});

describe('configure', () => {
  it('keeps what pool and miner both allow', () => {
    configure(session, [['version-rolling'], { 'version-rolling.mask': '0fffffff' }]);
    expect([session.versionMask, session.minerVersionMask]).toEqual([0x0fffe000, 0x0fffffff]);
  });

  it('takes a missing mask for all bits', () => {
    configure(session, [['version-rolling'], null]);
    expect([session.versionMask, session.minerVersionMask]).toEqual([0x1fffe000, 0xffffffff]);
  });
});

describe('suggest_difficulty', () => {
  it('before the login is remembered for it, after it brings a job at once', () => {
    expect(suggestDifficulty(session, [0.5], START_MS)).toMatchObject({ result: 'true', thenWork: false });
    logIn(ADDRESS);
    expect(session.difficulty).toBe(0.5);
    expect(suggestDifficulty(session, [64], START_MS)).toMatchObject({ result: 'true', thenWork: true });
    expect(suggestDifficulty(session, ['64'], START_MS)).toMatchObject({ result: 'true', thenWork: false });
  });

  it.each([[[]], [[0]], [[-1]], [['fast']], [[null]], [[{}]]])('refuses %j with 20', (params) => {
    expect(codeOf(suggestDifficulty(session, params, START_MS))).toBe(20);
  });
});

describe('submit', () => {
  const SHARE = ['0000000000000000', '6955b900', '0'];

  it('asks first for a subscription, then for a login', () => {
    expect(codeOf(submit(session, [ADDRESS, '00', ...SHARE], START_MS))).toBe(25);
    subscribe(session, []);
    expect(submit(session, [ADDRESS, '00', ...SHARE], START_MS)).toMatchObject({
      kind: 'refuse-share',
      worker: null,
      outcome: 'invalid',
      error: { code: 24 },
    });
  });

  it('counts an unknown job as stale, for its worker', () => {
    subscribe(session, []);
    logIn(ADDRESS);
    expect(submit(session, [ADDRESS, '00', ...SHARE], START_MS)).toMatchObject({
      kind: 'refuse-share',
      worker: { row: 7 },
      outcome: 'stale',
      error: { code: 21 },
    });
  });

  it('gives the judgement of a share on a known job', () => {
    subscribe(session, []);
    logIn(ADDRESS);
    const { issued } = session.assign(board.set(sampleWork({ job: 1, tip: 1 }), START_MS), START_MS);
    // Difficulty 1 is four billion hashes; this one share does not meet it.
    expect(submit(session, [ADDRESS, issued.id.toUpperCase(), ...SHARE], START_MS)).toMatchObject({
      kind: 'share',
      worker: { row: 7 },
      judgement: { kind: 'rejected', refusal: 'low-difficulty', share: { nonce: 0, time: 0x6955b900 } },
    });
  });
});

describe('a call', () => {
  it.each([
    'mining.submit',
    'mining.subscribe',
    'mining.authorize',
    'mining.configure',
    'mining.suggest_difficulty',
  ])('of %s without parameters is answered in some way', (method) => {
    const request = parseRequest(JSON.stringify({ id: 1, method }))!;
    expect(callMethod(session, request, START_MS).kind).toMatch(/^(?:answer|refuse|refuse-share)$/);
  });

  it.each(['mining.unknown', 'constructor', '__proto__', ''])('of "%s" is refused with 20', (method) => {
    expect(codeOf(callMethod(session, { id: '1', method, params: [] }, START_MS))).toBe(20);
  });
});
