import { describe, expect, it } from '@jest/globals';
import { retargetedBits } from '../../../src/bitcoin/index.js';

describe('a retarget', () => {
  // Header times and bits of mainnet's chain as Bitcoin Core's pow_tests.cpp has them.
  it.each([
    ['blocks 30,240 to 32,255', 0x1d00ffff, 1261130161, 1262152739, 0x1d00d86a],
    ['blocks 0 to 2,015, held by the easiest target', 0x1d00ffff, 1231006505, 1233061996, 0x1d00ffff],
    ['blocks 66,528 to 68,543, faster than four times', 0x1c05a3f4, 1279008237, 1279297671, 0x1c0168fd],
    ['a period made up, slower than four times', 0x1c387f6f, 1263163443, 1269211443, 0x1d00e1fd],
  ])('after %s is Core’s', (_what, bits, firstTime, lastTime, wanted) => {
    expect(retargetedBits({ bits, firstTime, lastTime, easiestBits: 0x1d00ffff })).toBe(wanted);
  });
});
