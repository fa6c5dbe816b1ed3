/** Each method as what it is: parameters and a session in, an effect out, no socket anywhere. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../../src/stratum/index.js';
import { Session } from '../../../../src/stratum/session/session.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { authorize } from '../../../../src/stratum/v1/authorize.js';
import { answered, type Effect, refused } from '../../../../src/stratum/v1/effect.js';
import { heardVersion } from '../../../../src/stratum/v1/get-version.js';
import { VERSION_REQUEST_ID } from '../../../../src/stratum/v1/messages.js';
import { callMethod } from '../../../../src/stratum/v1/methods.js';
import { parseMessage, type Request } from '../../../../src/stratum/v1/request.js';
import { submit } from '../../../../src/stratum/v1/submit.js';
import { subscribe, subscription } from '../../../../src/stratum/v1/subscribe.js';
import { suggestDifficulty } from '../../../../src/stratum/v1/suggest-difficulty.js';
import { suggestTarget } from '../../../../src/stratum/v1/suggest-target.js';
import { HARD_REGTEST, START_MS, sampleWork } from '../../../integration/stratum/sample-work.js';

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
const OTHER = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';

let board: WorkBoard;
let session: Session;

beforeEach(() => {
  board = new WorkBoard(DEFAULT_LIMITS.jobLifeMs, 'starting');
  session = new Session(
    {
      network: HARD_REGTEST,
      mode: 'pool',
      startDifficulty: 1,
      minDifficulty: 1e-6,
      maxDifficulty: 1e6,
      shareIntervalMs: 10_000,
      fixed: 'holds',
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

const call = (method: string, params: unknown[] = []): Effect =>
  callMethod(session, { kind: 'request', id: '1', method, params }, START_MS);

const codeOf = (effect: Effect): number | null => ('error' in effect ? effect.error.code : null);

describe('subscribe', () => {
  it('is answered with the session id and the extranonce1', () => {
    expect(subscription(session, 'a5010203ff')).toBe(
      '[[["mining.set_difficulty","a5010203ff"],["mining.notify","a5010203ff"]],"a5010203",8]',
    );
  });

  it('notes the user agent, and keeps it when a later one names none', () => {
    subscribe(session, ['cgminer/4.12']);
    for (const params of [[], [null], [7], ['']]) subscribe(session, params);
    expect(session.userAgent).toBe('cgminer/4.12');
  });

  it('asks for an earlier session the first time and before the login only', () => {
    const resume = (params: unknown[]): unknown => {
      const effect = subscribe(session, params);
      return effect.kind === 'subscribe' ? effect.resume : effect;
    };
    expect(
      [['agent', 'a1b2'], ['agent'], [null, 'a1b2'], ['agent', 7], ['agent', null], []].map(resume),
    ).toEqual(['a1b2', null, 'a1b2', null, null, null]);
    session.subscribed = true;
    expect(resume(['agent', 'a1b2'])).toBeNull();
    session.subscribed = false;
    logIn(ADDRESS);
    expect(resume(['agent', 'a1b2'])).toBeNull();
  });

  it('keeps of a user agent 256 printable characters', () => {
    subscribe(session, [`a\n\u0007ü${'x'.repeat(300)}`]);
    expect(session.userAgent).toBe(`a???${'x'.repeat(252)}`);
  });
});

describe('authorize', () => {
  it('keeps no name of more than 200 characters, however it is padded', () => {
    expect(codeOf(authorize(session, [`${ADDRESS}${' '.repeat(157)}`]))).toBe(24);
    expect(authorize(session, [`${ADDRESS}${' '.repeat(156)}`])).toMatchObject({ kind: 'log-in' });
  });

  it('asks for the login of who the username names', () => {
    expect(authorize(session, [`${ADDRESS}.rig`, 'x'])).toMatchObject({
      kind: 'log-in',
      username: `${ADDRESS}.rig`,
      identity: { address: ADDRESS, worker: 'rig' },
    });
  });

  it('answers a repeated login as before', () => {
    logIn(ADDRESS);
    expect(authorize(session, [ADDRESS])).toEqual({ kind: 'logged-in' });
  });

  it('refuses another address, and what is no username, with 24', () => {
    logIn(ADDRESS);
    expect(codeOf(authorize(session, [OTHER]))).toBe(24);
    expect(authorize(session, [`${ADDRESS}.second`]).kind).toBe('log-in');
    for (const username of [undefined, null, 5, {}, ''])
      expect(codeOf(authorize(session, [username]))).toBe(24);
  });
});

describe('a worker more than are told apart', () => {
  const share = (username: string): Effect =>
    submit(session, [username, '00', '00'.repeat(8), '6955b900', '0'], START_MS);

  beforeEach(() => {
    session.subscribed = true;
    logIn(`${ADDRESS}.first`);
    expect(share(`${ADDRESS}.third`)).toMatchObject({ worker: null, reason: 'unauthorized' });
    logIn(`${ADDRESS}.second`);
  });

  it('is let in, for an error would have its proxy send the miner away', () => {
    expect(authorize(session, [`${ADDRESS}.third`])).toEqual({ kind: 'logged-in' });
    expect(codeOf(authorize(session, [`${OTHER}.third`]))).toBe(24);
    expect(codeOf(authorize(session, ['nobody.third']))).toBe(24);
    expect(session.workers.size).toBe(2);
  });

  it('mines as the first, under whatever name of the address, and nobody else does', () => {
    for (const name of [`${ADDRESS}.third`, ` ${ADDRESS.toUpperCase()}.4`, ADDRESS]) {
      expect(share(name)).toMatchObject({ worker: { identity: { worker: 'first' } }, reason: 'unknown-job' });
    }
    expect(share(`${ADDRESS}.second`)).toMatchObject({ worker: { identity: { worker: 'second' } } });
    for (const name of [`${OTHER}.third`, `${ADDRESS}x.third`, '', '.third']) {
      expect(share(name)).toMatchObject({ worker: null, reason: 'unauthorized' });
    }
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

  it.each([
    [[]],
    [[0]],
    [[-1]],
    [['fast']],
    [[null]],
    [[{}]],
    [[[5]]],
    [['']],
    [[{ toString: 5 }]],
    [[true]],
  ])('takes %j for no wish, and never for an error', (params) => {
    expect(suggestDifficulty(session, params, START_MS)).toEqual({
      kind: 'answer',
      result: 'true',
      thenWork: false,
    });
    expect(session.difficulty).toBe(1);
  });

  it('repeated changes nothing, even when vardiff has moved on since', () => {
    board.set(sampleWork({ job: 1, tip: 1 }), START_MS);
    logIn(ADDRESS);
    suggestDifficulty(session, [1000], START_MS);
    let nowMs = START_MS;
    while (session.difficulty === 1000) {
      nowMs += 1_000;
      session.tick(nowMs);
    }
    const eased = session.difficulty;
    expect(suggestDifficulty(session, [1000], nowMs)).toMatchObject({ thenWork: false });
    expect(session.difficulty).toBe(eased);
  });

  it('keeps within the pool’s bounds and on the grid, fractions too', () => {
    for (const [wish, difficulty] of [
      [0.00015, 0.000125],
      [1e-30, 1e-6],
      [1e30, 1e6],
      [2.5, 2],
    ] as const) {
      suggestDifficulty(session, [wish], START_MS);
      expect(session.difficulty).toBe(difficulty);
    }
  });
});

describe('submit', () => {
  const SHARE = ['0000000000000000', '6955b900', '0'];

  it('asks first for a subscription, then for a login', () => {
    expect(codeOf(submit(session, [ADDRESS, '00', ...SHARE], START_MS))).toBe(25);
    session.subscribed = true;
    expect(submit(session, [ADDRESS, '00', ...SHARE], START_MS)).toMatchObject({
      kind: 'refuse-share',
      worker: null,
      reason: 'unauthorized',
      error: { code: 24 },
    });
  });

  it('counts an unknown job as stale, for its worker', () => {
    session.subscribed = true;
    logIn(ADDRESS);
    expect(submit(session, [ADDRESS, '00', ...SHARE], START_MS)).toMatchObject({
      kind: 'refuse-share',
      worker: { row: 7 },
      reason: 'unknown-job',
      error: { code: 21 },
    });
  });

  it.each([
    ['a time of 7 digits', [SHARE[0]!, '955b900', SHARE[2]!]],
    ['a nonce of 9 digits', [SHARE[0]!, SHARE[1]!, '000000000']],
    ['an extranonce2 of 15 digits', [SHARE[0]!.slice(1), SHARE[1]!, SHARE[2]!]],
  ])('refuses %s as what it is', (_what, [extranonce2, time, nonce]) => {
    session.subscribed = true;
    logIn(ADDRESS);
    const { issued } = session.assign(board.set(sampleWork({ job: 1, tip: 1 }), START_MS), START_MS);
    expect(submit(session, [ADDRESS, issued.id, extranonce2, time, nonce], START_MS)).toMatchObject({
      kind: 'refuse-share',
      reason: 'malformed',
    });
  });

  it('gives the judgement of a share on a known job', () => {
    session.subscribed = true;
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

describe('suggest_target', () => {
  const target = (text: string): number => {
    suggestTarget(session, [text], START_MS);
    return session.difficulty;
  };

  it('is a difficulty, of which difficulty 1’s target is 1', () => {
    expect(target(`00000000ffff${'0'.repeat(52)}`)).toBe(1);
    // 0xffff·2²⁰⁸ / 1024.
    expect(target(`00000000003fffc${'0'.repeat(49)}`)).toBe(1024);
    expect(target(`0X00000000003FFFC${'0'.repeat(49)}`)).toBe(1024);
  });

  it.each([[[]], [[5]], [['no hex']], [[null]], [['f'.repeat(65)]]])('takes %j for no wish', (params) => {
    expect(suggestTarget(session, params, START_MS)).toMatchObject({ kind: 'answer', result: 'true' });
    expect(session.difficulty).toBe(1);
  });
});

describe('a wish', () => {
  const withId = (id: string, method: string, params: unknown[]): Effect =>
    callMethod(session, { kind: 'request', id, method, params }, START_MS);
  const target = `0000000000ffff${'0'.repeat(50)}`;

  it.each([
    ['mining.suggest_difficulty', [256]],
    ['mining.suggest', [256]],
    ['mining.suggest_target', [target]],
    ['mining.capabilities', [{ notify: [], suggested_target: target }]],
  ])('of %s without an id is granted in silence', (method, params) => {
    expect(withId('null', method, params)).toEqual({ kind: 'nothing', thenWork: false });
    expect(session.difficulty).toBe(256);
    expect(withId('0', method, params)).toEqual(answered('true'));
  });

  it('in silence still brings a job, once the miner works', () => {
    logIn(ADDRESS);
    session.subscribed = true;
    session.assign(board.set(sampleWork({ job: 1, tip: 1 }), START_MS), START_MS);
    expect(withId('null', 'mining.suggest_difficulty', [256])).toEqual({ kind: 'nothing', thenWork: true });
  });

  it.each([undefined, null, 'SHA256d', { suggested_target: 5 }])(
    'is none in capabilities of %j',
    (stated) => {
      expect(withId('1', 'mining.capabilities', [stated])).toEqual(answered('true'));
      expect(session.difficulty).toBe(1);
    },
  );

  it('is all that goes unanswered without an id', () => {
    expect(withId('null', 'mining.subscribe', []).kind).toBe('subscribe');
    expect(withId('null', 'mining.ping', []).kind).toBe('answer');
    expect(withId('null', 'mining.unknown', []).kind).toBe('refuse');
  });
});

describe('get_transactions', () => {
  it('is answered with their number, for a job of this connection', () => {
    logIn(ADDRESS);
    const work = sampleWork({ job: 1, tip: 1 });
    const { issued } = session.assign(
      board.set({ ...work, template: { ...work.template, transactionCount: 2718 } }, START_MS),
      START_MS,
    );
    expect(call('mining.get_transactions', [issued.id])).toEqual(answered('2718'));
    expect(call(`mining.get_transactions("${issued.id}")`)).toEqual(answered('2718'));
    expect(codeOf(call('mining.get_transactions', ['00']))).toBe(21);
    expect(codeOf(call('mining.get_transactions'))).toBe(21);
  });

  it('has their ids for a miner with a share, once in 30 s, and one a second for all', () => {
    logIn(ADDRESS);
    const work = board.set(sampleWork({ job: 1, tip: 1 }), START_MS);
    const { id } = session.assign(work, START_MS).issued;
    const ask = (atMs: number): Effect =>
      callMethod(
        session,
        parseMessage(`{"id":1,"method":"mining.get_txnhashes","params":["${id}"]}`) as Request,
        atMs,
      );
    expect(codeOf(ask(START_MS))).toBe(20);
    session.history.onShare(START_MS, 1);
    const list = ask(START_MS);
    const ids = JSON.parse((list as { result: string }).result).split(' ');
    // Of 160 bytes that count up; display order begins with the last of 32.
    expect(ids.map((each: string) => [each.length, each.slice(0, 4), each.slice(-2)])).toEqual([
      [64, '1f1e', '00'],
      [64, '3f3e', '20'],
      [64, '5f5e', '40'],
      [64, '7f7e', '60'],
      [64, '9f9e', '80'],
    ]);
    expect(codeOf(ask(START_MS + 29_999))).toBe(20);
    expect(board.mayList(START_MS + 29_999)).toBe(true);
    expect(codeOf(ask(START_MS + 30_500))).toBe(20);
    expect(ask(START_MS + 31_000)).toEqual(list);
    expect(codeOf(call('mining.get_txnhashes', ['00']))).toBe(21);
  });
});

describe('small talk', () => {
  it('about the extranonce, pings and names is answered', () => {
    expect(call('mining.extranonce.subscribe')).toEqual(answered('true'));
    expect(call('mining.multi_version', [4])).toEqual(answered('true'));
    expect(call('mining.ping')).toEqual(answered('"pong"'));
    expect(call('client.get_version')).toEqual(answered('"Orcapool"'));
  });

  it('of a Bitaxe, which answers a ping by calling "pong", is heard in silence', () => {
    expect(call('pong')).toEqual({ kind: 'nothing', thenWork: false });
  });

  it('tells the user agent of a miner that named none, and of no other', () => {
    heardVersion(session, { kind: 'reply', id: VERSION_REQUEST_ID + 1, result: 'stray' });
    heardVersion(session, { kind: 'reply', id: VERSION_REQUEST_ID, result: { no: 'name' } });
    expect(session.userAgent).toBe('');
    heardVersion(session, { kind: 'reply', id: VERSION_REQUEST_ID, result: 'cgminer/4.12' });
    heardVersion(session, { kind: 'reply', id: VERSION_REQUEST_ID, result: 'another' });
    expect(session.userAgent).toBe('cgminer/4.12');
  });
});

describe('a call', () => {
  it.each([
    'mining.submit',
    'mining.subscribe',
    'mining.authorize',
    'mining.configure',
    'mining.suggest_difficulty',
    'mining.suggest_target',
    'mining.extranonce.subscribe',
    'mining.multi_version',
    'mining.get_transactions',
    'mining.get_txnhashes',
    'mining.ping',
    'client.get_version',
  ])('of %s without parameters is answered in some way', (method) => {
    const request = parseMessage(JSON.stringify({ id: 1, method })) as Request;
    expect(callMethod(session, request, START_MS).kind).toMatch(/^(?:answer|refuse|refuse-share|subscribe)$/);
  });

  it.each(['mining.unknown', 'constructor', '__proto__', 'constructor(1)', 'mining.suggestion'])(
    'of "%s" is refused with 20',
    (method) => {
      expect(call(method)).toEqual(refused({ code: 20, text: `Unsupported method "${method}"` }));
    },
  );

  it('without a method is refused with 20', () => {
    expect(call('')).toEqual(refused({ code: 20, text: 'The message names no method' }));
  });

  it.each([
    ['mining.suggest_difficulty(64', []],
    ['mining.suggest_difficulty(64)', []],
    ['mining.suggest_difficulty("64")', null],
    ['mining.suggest_difficulty( 64 )', []],
  ])('with the argument in its name, %s, is understood', (method, params) => {
    const request = parseMessage(JSON.stringify({ id: 1, method, params })) as Request;
    expect(callMethod(session, request, START_MS)).toEqual(answered('true'));
    expect(session.difficulty).toBe(64);
  });

  it('that is anything but a call is read in no time, however long and whatever it repeats', () => {
    const startMs = performance.now();
    for (const method of [
      `a(${' '.repeat(8_000)}x)x`,
      `mining.ping${'('.repeat(8_000)}`,
      ' '.repeat(8_000),
    ]) {
      expect(call(method).kind).toBe('refuse');
    }
    // Minutes, where an expression tries every way to divide the blanks.
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it('with a lone value for a list of one is understood', () => {
    const request = parseMessage('{"method":"mining.suggest_difficulty","params":64,"id":1}') as Request;
    callMethod(session, request, START_MS);
    expect(session.difficulty).toBe(64);
  });
});
