/** The 80-byte block header (Bitcoin developer reference, "Block Headers"). Hashes are in internal order. */
import { ByteReader, ByteWriter, CodedError, sha256d } from '../lib/index.js';

export const HEADER_BYTES = 80;
/** BIP320: those of a header's version that are free for mining. */
export const MINING_VERSION_BITS = 0x1fffe000;

export class HeaderError extends CodedError<'HEADER_LENGTH'> {}

export interface BlockHeader {
  /** Unsigned 32 bits, though consensus reads it signed. */
  readonly version: number;
  readonly prevHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** Seconds since the Unix epoch. */
  readonly time: number;
  readonly bits: number;
  readonly nonce: number;
}

export function encodeHeader(header: BlockHeader): Uint8Array {
  return new ByteWriter(HEADER_BYTES)
    .u32(header.version)
    .bytes(header.prevHash)
    .bytes(header.merkleRoot)
    .u32(header.time)
    .u32(header.bits)
    .u32(header.nonce)
    .finish();
}

export function decodeHeader(bytes: Uint8Array): BlockHeader {
  if (bytes.length !== HEADER_BYTES) {
    throw new HeaderError('HEADER_LENGTH', `a block header has ${HEADER_BYTES} bytes, not ${bytes.length}`);
  }
  const reader = new ByteReader(bytes);
  return {
    version: reader.u32(),
    prevHash: reader.bytes(32),
    merkleRoot: reader.bytes(32),
    time: reader.u32(),
    bits: reader.u32(),
    nonce: reader.u32(),
  };
}

/** The block hash. */
export function headerHash(header: BlockHeader): Uint8Array {
  return sha256d(encodeHeader(header));
}
