/**
 * CARv1 (ipld.io/specs/transport/car/carv1), the one form packages have: a header with one root, then sections of
 * varint length ‖ CID ‖ block. `CarReader` takes the bytes as they arrive and hands out blocks whose hash it has
 * checked, so that a hostile archive costs at most one block of memory and is refused at its first wrong byte.
 */
import { ByteWriter, equalBytes, sha256 } from '../lib/index.js';
import { encodeCbor } from './cbor.js';
import { CID_BYTES, Cid } from './cid.js';
import { PackageError } from './package-error.js';

export interface Block {
  readonly cid: Cid;
  readonly bytes: Uint8Array;
}

/** The largest block that is read or written. */
export const MAX_BLOCK_BYTES = 1 << 20;

/** LEB128. */
function writeVarint(writer: ByteWriter, value: number): ByteWriter {
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 128)) writer.u8((left & 0x7f) | 0x80);
  return writer.u8(left);
}

/** Depends on the root alone: {"roots": [root], "version": 1} and its length. */
function carHeader(root: Cid): Uint8Array {
  const header = encodeCbor({ roots: [root], version: 1n });
  return writeVarint(new ByteWriter(), header.length).bytes(header).finish();
}

/** `blocks` in order, the root first. */
export function encodeCar(blocks: readonly Block[]): Uint8Array {
  const writer = new ByteWriter(1 << 16).bytes(carHeader(blocks[0]!.cid));
  for (const { cid, bytes } of blocks) {
    writeVarint(writer, CID_BYTES + bytes.length)
      .bytes(cid.bytes)
      .bytes(bytes);
  }
  return writer.finish();
}

/** Of the header whose root is a CID of 36 bytes, its length's byte included. */
const HEADER_BYTES = 59;
/** Where in it the root's CID begins. */
const ROOT_AT = 14;
const MAX_SECTION_BYTES = CID_BYTES + MAX_BLOCK_BYTES;

/** Of an archive that was checked when it was made or read. */
export function rootOfCar(bytes: Uint8Array): Cid {
  return Cid.decode(bytes.slice(ROOT_AT, ROOT_AT + CID_BYTES));
}

export class CarReader {
  /** Its first `held` bytes have come and are of no block yet. */
  private buffer = new Uint8Array(0);
  private held = 0;
  /** Bytes to hold before it is worth looking again: a peer that sends byte by byte costs no copies. */
  private needed = HEADER_BYTES;
  private root: Cid | null = null;

  /** The blocks that these bytes complete, in order. Throws `PackageError`; the reader is of no use afterwards. */
  push(bytes: Uint8Array): Block[] {
    return [...this.read(bytes)];
  }

  /** The same, one by one: what lies behind a block is not looked at before the next one is asked for. */
  *read(bytes: Uint8Array): Generator<Block, void, void> {
    this.hold(bytes);
    if (this.held < this.needed) return;
    const all = this.buffer.subarray(0, this.held);
    let at = 0;
    try {
      if (this.root === null) at = this.readHeader(all);
      for (let section = this.sectionAt(all, at); section !== null; section = this.sectionAt(all, at)) {
        at = section.end;
        yield section.block;
      }
    } finally {
      this.buffer.copyWithin(0, at, this.held);
      this.held -= at;
    }
  }

  /** In one buffer, because bytes that came singly would each cost as much as a hundred. */
  private hold(bytes: Uint8Array): void {
    if (this.held + bytes.length > this.buffer.length) {
      const grown = new Uint8Array(Math.max(this.held + bytes.length, 2 * this.buffer.length));
      grown.set(this.buffer.subarray(0, this.held));
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.held);
    this.held += bytes.length;
  }

  /** Null before the header has arrived. */
  get rootCid(): Cid | null {
    return this.root;
  }

  /** Throws `PackageError` when the archive ended inside its header or a section. */
  end(): void {
    if (this.root !== null && this.held === 0) return;
    throw new PackageError('CAR_TRUNCATED', 'the archive ends inside a section');
  }

  private readHeader(all: Uint8Array): number {
    const header = all.subarray(0, HEADER_BYTES);
    const root = Cid.decode(header.subarray(ROOT_AT, ROOT_AT + CID_BYTES));
    if (!equalBytes(header, carHeader(root))) {
      throw new PackageError('CAR_HEADER', 'not the header of a CARv1 with one root');
    }
    this.root = root;
    return HEADER_BYTES;
  }

  private sectionAt(all: Uint8Array, at: number): { block: Block; end: number } | null {
    const head = readVarint(all, at);
    if (head === null) {
      this.needed = all.length - at + 1;
      return null;
    }
    const { value, end: start } = head;
    if (value < CID_BYTES || value > MAX_SECTION_BYTES) {
      throw new PackageError(
        'CAR_SECTION',
        `a section of ${value} bytes; a block has at most ${MAX_BLOCK_BYTES}`,
      );
    }
    const end = start + value;
    if (end > all.length) {
      this.needed = end - at;
      return null;
    }
    const cid = Cid.decode(all.subarray(start, start + CID_BYTES));
    const bytes = all.slice(start + CID_BYTES, end);
    if (!equalBytes(sha256(bytes), cid.digest)) {
      throw new PackageError('BLOCK_HASH', `a block does not hash to its CID ${cid}`);
    }
    return { block: { cid, bytes }, end };
  }
}

const MAX_VARINT_BYTES = 4;

/** Null where it is not all there yet. */
function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    value |= (byte & 0x7f) << (7 * i);
    if (byte >= 0x80) continue;
    if (byte === 0 && i > 0) throw new PackageError('CAR_VARINT', 'a length is longer than it need be');
    return { value, end: at + i + 1 };
  }
  throw new PackageError('CAR_VARINT', 'a length of more than 4 bytes');
}
