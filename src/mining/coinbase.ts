/**
 * The coinbase, as a shape with holes. One shape serves every miner of a template; filling the holes gives the two
 * halves between which a miner's 12 extranonce bytes go. The form, without witness:
 *
 *     version 2 · one input, null outpoint · script: height (BIP34) · pool tag · [signature] · push of 12 extranonce
 *     outputs, pool:  reserve, whole value · witness commitment, 0 · OP_RETURN "ORC1" ‖ share commitment, 0
 *     outputs, solo:  miner's script, whole value · witness commitment, 0
 *
 * A sequence other than 0xffffffff with lock time height − 1 is the form BIP54 asks of coinbases; every node accepts it
 * today. Which one it is means nothing to any rule, so it tells works of one template apart: without it a miner that
 * begins anew at each notify would hash the same headers again.
 */

import { push, pushHeight } from '../bitcoin/index.js';
import { ByteReader, ByteWriter, CodedError, concatBytes, utf8 } from '../lib/index.js';
import type { BlockTemplate } from './template.js';

export const EXTRANONCE_BYTES = 12;
export const MAX_TAG_BYTES = 20;

/** "ORC1", which opens the pool's OP_RETURN push; the whole output script is 6a 24 "ORC1" ‖ commitment. */
export const COMMITMENT_MAGIC: Uint8Array = utf8('ORC1');

export class CoinbaseError extends CodedError<'COINBASE_TAG_TOO_LONG' | 'SHAPE_KIND'> {}

export interface CoinbaseShape {
  /** What the one hole behind the extranonce takes: the share commitment, or the miner's output script. */
  readonly kind: 'pool' | 'solo';
  /** The script before the signature: height and tag. */
  readonly scriptHead: Uint8Array;
  /** Between extranonce and hole. */
  readonly middle: Uint8Array;
  /** Behind the hole. */
  readonly tail: Uint8Array;
}

