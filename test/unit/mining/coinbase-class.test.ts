import { describe, expect, it } from '@jest/globals';
import { networks } from '../../../src/bitcoin/index.js';
import { sha256d, utf8 } from '../../../src/lib/index.js';
import {
  type BlockTemplate,
  COINBASE_CLASSES,
  coinbaseClassOf,
  coinbaseLength,
  type Job,
  MAX_SIGNATURE_BYTES,
  MAX_TAG_BYTES,
  makeJob,
  type Payout,
  poolShape,
  type RoundBinding,
  soloShape,
} from '../../../src/mining/index.js';
import { NO_SIGNATURE } from '../../../src/stratum/session/signature.js';
import { WorkBoard } from '../../../src/stratum/session/work-board.js';
import { notify } from '../../../src/stratum/v1/notify.js';

/** Output scripts of every address type there is: 25, 23, 22, 34 and 34 bytes. */
const SCRIPTS: readonly (readonly [string, Uint8Array])[] = [
  ['p2pkh', Uint8Array.of(0x76, 0xa9, 0x14, ...new Uint8Array(20), 0x88, 0xac)],
  ['p2sh', Uint8Array.of(0xa9, 0x14, ...new Uint8Array(20), 0x87)],
  ['p2wpkh', Uint8Array.of(0x00, 0x14, ...new Uint8Array(20))],
  ['p2wsh', Uint8Array.of(0x00, 0x20, ...new Uint8Array(32))],
  ['p2tr', Uint8Array.of(0x51, 0x20, ...new Uint8Array(32))],
];
const K2: Payout = { type: 'k2', key: new Uint8Array(32) };
const TAG = 'T'.repeat(MAX_TAG_BYTES);
const SIGNATURES = Array.from({ length: MAX_SIGNATURE_BYTES + 1 }, (_, length) => utf8('s'.repeat(length)));

/**
 * The least transaction is 60 bytes without witness, 240 weight; 4,000,000 / 240 < 2¹⁵, so no block has a longer
 * branch than 15.
 */
const DEEPEST = 15;
/** BIP34 heights take five bytes from 2²³ on, in the year 2168. */
const HIGHEST = 2 ** 31 - 1;

const TEMPLATE: BlockTemplate = {
  id: '0'.repeat(16),
  height: HIGHEST,
  prevHash: sha256d(utf8('tip')),
  version: 0x20000000,
  bits: 0x17034219,
  branch: Array.from({ length: DEEPEST }, (_, i) => sha256d(Uint8Array.of(i))),
  minTime: 1_767_225_600,
  curTime: 1_767_225_600,
  coinbaseValueSats: 21_000_000n * 100_000_000n,
  witnessCommitment: Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed, ...new Uint8Array(32)),
  transactionCount: 16_000,
  feesSats: 0n,
};

function bindingOf(reserveScript: Uint8Array): RoundBinding {
  const key = new Uint8Array(32);
  return { taskId: key, nodeKey: key, round: 2n ** 64n - 1n, seed: key, reserveScript };
}

function notifyLine(job: Job, shape: ReturnType<typeof poolShape>): string {
  const work = new WorkBoard(1, '').set(
    {
      job: 0xffff_ffff,
      template: TEMPLATE,
      txids: new Uint8Array(0),
      shape,
      binding: bindingOf(new Uint8Array(0)),
    },
    0,
  );
  const issued = {
    id: 'f'.repeat(16),
    work,
    job,
    signature: NO_SIGNATURE,
    extranonce1: new Uint8Array(4),
    difficulty: 1,
    time: TEMPLATE.curTime,
    sentMs: 0,
    isShared: false,
  };
  return notify({ issued, clean: false, announce: null, mask: null });
}

/**
 * What ArduinoJson 6 needs of its document on a 32-bit processor: 16 bytes for every element and member, and each
 * text with a NUL (its assistant's JSON_ARRAY_SIZE, JSON_OBJECT_SIZE and JSON_STRING_SIZE), keys included.
 */
function documentBytes(value: unknown): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 0;
  const isArray = Array.isArray(value);
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + 16 + (isArray ? 0 : key.length + 1) + documentBytes(inner),
    0,
  );
}

describe.each(COINBASE_CLASSES)(
  'a miner of the class $name',
  ({ coinbaseBytes, documentBytes: document }) => {
    it.each(networks)(
      'takes every coinbase and every notify on $name, whatever it pays and says',
      (network) => {
        let longest = 0;
        for (const [, script] of SCRIPTS) {
          const payout: Payout = { type: 'bitcoin', script };
          const works = [
            { shape: poolShape(TEMPLATE, TAG, script), binding: bindingOf(script), payouts: [payout, K2] },
            { shape: soloShape(TEMPLATE, TAG), binding: bindingOf(new Uint8Array(0)), payouts: [payout] },
          ];
          for (const { shape, binding, payouts } of works) {
            for (const paid of payouts) {
              for (const signature of SIGNATURES) {
                const job = makeJob(
                  { template: TEMPLATE, shape, binding, signature, payout: paid, bits: 0x1b00ffff },
                  network,
                );
                longest = Math.max(longest, coinbaseLength(job));
                expect(coinbaseLength(job)).toBeLessThanOrEqual(coinbaseBytes);
                const line = notifyLine(job, shape);
                if (document !== null) expect(documentBytes(JSON.parse(line))).toBeLessThanOrEqual(document);
                // Two digits a byte, the extranonce's 12 bytes left out, and 1,300 for all the rest: see below.
                expect(line.length).toBeLessThanOrEqual(2 * (coinbaseBytes - 12) + REST);
              }
            }
          }
        }
        // Input 42 + script 5 + 21 + 21 + 13 + sequence 4 + count 1 + 43 + 47 + 47 of outputs + lock time 4.
        expect(longest).toBe(248);
      },
    );
  },
);

/** 15 × 67 of branch, 64 of hash, 16 of job id, 3 × 8, and what stands between: 147. */
const REST = 15 * 67 + 64 + 16 + 24 + 147;

describe('the class of a miner', () => {
  it.each([
    ['NerdMinerV2/1.8.3', 'esp32'],
    ['HAN_SOLOminer/1.0', 'esp32'],
    ['NiceHash/1.0.0', 'nicehash'],
    ['Antminer S19/Tue', 'others'],
    ['bitaxe/BM1370/v2.9', 'others'],
    ['proxy for NiceHash/1.0', 'others'],
    ['', 'others'],
  ])('%j is %s', (userAgent, name) => {
    expect(coinbaseClassOf(userAgent).name).toBe(name);
  });
});

describe('the bound of a NiceHash order', () => {
  it('is 500 bytes, as its pool verification has it', () => {
    expect(coinbaseClassOf('NiceHash/1.0.0').coinbaseBytes).toBe(500);
  });
});
