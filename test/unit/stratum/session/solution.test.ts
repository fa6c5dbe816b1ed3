import { describe, expect, it } from '@jest/globals';
import { shareOf } from '../../../../src/stratum/session/solution.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { sampleWork } from '../../../integration/stratum/sample-work.js';

describe('the version a miner hashed (BIP310)', () => {
  const sample = sampleWork({ job: 1, tip: 1 });
  /** Bit 13, which the mask has too, is set by the template itself. */
  const version = 0x2000_2000;
  const work = new WorkBoard(600_000, '').set({ ...sample, template: { ...sample.template, version } }, 0);
  const of = (versionBits: number | null): number => {
    const solution = { extranonce2: new Uint8Array(8), time: 0, nonce: 0, versionBits };
    return shareOf({ work, extranonce1: new Uint8Array(4) }, solution, 0x1fff_e000).version;
  };

  it.each([
    [0x0000_4000, 0x2000_4000],
    [0x0000_2000, 0x2000_2000],
    [0, 0x2000_0000],
    [null, 0x2000_2000],
  ])('with rolled bits %p is %p: the bits take the place of the mask’s', (bits, hashed) => {
    expect(of(bits)).toBe(hashed);
  });
});