/** The two halves of a coinbase without witness: `prefix` ‖ 12 extranonce bytes ‖ `suffix`. Not to be written to. */
export interface CoinbaseHalves {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

const VERSION_AND_OUTPOINT: Uint8Array = new ByteWriter()
  .u32(2)
  .varint(1)
  .bytes(new Uint8Array(32))
  .u32(0xffff_ffff)
  .finish();
const HIGHEST_SEQUENCE = 0xffff_fffe;
const SEQUENCES = 2 ** 31;

/** Of every coinbase script: the height (BIP34) and the pool's tag. Throws `CoinbaseError`. */
export function scriptHead(blockHeight: number, tag: string): Uint8Array {
  const tagBytes = utf8(tag);
  if (tagBytes.length > MAX_TAG_BYTES) {
    throw new CoinbaseError(
      'COINBASE_TAG_TOO_LONG',
      `the pool tag has at most ${MAX_TAG_BYTES} bytes: "${tag}"`,
    );
  }
  const height = pushHeight(blockHeight);
  return tagBytes.length === 0 ? height : concatBytes(height, push(tagBytes));
}

function sequenceOf(work: number): number {
  return HIGHEST_SEQUENCE - (work % SEQUENCES);
}

function witnessOutput(writer: ByteWriter, template: BlockTemplate): ByteWriter {
  if (template.witnessCommitment !== null) writer.u64(0n).varbytes(template.witnessCommitment);
  return writer;
}

/** The whole value to `reserveScript`, and the hole for a share commitment. `work`: its number, for the sequence. */
export function poolShape(
  template: BlockTemplate,
  tag: string,
  reserveScript: Uint8Array,
  work = 0,
): CoinbaseShape {
  const middle = new ByteWriter()
    .u32(sequenceOf(work))
    .varint(template.witnessCommitment === null ? 2 : 3)
    .u64(template.coinbaseValueSats)
    .varbytes(reserveScript);
  witnessOutput(middle, template)
    .u64(0n)
    .bytes(Uint8Array.of(0x26, 0x6a, 0x24))
    .bytes(COMMITMENT_MAGIC);
  return {
    kind: 'pool',
    scriptHead: scriptHead(template.height, tag),
    middle: middle.finish(),
    tail: new ByteWriter().u32(template.height - 1).finish(),
  };
}

/** The whole value to the miner, whose script is the hole. No commitment: solo work is never claimed. `work`: as above. */
export function soloShape(template: BlockTemplate, tag: string, work = 0): CoinbaseShape {
  return {
    kind: 'solo',
    scriptHead: scriptHead(template.height, tag),
    middle: new ByteWriter()
      .u32(sequenceOf(work))
      .varint(template.witnessCommitment === null ? 1 : 2)
      .u64(template.coinbaseValueSats)
      .finish(),
    tail: witnessOutput(new ByteWriter(), template)
      .u32(template.height - 1)
      .finish(),
  };
}

/**
 * `filling`: the 32-byte commitment for a pool shape, the miner's output script for a solo one.
 * `signature`: at most 20 bytes of the miner's own in the coinbase script; empty for none.
 */
export function fillShape(shape: CoinbaseShape, signature: Uint8Array, filling: Uint8Array): CoinbaseHalves {
  const hole = shape.kind === 'pool' ? filling : new ByteWriter().varbytes(filling).finish();
  return { prefix: prefixOf(shape, signature), suffix: concatBytes(shape.middle, hole, shape.tail) };
}

/** Of coinbases without a signature, which most are. */
const plainPrefixes = new WeakMap<CoinbaseShape, Uint8Array>();

function prefixOf(shape: CoinbaseShape, signature: Uint8Array): Uint8Array {
  if (signature.length > 0) return newPrefix(shape, push(signature));
  let prefix = plainPrefixes.get(shape);
  if (prefix === undefined) {
    prefix = newPrefix(shape, signature);
    plainPrefixes.set(shape, prefix);
  }
  return prefix;
}

function newPrefix({ scriptHead }: CoinbaseShape, signaturePush: Uint8Array): Uint8Array {
  const scriptLength = scriptHead.length + signaturePush.length + 1 + EXTRANONCE_BYTES;
  return concatBytes(
    VERSION_AND_OUTPOINT,
    Uint8Array.of(scriptLength),
    scriptHead,
    signaturePush,
    Uint8Array.of(EXTRANONCE_BYTES),
  );
}

/**
 * The signature in the script of a coinbase that was made of `shape`, without witness; empty for none. Null when the
 * script is not of the form; the bytes outside the signature's place are not looked at.
 */
export function readSignature({ scriptHead }: CoinbaseShape, coinbase: Uint8Array): Uint8Array | null {
  const at = VERSION_AND_OUTPOINT.length;
  const start = at + 1 + scriptHead.length;
  const length = (coinbase[at] ?? 0) - scriptHead.length - 1 - EXTRANONCE_BYTES;
  if (length === 0) return new Uint8Array(0);
  const isPush = length > 1 && coinbase[start] === length - 1 && coinbase.length >= start + length;
  return isPush ? coinbase.slice(start + 1, start + length) : null;
}

/** kind u8 (0 pool, 1 solo) ‖ scriptHead ‖ middle ‖ tail, each with its varint length. */
export function encodeShape(shape: CoinbaseShape): Uint8Array {
  return new ByteWriter()
    .u8(shape.kind === 'pool' ? 0 : 1)
    .varbytes(shape.scriptHead)
    .varbytes(shape.middle)
    .varbytes(shape.tail)
    .finish();
}

export function decodeShape(encoded: Uint8Array): CoinbaseShape {
  const reader = new ByteReader(encoded);
  const kind = reader.u8();
  if (kind > 1) throw new CoinbaseError('SHAPE_KIND', `coinbase shape kind ${kind} is unknown`);
  const shape: CoinbaseShape = {
    kind: kind === 0 ? 'pool' : 'solo',
    scriptHead: reader.varbytes(),
    middle: reader.varbytes(),
    tail: reader.varbytes(),
  };
  reader.end();
  return shape;
}
