/** Takes archives apart and puts changed ones together, hashes mended: how a liar would, and how `encodeCar` would not. */
import { sha256 } from '../../../src/lib/index.js';
import { CarReader } from '../../../src/rounds/car.js';

export interface LooseBlock {
  /** 36 bytes. */
  readonly cid: Uint8Array;
  readonly bytes: Uint8Array;
}

export function blocksOf(archive: Uint8Array): LooseBlock[] {
  return new CarReader().push(archive).map(({ cid, bytes }) => ({ cid: cid.bytes, bytes }));
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}

/** As they are, whether or not their hashes are right. */
export function sealed(blocks: readonly LooseBlock[]): Uint8Array {
  const parts = [
    Buffer.from('3aa265726f6f747381d82a582500', 'hex'),
    blocks[0]!.cid,
    Buffer.from('\x67version\x01', 'latin1'),
    ...blocks.flatMap(({ cid, bytes }) => [Uint8Array.from(leb128(36 + bytes.length)), cid, bytes]),
  ];
  return Uint8Array.from(Buffer.concat(parts));
}

function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) copy.set(to, at);
  return Uint8Array.from(copy);
}

/** One block exchanged, and every link to it and to what that changes mended. */
export function withBlock(blocks: readonly LooseBlock[], index: number, bytes: Uint8Array): LooseBlock[] {
  const mended = blocks.map((block, i) => (i === index ? { ...block, bytes } : block));
  for (let i = mended.length - 1; i >= 0; i--) {
    const { cid, bytes: own } = mended[i]!;
    const digest = sha256(own);
    if (Buffer.compare(digest, cid.subarray(4)) === 0) continue;
    const renewed = Uint8Array.from([...cid.subarray(0, 4), ...digest]);
    for (let j = 0; j < i; j++)
      mended[j] = { ...mended[j]!, bytes: replaced(mended[j]!.bytes, cid, renewed) };
    mended[i] = { cid: renewed, bytes: own };
  }
  return mended;
}

/** Each byte xor each mask. `inBlocks`: of the blocks, hashes mended; else of the archive as it is. */
export function* mutants(
  archive: Uint8Array,
  masks: readonly number[],
  inBlocks: boolean,
): Generator<Uint8Array, void, void> {
  const blocks = inBlocks ? blocksOf(archive) : [{ cid: new Uint8Array(0), bytes: archive }];
  for (const [index, { bytes }] of blocks.entries()) {
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of masks) {
        const changed = bytes.slice();
        changed[at]! ^= mask;
        yield inBlocks ? sealed(withBlock(blocks, index, changed)) : changed;
      }
    }
  }
}
