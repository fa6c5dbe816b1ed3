/**
 * Frames as others write them. The examples are those of btccom/btcpool, docs/AGENT.md, commit
 * 0127a750b3b26a515e66261cbd9ad7f95c54de01, with the lengths that its StratumMessageDispatcher.cc and StratumMinerBitcoin.cc
 * want (15 bytes and 4 for each of time and version bits; the document's own are wrong in five places), as ExMessage.go of
 * btccom/btcagent, commit 174e7435003cac4579d6068726084e2a53a01b37, writes them.
 */
import { describe, expect, it } from '@jest/globals';
import {
  type Frame,
  frameLength,
  parseFrame,
  setDifficultyFrames,
  submitResponse,
} from '../../../../src/stratum/agent/frame.js';

const latin1 = (hex: string): string => Buffer.from(hex.replace(/ /g, ''), 'hex').toString('latin1');
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

const SUBMIT = {
  kind: 'submit',
  job: 0xa9,
  machine: 0x1122,
  extranonce2: 0x11223344,
  nonce: 0xaabbccdd,
  time: null,
  versionBits: null,
};

describe('a frame from an agent', () => {
  it.each<[string, string, Frame]>([
    [
      'registers cgminer, s1099',
      '7f 01 1400 2211 63676d696e657200 733130393900',
      { kind: 'register', machine: 0x1122, worker: 's1099' },
    ],
    [
      'registers what names neither',
      '7f 01 0800 ffff 00 00',
      { kind: 'register', machine: 0xffff, worker: '' },
    ],
    [
      'registers a name that has no NUL behind it but any byte',
      '7f 01 0b00 0100 6100 7231 7a',
      { kind: 'register', machine: 1, worker: 'r1' },
    ],
    [
      'registers what has more to say of itself than btcpool reads, 101 bytes',
      `7f 01 6500 2211 ${'61'.repeat(91)}00 723100`,
      { kind: 'register', machine: 0x1122, worker: 'r1' },
    ],
    ['unregisters', '7f 04 0600 2211', { kind: 'unregister', machine: 0x1122 }],
    ['submits', '7f 02 0f00 a9 2211 44332211 ddccbbaa', SUBMIT as Frame],
    [
      'submits with a time',
      '7f 03 1300 a9 2211 44332211 ddccbbaa d02abd57',
      { ...SUBMIT, time: 0x57bd2ad0 } as Frame,
    ],
    [
      'submits with version bits',
      '7f 12 1300 a9 2211 44332211 ddccbbaa 00001200',
      { ...SUBMIT, versionBits: 0x00120000 } as Frame,
    ],
    [
      'submits with both',
      '7f 13 1700 a9 2211 44332211 ddccbbaa d02abd57 00001200',
      { ...SUBMIT, time: 0x57bd2ad0, versionBits: 0x00120000 } as Frame,
    ],
    // Nothing, to btcpool: the job's time and version.
    ['submits with a time of 0', '7f 03 1300 a9 2211 44332211 ddccbbaa 00000000', SUBMIT as Frame],
  ])('%s', (_what, bytes, frame) => {
    expect(parseFrame(latin1(bytes))).toEqual(frame);
  });

  it.each([
    ['a register of 7 bytes', '7f 01 0700 2211 61'],
    ['an unregister with more', '7f 04 0700 2211 00'],
    ['a submit that is too short', '7f 02 0e00 a9 2211 44332211 ddccbb'],
    ['a submit whose time is missing', '7f 03 0f00 a9 2211 44332211 ddccbbaa'],
    ['a submit with mix hash', '7f 14 0f00 a9 2211 44332211 ddccbbaa'],
    ['what only pools say', '7f 05 0900 0d 0100 2211'],
    ['nothing but a head', '7f 63 0400'],
  ])('is ignored where it is %s', (_what, bytes) => {
    expect(parseFrame(latin1(bytes))).toBeNull();
  });

  it('has its length in its head', () => {
    const bytes = Buffer.from('ffff7f0114002211', 'hex');
    expect([frameLength(bytes, 2), frameLength(bytes, 4), frameLength(bytes, 5)]).toEqual([20, 4386, null]);
  });
});

describe('a frame to an agent', () => {
  it('says a difficulty of 8192 = 2^13 to two machines', () => {
    expect(hex(setDifficultyFrames(13, Buffer.from([0x22, 0x11, 0x44, 0x33])))).toBe(
      '7f050b000d020022114433',
    );
  });

  it('says it to nobody in no frame, and to more than 32,764 in two', () => {
    expect(setDifficultyFrames(13, Buffer.alloc(0))).toBe('');
    const frames = hex(setDifficultyFrames(0, Buffer.alloc(2 * 32_765, Buffer.from([0x0b, 0x0a]))));
    // 7 + 2 · 32,764 = 65,535 bytes, the most that a length can say; then 9.
    expect(frames.length / 2).toBe(65_535 + 9);
    expect(frames.slice(0, 18)).toBe('7f05ffff00fc7f0b0a');
    expect(frames.slice(-18)).toBe('7f0509000001000b0a');
  });

  it('says what became of a share: ACCEPT is 1798084231 = 0x6b2c9687, a stale one 21', () => {
    expect(hex(submitResponse(0x0102, 1_798_084_231))).toBe('7f100a00020187962c6b');
    expect(hex(submitResponse(65_535, 21))).toBe('7f100a00ffff15000000');
  });
});
