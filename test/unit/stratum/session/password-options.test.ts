import { describe, expect, it } from '@jest/globals';
import { fromUtf8 } from '../../../../src/lib/index.js';
import { parsePassword } from '../../../../src/stratum/session/password-options.js';

const difficultyOf = (password: unknown): number | null => parsePassword(password).difficulty;
const signatureOf = (password: unknown): string | null => {
  const { signature } = parsePassword(password);
  return signature === null ? null : fromUtf8(signature);
};
const complaintsOf = (password: unknown): string[] =>
  parsePassword(password).complaints.map(({ code }) => code);

describe('a password', () => {
  it.each([
    'x',
    '',
    '123',
    'x;y',
    'password=d',
    'id=5',
    'sigh',
    '===',
    ',;,',
    undefined,
    null,
    5,
    {},
    ['d=5'],
  ])('of %j asks for nothing and is no mistake', (password) => {
    expect(parsePassword(password)).toEqual({
      difficulty: null,
      hashrate: null,
      signature: null,
      complaints: [],
    });
  });

  it('that is a novel asks for nothing, and its owner is told where it looks as if it did', () => {
    expect(difficultyOf(`d=5,${'x'.repeat(300)}`)).toBeNull();
    expect(complaintsOf(`${'x'.repeat(300)}, sig = me`)).toEqual(['PASSWORD_LENGTH']);
    expect(complaintsOf('x'.repeat(300))).toEqual([]);
  });
});

describe('d=', () => {
  it.each([
    ['d=1024', 1024],
    ['x,d=1024', 1024],
    ['d=0.001', 0.001],
    ['d=.5', 0.5],
    ['d=1e-6', 1e-6],
    ['D=64;x', 64],
    ['diff=64', 64],
    [' d = 64 ', 64],
    ['d=64,sig=me', 64],
    ['d=1,d=2', 2],
    ['password d=300', 300],
    ['th=5 d=300', 300],
  ])('in %j is read', (password, difficulty) => {
    expect(difficultyOf(password)).toBe(difficulty);
    expect(complaintsOf(password)).toEqual([]);
  });

  it.each(['d=', 'd=0', 'd=-5', 'd=fast', 'd=NaN', 'd=Infinity', 'd=0x10', 'd=1 2', 'd=.'])(
    'in %j is left out and complained of',
    (password) => {
      expect(difficultyOf(password)).toBeNull();
      expect(complaintsOf(password)).toEqual(['PASSWORD_DIFFICULTY']);
    },
  );
});

describe('th=', () => {
  // P2Poolv2 reads a whole number behind the start, a comma, a semicolon, a space or a tab, in either case.
  it.each([
    ['th=1', 1e12],
    ['TH=100', 1e14],
    ['x,th=10,y', 1e13],
    ['password th=200', 2e14],
    ['th=0.5;sig=me', 5e11],
    ['d=500,th=1.25', 1.25e12],
  ])('in %j is read', (password, hashrate) => {
    expect(parsePassword(password).hashrate).toBe(hashrate);
    expect(complaintsOf(password)).toEqual([]);
  });

  it.each(['th=', 'th=0', 'th=fast', 'th=-1'])('in %j is left out and complained of', (password) => {
    expect(parsePassword(password).hashrate).toBeNull();
    expect(complaintsOf(password)).toEqual(['PASSWORD_HASHRATE']);
  });

  it('inside a word is none', () => {
    expect(parsePassword('method=123').hashrate).toBeNull();
  });
});

describe('sig=', () => {
  it.each([
    ['sig=Hello, world', 'Hello'],
    ['sig=Hello world!', 'Hello world!'],
    ['x;sig= mine ', 'mine'],
    ['sig=a=b', 'a=b'],
    ['sig=mine d=5', 'mine'],
    ['sig=12345678901234567890', '12345678901234567890'],
  ])('in %j is read', (password, signature) => {
    expect(signatureOf(password)).toBe(signature);
    expect(complaintsOf(password)).toEqual([]);
  });

  it('may be empty and asks for nothing then', () => {
    expect(parsePassword('sig=')).toEqual({
      difficulty: null,
      hashrate: null,
      signature: null,
      complaints: [],
    });
  });

  it.each(['sig=123456789012345678901', 'sig=é', 'sig=a\u0000b', 'sig=<b>', 'sig="x"', 'sig=$(x)', "sig='"])(
    'in %j is left out and complained of',
    (password) => {
      expect(signatureOf(password)).toBeNull();
      expect(complaintsOf(password)).toEqual(['PASSWORD_SIGNATURE']);
    },
  );

  it('that is wrong leaves a right d= in force', () => {
    expect(parsePassword('d=5,sig=<b>')).toMatchObject({ difficulty: 5, signature: null });
  });
});
