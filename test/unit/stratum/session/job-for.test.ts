import { describe, expect, it } from '@jest/globals';
import { utf8 } from '../../../../src/lib/index.js';
import { coinbaseLength, poolShape, soloShape } from '../../../../src/mining/index.js';
import { jobFor } from '../../../../src/stratum/session/job-for.js';
import { NO_SIGNATURE } from '../../../../src/stratum/session/signature.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { BINDING, REGTEST, sampleWork } from '../../../integration/stratum/sample-work.js';

const WANTED = {
  payout: { type: 'k2', key: new Uint8Array(32) },
  difficulty: 1,
  signature: { row: 7, bytes: utf8('s'.repeat(20)) },
  userAgent: 'cgminer/4.12',
} as const;

function liveWork(reserveScript: Uint8Array) {
  const { template, txids } = sampleWork({ job: 1, tip: 2 ** 24 });
  const shape = poolShape(template, 't'.repeat(20), reserveScript);
  return new WorkBoard(1, '').set({ job: 1, template, txids, shape, binding: BINDING }, 0);
}

describe('a job', () => {
  it('leaves the signature out where the coinbase would be longer than this kind of miner takes', () => {
    // No address has such a script yet: 42 bytes, the longest witness program, make 256 where an ESP32 takes 255.
    const work = liveWork(Uint8Array.of(0x52, 0x28, ...new Uint8Array(40)));
    const signed = jobFor(work, WANTED, REGTEST);
    expect([coinbaseLength(signed.job), signed.signature]).toEqual([256, WANTED.signature]);
    const small = jobFor(work, { ...WANTED, userAgent: 'NerdMinerV2/1.8.3' }, REGTEST);
    expect([coinbaseLength(small.job), small.signature]).toEqual([235, NO_SIGNATURE]);
  });

  it('is one for all who want the same payout, difficulty and signature of a work, and another for any other', () => {
    const { template, txids, binding } = sampleWork({ job: 1, tip: 1 });
    const payout = { type: 'bitcoin', script: Uint8Array.of(0, 20, ...new Uint8Array(20)) } as const;
    const wanted = { ...WANTED, payout };
    const shape = soloShape(template, '');
    const board = new WorkBoard(1, '');
    const work = board.set({ job: 1, template, txids, shape, binding }, 0);
    const last = jobFor(work, wanted, REGTEST);
    const another = { ...wanted, payout: { ...payout, script: Uint8Array.from(payout.script) } };
    expect(jobFor(work, another, REGTEST).job).toBe(last.job);
    const other = { ...payout, script: Uint8Array.of(0, 20, ...new Uint8Array(20).fill(1)) };
    expect(jobFor(work, { ...wanted, payout: other }, REGTEST).job).not.toBe(last.job);
    expect(jobFor(work, { ...wanted, difficulty: 2 }, REGTEST).job).not.toBe(last.job);
    expect(jobFor(work, { ...wanted, signature: NO_SIGNATURE }, REGTEST).job).not.toBe(last.job);
    const later = board.set({ job: 2, template, txids, shape, binding }, 0);
    expect(jobFor(later, wanted, REGTEST).job).not.toBe(last.job);
  });
});
