import { describe, expect, it } from '@jest/globals';
import { decodeTransaction, network, pushHeight, type Transaction } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toHex, utf8 } from '../../../src/lib/index.js';
import {
  assembleBlock,
  type BlockTemplate,
  type CoinbaseHalves,
  type CoinbaseShape,
  decodeShape,
  digestTemplate,
  encodeShape,
  fillShape,
  MAX_SIGNATURE_BYTES,
  MAX_TAG_BYTES,
  makeJob,
  poolShape,
  type RawTemplate,
  type RoundBinding,
  readSignature,
  soloShape,
} from '../../../src/mining/index.js';
import { readVectors } from '../../read-vectors.js';

const { template: raw } = readVectors<{ readonly template: RawTemplate }>('template');
const { template, transactions } = digestTemplate(raw);
const withoutWitness: BlockTemplate = { ...template, witnessCommitment: null };

const RESERVE = fromHex(`5120${'ab'.repeat(32)}`);
const MINER = fromHex(`0014${'cd'.repeat(20)}`);
const COMMITMENT = new Uint8Array(32).fill(0xee);
const EXTRANONCE = fromHex('00112233445566778899aabb');
const NO_SIGNATURE = new Uint8Array(0);

function coinbaseBytes({ prefix, suffix }: CoinbaseHalves): Uint8Array {
  return Uint8Array.from([...prefix, ...EXTRANONCE, ...suffix]);
}

function outputs(transaction: Transaction): [bigint, string][] {
  return transaction.outputs.map(({ valueSats, script }) => [valueSats, toHex(script)]);
}

describe('the pool coinbase', () => {
  it('has exactly the reserve, the witness commitment and one ORC1', () => {
    const shape = poolShape(template, '/orcapool/', RESERVE);
    const coinbase = decodeTransaction(coinbaseBytes(fillShape(shape, NO_SIGNATURE, COMMITMENT)));
    expect(outputs(coinbase)).toEqual([
      [5_000_006_000n, toHex(RESERVE)],
      [0n, raw.default_witness_commitment],
      [0n, `6a244f524331${'ee'.repeat(32)}`],
    ]);
    expect(coinbase.version).toBe(2);
    expect(coinbase.lockTime).toBe(103);
    expect(coinbase.inputs).toHaveLength(1);
    const input = coinbase.inputs[0]!;
    expect([toHex(input.prevHash), input.prevIndex, input.sequence]).toEqual([
      '00'.repeat(32),
      0xffffffff,
      0xfffffffe,
    ]);
    // 104 = 0x68; ten bytes of tag; twelve of extranonce.
    expect(toHex(input.script)).toBe(`0168${'0a'}${toHex(utf8('/orcapool/'))}${'0c'}${toHex(EXTRANONCE)}`);
  });

  it('has no witness commitment where the template has none', () => {
    const shape = poolShape(withoutWitness, '', RESERVE);
    const coinbase = decodeTransaction(coinbaseBytes(fillShape(shape, NO_SIGNATURE, COMMITMENT)));
    expect(outputs(coinbase)).toEqual([
      [5_000_006_000n, toHex(RESERVE)],
      [0n, `6a244f524331${'ee'.repeat(32)}`],
    ]);
  });

  it("carries the miner's signature behind the tag", () => {
    const shape = poolShape(template, 'tag', RESERVE);
    const coinbase = decodeTransaction(coinbaseBytes(fillShape(shape, utf8('hello'), COMMITMENT)));
    expect(toHex(coinbase.inputs[0]!.script)).toBe(
      `0168${'03746167'}${'0568656c6c6f'}${'0c'}${toHex(EXTRANONCE)}`,
    );
  });

  it('gives back the signature it was made with, and none for a script of another form', () => {
    const shape = poolShape(template, 'tag', RESERVE);
    for (const signature of ['', 'a', 'hello', 'twenty bytes exactly']) {
      const coinbase = coinbaseBytes(fillShape(shape, utf8(signature), COMMITMENT));
      expect(readSignature(shape, coinbase)).toEqual(utf8(signature));
    }
    const coinbase = coinbaseBytes(fillShape(shape, utf8('hello'), COMMITMENT));
    // Version, count and outpoint are 41 bytes, the script's length one, height and tag six: there stands the 05.
    for (const [at, byte] of [
      [48, 0x04],
      [48, 0x06],
      [41, 0x18],
      [41, 0x1a],
      [41, 0x00],
    ] as const) {
      const wrong = Uint8Array.from(coinbase);
      wrong[at] = byte;
      expect(readSignature(shape, wrong)).toBeNull();
    }
    expect(readSignature(shape, coinbase.subarray(0, 50))).toBeNull();
    expect(readSignature(shape, new Uint8Array(0))).toBeNull();
  });

  it('refuses a tag of more than 20 bytes, counted as UTF-8', () => {
    expect(() => poolShape(template, 'x'.repeat(21), RESERVE)).toThrow(
      expect.objectContaining({ code: 'COINBASE_TAG_TOO_LONG' }),
    );
    expect(() => soloShape(template, 'é'.repeat(11))).toThrow(
      expect.objectContaining({ code: 'COINBASE_TAG_TOO_LONG' }),
    );
  });
});

