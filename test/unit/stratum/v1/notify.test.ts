import { describe, expect, it } from '@jest/globals';
import { fromDisplayHex, fromHex, toHex } from '../../../../src/lib/index.js';
import { jobFor } from '../../../../src/stratum/session/job-for.js';
import type { IssuedJob } from '../../../../src/stratum/session/job-memory.js';
import { coinbasePieces } from '../../../../src/stratum/session/job-parts.js';
import { NO_SIGNATURE } from '../../../../src/stratum/session/signature.js';
import type { LiveWork } from '../../../../src/stratum/session/work-board.js';
import { WorkBoard } from '../../../../src/stratum/session/work-board.js';
import { setDifficulty, showMessage } from '../../../../src/stratum/v1/messages.js';
import { notify } from '../../../../src/stratum/v1/notify.js';
import { REGTEST, sampleWork } from '../../../integration/stratum/sample-work.js';

/** The example of slush's Stratum V1 manual ("Stratum mining protocol", mining.notify). */
const SLUSH = {
  prevHash: '4d16b6f85af6e2198f44ae2a6de67f78487ae5611b77c6c0440b921e00000000',
  coinb1:
    '01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff20020862062f503253482f04b8864e5008',
  coinb2:
    '072f736c7573682f000000000100f2052a010000001976a914d23fcdf86f7e756a64a7a9688ef9903327048ed988ac00000000',
};

function workWith(template: Partial<LiveWork['template']>): LiveWork {
  const work = new WorkBoard(1, '').set(sampleWork({ job: 1, tip: 1 }), 0);
  return { ...work, template: { ...work.template, ...template } };
}

function issuedOf(work: LiveWork, time: number): IssuedJob {
  const suffix = fromHex(SLUSH.coinb2);
  const shape = { ...work.shape, middle: suffix.subarray(0, 20), tail: suffix.subarray(52) };
  const job = {
    template: work.template,
    shape,
    prefix: fromHex(SLUSH.coinb1),
    suffix,
    bits: 0,
    target: new Uint8Array(32),
    blockTarget: new Uint8Array(32),
  };
  return {
    id: 'bf',
    work,
    job,
    signature: NO_SIGNATURE,
    extranonce1: new Uint8Array(4),
    difficulty: 1,
    time,
    sentMs: 0,
    isShared: false,
  };
}

describe('mining.notify', () => {
  it('is slush’s example, from the block hash as explorers show it', () => {
    const work = workWith({
      // Word by word from the end: the manual's hash as a block explorer would print it.
      prevHash: fromDisplayHex('00000000440b921e1b77c6c0487ae5616de67f788f44ae2a5af6e2194d16b6f8'),
      branch: [],
      version: 2,
      bits: 0x1c2ac4af,
    });
    const line = notify({ issued: issuedOf(work, 0x504e86b9), clean: false, announce: null, mask: null });
    expect(line).toBe(
      `{"id":null,"method":"mining.notify","params":["bf","${SLUSH.prevHash}","${SLUSH.coinb1}","${SLUSH.coinb2}",[],"00000002","1c2ac4af","504e86b9",false]}\n`,
    );
  });

  it('leaves room in the 4096 bytes that NerdMiner parses a line into', () => {
    // 2¹⁴ transactions, more than a block holds; NerdMiner's document takes 16 bytes beside each of some 25 values.
    const branch = Array.from({ length: 14 }, () => new Uint8Array(32));
    const line = notify({
      issued: issuedOf(workWith({ branch }), 0),
      clean: true,
      announce: null,
      mask: null,
    });
    expect(line.length + 25 * 16).toBeLessThan(4096);
  });

  it('sends branch hashes in the order in which they are hashed', () => {
    const hash = fromHex('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
    const line = notify({
      issued: issuedOf(workWith({ branch: [hash, hash] }), 0),
      clean: true,
      announce: null,
      mask: null,
    });
    expect(JSON.parse(line).params[4]).toEqual(Array(2).fill('00112233445566778899aabbccddeeff'.repeat(2)));
  });

  it('is rendered once for all miners of a work: only what is a miner’s own is looked at again', () => {
    const work = workWith({});
    const lineOf = (key: number, difficulty: number) => {
      const payout = { type: 'k2', key: new Uint8Array(32).fill(key) } as const;
      const wanted = { payout, difficulty, signature: NO_SIGNATURE, userAgent: '' };
      const { job } = jobFor(work, wanted, REGTEST);
      const issued = { ...issuedOf(work, 0x504e86b9), job };
      return { ...coinbasePieces(job), line: notify({ issued, clean: true, announce: null, mask: null }) };
    };
    const first = lineOf(1, 1);
    const [before, after] = first.line.split(toHex(first.own));
    // Whatever is rendered from now on shows.
    for (const bytes of [
      first.first,
      first.middle,
      first.last,
      work.template.prevHash,
      ...work.template.branch,
    ])
      bytes.fill(0xff);
    Object.assign(work.template, { version: 0, bits: 0 });
    for (const [key, difficulty] of [
      [1, 2],
      [2, 1],
      [2, 2],
    ] as const) {
      const { own, line, ...shared } = lineOf(key, difficulty);
      for (const piece of ['first', 'middle', 'last'] as const) expect(shared[piece]).toBe(first[piece]);
      expect(toHex(own)).not.toBe(toHex(first.own));
      expect(line).toBe(`${before}${toHex(own)}${after}`);
    }
  });
});

describe('the other messages', () => {
  it.each([
    [1, '1'],
    [0.000001, '0.000001'],
    [1e-9, '0.000000001'],
    [65536, '65536'],
    [2 ** 53, '9007199254740992'],
  ])('set_difficulty %d is plain decimal', (difficulty, text) => {
    expect(setDifficulty(difficulty)).toBe(
      `{"id":null,"method":"mining.set_difficulty","params":[${text}]}\n`,
    );
  });

  it('show_message escapes what it quotes', () => {
    expect(JSON.parse(showMessage('say "no"\n')).params).toEqual(['say "no"\n']);
  });
});
