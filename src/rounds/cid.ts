/**
 * Content identifiers, the one kind that packages use: CIDv1, codec raw (0x55) or dag-cbor (0x71), SHA-256
 * (github.com/multiformats/cid). 36 bytes: 01 ‖ codec ‖ 12 20 ‖ digest. As text: "b" and 58 characters of base32.
 */
import { concatBytes, sha256, toHex } from '../lib/index.js';
import { PackageError } from './package-error.js';

export type Codec = 'raw' | 'dag-cbor';

export const CID_BYTES = 36;

const CODEC_NUMBERS: Readonly<Record<Codec, number>> = { raw: 0x55, 'dag-cbor': 0x71 };
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const TEXT = /^b[a-z2-7]{58}$/;

export class Cid {
  constructor(
    readonly codec: Codec,
    readonly digest: Uint8Array,
  ) {}

  static of(codec: Codec, block: Uint8Array): Cid {
    return new Cid(codec, sha256(block));
  }

  /** Throws `PackageError` unless these are exactly 36 bytes of the one kind. */
  static decode(bytes: Uint8Array): Cid {
    const codec = bytes[1] === CODEC_NUMBERS.raw ? 'raw' : 'dag-cbor';
    const isOurs =
      bytes.length === CID_BYTES &&
      bytes[0] === 1 &&
      bytes[1] === CODEC_NUMBERS[codec] &&
      bytes[2] === 0x12 &&
      bytes[3] === 0x20;
    if (isOurs) return new Cid(codec, bytes.slice(4));
    throw new PackageError(
      'CID_FORM',
      `not a CIDv1, raw or dag-cbor, of SHA-256: ${toHex(bytes.slice(0, 40))}`,
    );
  }

  /** Throws `PackageError` for any text but the one `toString` gives. */
  static parse(text: string): Cid {
    if (!TEXT.test(text)) throw new PackageError('CID_FORM', `not a CID in base32: "${text.slice(0, 80)}"`);
    const bytes = fromBase32(text.slice(1));
    const cid = Cid.decode(bytes);
    if (cid.toString() === text) return cid;
    throw new PackageError('CID_FORM', `the last character of a CID has bits that mean nothing: "${text}"`);
  }

  get bytes(): Uint8Array {
    return concatBytes(Uint8Array.of(1, CODEC_NUMBERS[this.codec], 0x12, 0x20), this.digest);
  }

  toString(): string {
    return `b${toBase32(this.bytes)}`;
  }
}

/** RFC 4648, lower case, no padding. */
function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31];
}

function fromBase32(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    held = ((held << 5) | ALPHABET.indexOf(character)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}
