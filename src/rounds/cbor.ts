/**
 * DAG-CBOR (ipld.io/specs/codecs/dag-cbor), as much of it as packages use: unsigned integers, byte strings, arrays,
 * maps with names of a-z, links, null. Reading takes canonical bytes only: shortest heads, definite lengths,
 * map keys ascending by length and then by bytes, nothing left over. So a value has one encoding and one CID.
 *
 * Our own, because the rooms that audit run in a browser and in Node 18 without Node's modules: `@ipld/car` imports
 * `fs` unless it is bundled for a browser, and `@ipld/dag-cbor` accepts map keys in any order. A test reads every
 * package with both.
 */
import { ByteWriter, fromUtf8, utf8 } from '../lib/index.js';
import { CID_BYTES, Cid } from './cid.js';
import { PackageError } from './package-error.js';

export type CborValue = bigint | Uint8Array | Cid | null | readonly CborValue[] | CborMap;
export interface CborMap {
  readonly [name: string]: CborValue;
}

const UINT = 0;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const NULL = 0xf6;
const LINK_TAG = 42n;
const MAX_DEPTH = 4;
const MAX_NAME = 16;

function head(writer: ByteWriter, major: number, value: bigint): ByteWriter {
  const type = major << 5;
  if (value < 24n) return writer.u8(type | Number(value));
  const size = value <= 0xffn ? 0 : value <= 0xffffn ? 1 : value <= 0xffff_ffffn ? 2 : 3;
  writer.u8(type | (24 + size));
  for (let shift = 8n * BigInt((1 << size) - 1); shift >= 0n; shift -= 8n) {
    writer.u8(Number((value >> shift) & 0xffn));
  }
  return writer;
}

function namesOf(map: CborMap): string[] {
  return Object.keys(map).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

function write(writer: ByteWriter, value: CborValue): ByteWriter {
  if (value === null) return writer.u8(NULL);
  if (typeof value === 'bigint') return head(writer, UINT, value);
  if (isBytes(value)) return head(writer, BYTES, BigInt(value.length)).bytes(value);
  if (value instanceof Cid) {
    return head(head(writer, TAG, LINK_TAG), BYTES, BigInt(CID_BYTES + 1))
      .u8(0)
      .bytes(value.bytes);
  }
  if (isArray(value)) {
    head(writer, ARRAY, BigInt(value.length));
    for (const item of value) write(writer, item);
    return writer;
  }
  const names = namesOf(value);
  head(writer, MAP, BigInt(names.length));
  for (const name of names) write(head(writer, TEXT, BigInt(name.length)).bytes(utf8(name)), value[name]!);
  return writer;
}

/** Also for bytes of another realm, as Node's own are in a sandbox. */
export function isBytes(value: CborValue): value is Uint8Array {
  return ArrayBuffer.isView(value);
}

export function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value);
}

/** Integers from 0 to 2⁶⁴−1. */
export function encodeCbor(value: CborValue): Uint8Array {
  return write(new ByteWriter(), value).finish();
}

/** Throws `PackageError` for anything that `encodeCbor` would not have written. */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new CborReader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length)
    throw new PackageError('CBOR_TRAILING', 'bytes are left over behind a value');
  return value;
}

class CborReader {
  at = 0;

  constructor(private readonly from: Uint8Array) {}

  private take(length: number): Uint8Array {
    if (length > this.from.length - this.at) {
      throw new PackageError('CBOR_TRUNCATED', 'a value goes on behind the end of its block');
    }
    this.at += length;
    return this.from.subarray(this.at - length, this.at);
  }

  private head(): [major: number, value: bigint] {
    const first = this.take(1)[0]!;
    const low = first & 31;
    if (low < 24) return [first >> 5, BigInt(low)];
    if (low > 27) throw new PackageError('CBOR_NOT_CANONICAL', 'an indefinite or reserved length');
    let value = 0n;
    for (const byte of this.take(1 << (low - 24))) value = (value << 8n) | BigInt(byte);
    const least = low === 24 ? 24n : 1n << (8n * BigInt(1 << (low - 25)));
    if (value < least) throw new PackageError('CBOR_NOT_CANONICAL', 'a number is longer than it need be');
    return [first >> 5, value];
  }

  /** An item takes a byte or more: a length beyond the bytes left is a lie, whatever follows. */
  private length(value: bigint): number {
    if (value > BigInt(this.from.length - this.at)) {
      throw new PackageError('CBOR_TRUNCATED', 'a length is larger than its block');
    }
    return Number(value);
  }

  value(depth: number): CborValue {
    if (depth > MAX_DEPTH) throw new PackageError('CBOR_DEPTH', `values nest deeper than ${MAX_DEPTH}`);
    if (this.from[this.at] === NULL) {
      this.at++;
      return null;
    }
    const [major, value] = this.head();
    if (major === UINT) return value;
    if (major === BYTES) return new Uint8Array(this.take(this.length(value)));
    if (major === ARRAY) return Array.from({ length: this.length(value) }, () => this.value(depth + 1));
    if (major === MAP) return this.map(this.length(value), depth);
    if (major === TAG && value === LINK_TAG) return this.link();
    throw new PackageError('CBOR_UNSUPPORTED', `a value of major type ${major} has no place in a package`);
  }

  private map(entries: number, depth: number): CborMap {
    const map: Record<string, CborValue> = {};
    let last = '';
    for (let left = entries; left > 0; left--) {
      const name = this.name();
      const follows = name.length > last.length || (name.length === last.length && name > last);
      if (!follows) throw new PackageError('CBOR_NOT_CANONICAL', 'map keys do not ascend');
      last = name;
      map[name] = this.value(depth + 1);
    }
    return map;
  }

  private name(): string {
    const [major, length] = this.head();
    if (major !== TEXT || length > MAX_NAME)
      throw new PackageError('CBOR_UNSUPPORTED', 'a map key is no short text');
    const name = fromUtf8(this.take(Number(length)));
    if (/^[a-z]+$/.test(name)) return name;
    throw new PackageError('CBOR_UNSUPPORTED', 'a map key has other characters than a-z');
  }

  private link(): Cid {
    const [major, length] = this.head();
    if (major !== BYTES || length !== BigInt(CID_BYTES + 1) || this.take(1)[0] !== 0) {
      throw new PackageError('CID_FORM', 'a link is not a CID of 36 bytes behind a zero');
    }
    return Cid.decode(this.take(CID_BYTES));
  }
}