describe('the solo coinbase', () => {
  it.each([
    ['p2wpkh', toHex(MINER)],
    ['p2tr', `5120${'12'.repeat(32)}`],
    ['p2pkh', `76a914${'34'.repeat(20)}88ac`],
  ])('pays a %s miner everything and carries no ORC1', (_type, script) => {
    const shape = soloShape(template, '/orcapool/');
    const coinbase = decodeTransaction(coinbaseBytes(fillShape(shape, NO_SIGNATURE, fromHex(script))));
    expect(outputs(coinbase)).toEqual([
      [5_000_006_000n, script],
      [0n, raw.default_witness_commitment],
    ]);
    expect(coinbase.lockTime).toBe(103);
  });
});

describe('every coinbase', () => {
  const heights = [1, 16, 17, 127, 128, 32_767, 32_768, 950_000, 8_388_608, 2_147_483_647];
  const tags = ['', 'x'.repeat(MAX_TAG_BYTES)];
  const signatures = [NO_SIGNATURE, new Uint8Array(MAX_SIGNATURE_BYTES).fill(0x41)];
  const shapes: readonly (readonly [string, (t: BlockTemplate, tag: string) => CoinbaseShape, Uint8Array])[] =
    [
      ['pool', (t, tag) => poolShape(t, tag, RESERVE), COMMITMENT],
      ['solo', (t, tag) => soloShape(t, tag), MINER],
    ];

  it.each(shapes)(
    'of a %s keeps 2 to 100 script bytes, begins with its height and is never 64 bytes',
    (_, shapeOf, hole) => {
      for (const height of heights) {
        for (const base of [template, withoutWitness]) {
          for (const tag of tags) {
            for (const signature of signatures) {
              const halves = fillShape(shapeOf({ ...base, height }, tag), signature, hole);
              const bytes = coinbaseBytes(halves);
              const coinbase = decodeTransaction(bytes);
              const { script } = coinbase.inputs[0]!;
              expect(script.length).toBeGreaterThanOrEqual(2);
              expect(script.length).toBeLessThanOrEqual(100);
              expect(toHex(script).startsWith(toHex(pushHeight(height)))).toBe(true);
              expect(toHex(script.subarray(-12))).toBe(toHex(EXTRANONCE));
              expect(bytes.length).not.toBe(64);
              // Below NiceHash's 500 bytes with room to spare.
              expect(bytes.length).toBeLessThan(300);
            }
          }
        }
      }
    },
  );

  it.each(shapes)('of a %s comes back from its row, and more or fewer bytes are refused', (kind, shapeOf) => {
    const shape = shapeOf(template, '/orcapool/');
    const encoded = encodeShape(shape);
    expect(encoded[0]).toBe(kind === 'pool' ? 0 : 1);
    expect(decodeShape(encoded)).toEqual(shape);
    expect(() => decodeShape(Uint8Array.from([...encoded, 0]))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRAILING' }),
    );
    expect(() => decodeShape(encoded.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRUNCATED' }),
    );
    encoded[0] = 2;
    expect(() => decodeShape(encoded)).toThrow(expect.objectContaining({ code: 'SHAPE_KIND' }));
  });
});

describe('makeJob', () => {
  const binding: RoundBinding = {
    taskId: new Uint8Array(32).fill(1),
    nodeKey: new Uint8Array(32).fill(2),
    round: 3n,
    seed: new Uint8Array(32).fill(4),
    reserveScript: RESERVE,
  };
  const parts = { template, signature: NO_SIGNATURE, binding, bits: 0x1d00ffff };

  it('judges at the committed bits, and on regtest takes a harder target for blocks', () => {
    const payout = { type: 'bitcoin', script: MINER } as const;
    const job = makeJob({ ...parts, shape: poolShape(template, '', RESERVE), payout }, network('regtest'));
    // 0xffff·2²⁰⁸ and 0x03ffff·2²¹⁶, little-endian.
    expect(toHex(job.target)).toBe(`${'00'.repeat(26)}ffff${'00'.repeat(4)}`);
    expect(toHex(job.blockTarget)).toBe(`${'00'.repeat(27)}ffff03${'00'.repeat(2)}`);
    const mainnet = makeJob(
      { ...parts, shape: poolShape(template, '', RESERVE), payout },
      network('mainnet'),
    );
    expect(toHex(mainnet.blockTarget)).toBe(`${'00'.repeat(29)}ffff7f`);
  });

  it('refuses to mine solo for a K2 key, and pays a Bitcoin script', () => {
    const shape = soloShape(template, '');
    expect(() =>
      makeJob({ ...parts, shape, payout: { type: 'k2', key: RESERVE } }, network('regtest')),
    ).toThrow(expect.objectContaining({ code: 'SOLO_NEEDS_BITCOIN_PAYOUT' }));
    const job = makeJob({ ...parts, shape, payout: { type: 'bitcoin', script: MINER } }, network('regtest'));
    expect(outputs(decodeTransaction(coinbaseBytes(job)))[0]).toEqual([5_000_006_000n, toHex(MINER)]);
  });

  it('refuses bits that are not canonical', () => {
    const payout = { type: 'bitcoin', script: MINER } as const;
    expect(() =>
      makeJob(
        { ...parts, bits: 0x1e00ffff - 0xff00, shape: soloShape(template, ''), payout },
        network('regtest'),
      ),
    ).toThrow(expect.objectContaining({ code: 'BITS_NOT_CANONICAL' }));
  });
});

describe('assembleBlock', () => {
  const header = new Uint8Array(80).fill(0x77);
  const coinbase = coinbaseBytes(fillShape(poolShape(template, '', RESERVE), NO_SIGNATURE, COMMITMENT));

  it('is header, count, coinbase with its 32 zero bytes of witness, and the transactions as they came', () => {
    const block = assembleBlock(header, coinbase, transactions);
    const rest = transactions.map(toHex).join('');
    expect(toHex(block.subarray(0, 81))).toBe(`${'77'.repeat(80)}04`);
    expect(toHex(block).endsWith(rest)).toBe(true);
    const placed = block.subarray(81, block.length - rest.length / 2);
    const decoded = decodeTransaction(placed);
    expect(decoded.inputs[0]!.witness.map(toHex)).toEqual(['00'.repeat(32)]);
    // The same transaction underneath: its id is the hash the branch was folded with.
    expect(toHex(sha256d(coinbase))).toBe(
      toHex(
        sha256d(
          Uint8Array.from([...placed.subarray(0, 4), ...placed.subarray(6, -38), ...placed.subarray(-4)]),
        ),
      ),
    );
  });

  it('leaves the coinbase as it is without a witness commitment', () => {
    const shape = poolShape({ ...template, witnessCommitment: null }, '', RESERVE);
    const plain = coinbaseBytes(fillShape(shape, NO_SIGNATURE, COMMITMENT));
    const block = assembleBlock(header, plain, []);
    expect(toHex(block)).toBe(`${'77'.repeat(80)}01${toHex(plain)}`);
  });
});
