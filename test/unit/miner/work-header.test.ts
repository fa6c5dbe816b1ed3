import { describe, expect, it } from '@jest/globals';
import { fromHex, sha256d, toDisplayHex } from '../../../src/lib/index.js';
import {
  buildHeader,
  parseNotify,
  rolledVersions,
  rollVersion,
  swapWords,
} from '../../../src/miner/index.js';
import { BLOCK_170, BLOCK_100000 } from './mainnet-blocks.js';

describe.each([
  ['170', BLOCK_170],
  ['100000', BLOCK_100000],
])('mainnet block %s as a notify', (_height, block) => {
  const notify = parseNotify(block.notify);
  const header = buildHeader(notify, fromHex(block.extranonce1), {
    extranonce2: fromHex(block.extranonce2),
    time: notify.time,
    version: notify.version,
    nonce: block.nonce,
  });

  it('gives back the previous hash and the merkle root', () => {
    expect(toDisplayHex(header.slice(4, 36))).toBe(block.prevHash);
    expect(toDisplayHex(header.slice(36, 68))).toBe(block.merkleRoot);
  });

  it('hashes to the block hash', () => {
    expect(toDisplayHex(sha256d(header))).toBe(block.hash);
  });
});

describe('parseNotify', () => {
  const replaced = (at: number, value: unknown): unknown[] =>
    BLOCK_170.notify.map((field, i) => (i === at ? value : field));

  it.each([
    ['a job id that is a number', replaced(0, 170)],
    ['a previous hash of 31 bytes', replaced(1, '00'.repeat(31))],
    ['a coinbase that is not hex', replaced(2, 'xyz')],
    ['a branch that is a string', replaced(4, '')],
    ['a branch hash of 33 bytes', replaced(4, ['00'.repeat(33)])],
    ['a version of seven digits', replaced(5, '0000001')],
    ['a clean_jobs that is a number', replaced(8, 1)],
    ['eight parameters', BLOCK_170.notify.slice(0, 8)],
    ['no list at all', null],
  ])('refuses %s', (_what, params) => {
    expect(() => parseNotify(params)).toThrow(expect.objectContaining({ code: 'NOTIFY_MALFORMED' }));
  });
});

it('swapWords reverses bytes inside words, not the words', () => {
  expect(swapWords(fromHex('0001020304050607'))).toEqual(fromHex('0302010007060504'));
});

describe('rolled versions', () => {
  it('spreads an index over the bits of the mask, lowest first', () => {
    // Mask bits 13, 14, 16; index 5 = 101b sets the first and the third: 0x2000 + 0x10000.
    expect(rollVersion(0x20000000, 0x00016000, 5)).toBe(0x20012000);
    expect(rollVersion(0xffffffff, 0x00016000, 0)).toBe(0xfffe9fff);
    expect(rollVersion(0x20000000, 0x1fffe000, 0xffff)).toBe(0x3fffe000);
  });

  it('counts two to the number of bits', () => {
    expect(rolledVersions(0x1fffe000)).toBe(65_536);
    expect(rolledVersions(0)).toBe(1);
  });
});
