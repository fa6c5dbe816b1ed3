/** BIP310: an answer for each extension asked for, and what it changes in the session. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../../../src/stratum/index.js';
import { Session } from '../../../../src/stratum/session/session.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { configure } from '../../../../src/stratum/v1/configure.js';
import { REGTEST, START_MS, sampleWork } from '../../../integration/stratum/sample-work.js';

const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

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
      fixed: 'holds',
      versionMask: 0x1fffe000,
      limits: DEFAULT_LIMITS,
    },
    board,
    Uint8Array.of(0xa5, 1, 2, 3),
    START_MS,
  );
});

function ask(extensions: unknown, parameters?: unknown): unknown {
  const effect = configure(session, [extensions, parameters], START_MS);
  if (effect.kind === 'refuse') return effect.error.code;
  if (effect.kind !== 'answer') throw new Error(effect.kind);
  return { ...(JSON.parse(effect.result) as object), ...(effect.thenWork ? { thenWork: true } : {}) };
}

function logIn(): void {
  const identity = session.identify(ADDRESS);
  const worker = { identity, miner: 1, row: 7, bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 };
  session.logIn(ADDRESS, worker, null, START_MS);
}

describe('version-rolling', () => {
  it('gives what pool and miner both allow', () => {
    expect(ask(['version-rolling'], { 'version-rolling.mask': '0FFFFFFF' })).toEqual({
      'version-rolling': true,
      'version-rolling.mask': '0fffe000',
    });
    expect([session.rolling.mask, session.rolling.minerMask]).toEqual([0x0fffe000, 0x0fffffff]);
  });

  it.each([undefined, null, {}, [], 'none'])('takes a missing mask (%j) for all bits', (parameters) => {
    ask(['version-rolling'], parameters);
    expect([session.rolling.mask, session.rolling.minerMask]).toEqual([0x1fffe000, 0xffffffff]);
  });

  it.each([undefined, 0, 2, 16, 17, 32, '00000002', '2', -1, {}])(
    'is agreed with the largest mask at a min-bit-count of %j',
    (least) => {
      expect(ask(['version-rolling'], { 'version-rolling.min-bit-count': least })).toEqual({
        'version-rolling': true,
        'version-rolling.mask': '1fffe000',
      });
    },
  );

  it.each(['00FF0000', '0x00ff0000', 'ff0000'])('reads a mask of %j', (mask) => {
    ask(['version-rolling'], { 'version-rolling.mask': mask });
    expect(session.rolling.minerMask).toBe(0x00ff0000);
  });

  it.each(['', 'all', '0x', '1fffe0000', 5, {}])('says what is wrong with a mask of %j', (mask) => {
    expect(ask(['version-rolling'], { 'version-rolling.mask': mask })).toEqual({
      'version-rolling': 'version-rolling.mask is not 8 hex digits',
    });
  });

  it('is refused where no bit is left', () => {
    expect(ask(['version-rolling'], { 'version-rolling.mask': '00000fff' })).toEqual({
      'version-rolling': false,
    });
  });

  it('is told once more with the next job, and not again before it changes', () => {
    ask(['version-rolling']);
    logIn();
    const maskWith = (job: number): number | null =>
      session.assign(board.set(sampleWork({ job, tip: 1 }), START_MS), START_MS).mask;
    expect([maskWith(1), maskWith(2)]).toEqual([0x1fffe000, null]);
    ask(['version-rolling'], { 'version-rolling.mask': '00ffe000' });
    expect([maskWith(3), maskWith(4)]).toEqual([0x00ffe000, null]);
  });

  it('that was never asked for is never told', () => {
    logIn();
    expect(session.assign(board.set(sampleWork({ job: 1, tip: 1 }), START_MS), START_MS).mask).toBeNull();
  });
});

describe('minimum-difficulty', () => {
  const demand = (value: unknown): unknown =>
    ask(['minimum-difficulty'], { 'minimum-difficulty.value': value });

  it('before the login bounds the difficulty from below', () => {
    expect(demand(2048)).toMatchObject({ 'minimum-difficulty': true });
    expect(session.difficulty).toBe(2048);
    logIn();
    expect(session.difficulty).toBe(2048);
    for (let seconds = 1; seconds < 600; seconds++)
      session.difficultySetting.onTick(START_MS + seconds * 1000);
    expect(session.difficulty).toBe(2048);
    session.suggest(4, START_MS + 600_000);
    expect(session.difficulty).toBe(2048);
  });

  it('after the login brings a job of that difficulty at once', () => {
    logIn();
    expect(demand(2048)).toEqual({ 'minimum-difficulty': true, thenWork: true });
    expect(session.difficulty).toBe(2048);
  });

  it('may be configured again, and 0 disables it', () => {
    demand(2048);
    logIn();
    expect(demand(0)).toEqual({ 'minimum-difficulty': true });
    expect(session.difficulty).toBe(2048);
    expect(session.suggest(4, START_MS)).toBe(true);
    expect(session.difficulty).toBe(4);
  });

  // The grid's steps: 0.5 then 0.63; 2 then 3.
  it.each([
    [0.55, 0.63],
    [0.5, 0.5],
    [2.01, 3],
    [1e6, 1e6],
  ])('of %d is never undercut by the grid', (value, difficulty) => {
    session.suggest(1e-6, START_MS);
    demand(value);
    expect(session.difficulty).toBe(difficulty);
  });

  it('above what the pool gives out is refused with a reason, and changes nothing', () => {
    expect(demand(1e6 + 1)).toEqual({
      'minimum-difficulty': 'this pool gives out no difficulty above 1000000',
    });
    expect(session.difficulty).toBe(1);
  });

  it.each([undefined, null, -1, '64', {}])('of %j is said to be no number', (value) => {
    expect(demand(value)).toEqual({
      'minimum-difficulty': 'minimum-difficulty.value is not a number of 0 or more',
    });
  });
});

describe('the other extensions', () => {
  it('subscribe-extranonce is granted, for no extranonce1 ever changes on a connection', () => {
    expect(ask(['subscribe-extranonce'])).toEqual({ 'subscribe-extranonce': true });
  });

  it('info is taken, and stands in for a missing user agent', () => {
    const info = {
      'info.connection-url': 'stratum+tcp://x',
      'info.hw-version': 'S21',
      'info.sw-version': '2\n7',
    };
    expect(ask(['info'], info)).toEqual({ info: true });
    expect(session.userAgent).toBe('S21 2?7');
    session.userAgent = 'bosminer/0.9';
    ask(['info'], info);
    expect(session.userAgent).toBe('bosminer/0.9');
    expect(ask(['info'], { 'info.sw-version': 7 })).toEqual({ info: true });
  });

  it('are named back in ASCII, since a line is written as Latin-1 and would lose the upper half of a character', () => {
    const names = ['\u0122', '\u010a', '\ud800', '\xe9'];
    const effect = configure(session, [names, {}], START_MS);
    const result = effect.kind === 'answer' ? effect.result : '';
    expect(result).toBe('{"\\u0122":false,"\\u010a":false,"\\ud800":false,"\\u00e9":false}');
  });

  it('unknown ones are answered false each, whatever they are called', () => {
    expect(ask(['x"y', '__proto__', 'constructor', 'x"y'])).toEqual(
      JSON.parse('{"x\\"y":false,"__proto__":false,"constructor":false}'),
    );
  });
});

describe('configure', () => {
  it('answers all that is asked for in one object', () => {
    expect(
      ask(['minimum-difficulty', 'version-rolling', 'subscribe-extranonce', 'info', 'vendor'], {
        'minimum-difficulty.value': 2048,
        'version-rolling.mask': '1fffe000',
        'version-rolling.min-bit-count': 2,
      }),
    ).toMatchObject({
      'minimum-difficulty': true,
      'version-rolling': true,
      'version-rolling.mask': '1fffe000',
      'subscribe-extranonce': true,
      info: true,
      vendor: false,
    });
  });

  it.each([undefined, null, 'version-rolling', {}, [5], [null], [['version-rolling']]])(
    'of %j instead of extensions is refused with 20',
    (extensions) => {
      expect(ask(extensions)).toBe(20);
    },
  );

  it('of more extensions than there are is refused with 20, not answered at length', () => {
    expect(ask(Array.from({ length: 33 }, (_, i) => `x${i}`))).toBe(20);
  });
});
