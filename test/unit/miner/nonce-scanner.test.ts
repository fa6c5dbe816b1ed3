import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bigintToLe, fromHex, toDisplayHex } from '../../../src/lib/index.js';
import {
  buildHeader,
  compileLanes,
  meetsTarget,
  NonceScanner,
  parseNotify,
} from '../../../src/miner/index.js';
import { BLOCK_170, BLOCK_100000 } from './mainnet-blocks.js';

const module = compileLanes();

function sha256dByNode(header: Uint8Array): Buffer {
  return createHash('sha256').update(createHash('sha256').update(header).digest()).digest();
}

/** A header of the SHA-256 of a label, so that every test hashes something else. */
function headerOf(label: string): Uint8Array {
  const filling = createHash('sha512').update(label).digest();
  return Uint8Array.from({ length: 80 }, (_, i) => filling[i % 64]! ^ i);
}

function* finds(scanner: NonceScanner, from: number, to: number): Generator<number> {
  for (
    let nonce = scanner.next(from, to);
    nonce >= 0;
    nonce = nonce + 1 < to ? scanner.next(nonce + 1, to) : -1
  ) {
    yield nonce;
  }
}

describe('the nonce scanner', () => {
  it.each([
    ['170', BLOCK_170, 0xffffn << 208n],
    ['100000', BLOCK_100000, 0x04864cn << 192n],
  ])('finds the nonce of mainnet block %s, and only it, among 100,000', (_height, block, target) => {
    const notify = parseNotify(block.notify);
    const header = buildHeader(notify, fromHex(block.extranonce1), {
      extranonce2: fromHex(block.extranonce2),
      time: notify.time,
      version: notify.version,
      nonce: 0,
    });
    const scanner = new NonceScanner(module);
    scanner.load(header, bigintToLe(target, 32));
    const from = block.nonce - (block.nonce % 4) - 50_000;
    const hit = scanner.next(from, from + 100_000);
    expect(hit).toBe(block.nonce);
    expect(toDisplayHex(scanner.found.hash)).toBe(block.hash);
    expect(toDisplayHex(Uint8Array.from(sha256dByNode(scanner.found.header)))).toBe(block.hash);
    expect(scanner.next(hit + 1, from + 100_000)).toBe(-1);
    expect(scanner.hashes).toBe(100_000);
  });

  it.each([
    ['from zero', 0, 0xffffn << 240n],
    ['up to the last nonce', 2 ** 32 - 4096, 0xffffn << 232n],
    ['across the sign bit', 2 ** 31 - 2048, 0x7fffn << 237n],
  ])('finds exactly what node:crypto finds, %s', (label, from, target) => {
    const header = headerOf(label);
    const targetLe = bigintToLe(target, 32);
    const view = new DataView(header.buffer);
    const expected: number[] = [];
    for (let nonce = from; nonce < from + 4096; nonce++) {
      view.setUint32(76, nonce, true);
      if (BigInt(`0x${sha256dByNode(header).reverse().toString('hex')}`) <= target) expected.push(nonce);
    }
    const scanner = new NonceScanner(module);
    scanner.load(header, targetLe);
    const found = [...finds(scanner, from, from + 4096)];
    expect(found).toEqual(expected);
    // All four lanes took part.
    expect(new Set(found.map((nonce) => nonce % 4)).size).toBe(4);
  });

  it('compares the whole hash when its top 32 bits equal those of the target', () => {
    const header = headerOf('equal tops');
    const hash = sha256dByNode(header);
    const value = BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`);
    const nonce = new DataView(header.buffer).getUint32(76, true);
    const from = nonce - (nonce % 4);
    const scanner = new NonceScanner(module);
    scanner.load(header, bigintToLe(value, 32));
    expect([...finds(scanner, from, from + 4)]).toContain(nonce);
    scanner.load(header, bigintToLe(value - 1n, 32));
    expect([...finds(scanner, from, from + 4)]).not.toContain(nonce);
  });
});

it('a hash equal to the target meets it', () => {
  const hash = bigintToLe(77n << 200n, 32);
  expect(meetsTarget(hash, bigintToLe(77n << 200n, 32))).toBe(true);
  expect(meetsTarget(hash, bigintToLe((77n << 200n) - 1n, 32))).toBe(false);
});
