/**
 * An archive whose blocks come in exactly the order in which their links are met. The first block that is not the
 * next expected is refused, so a wrong CID, a repeated, foreign or missing block and a cycle are all found where they
 * stand, and nothing is read past it.
 */
import { type Block, CarReader } from './car.js';
import { CHUNK_BYTES } from './chunks.js';
import type { Cid } from './cid.js';
import { PackageError } from './package-error.js';

/** How many blocks an archive has at most: heads, which link, and chunks, which do not. */
export interface BlockBounds {
  readonly heads: number;
  readonly chunks: number;
}

export class LinkedBlocks {
  private readonly car = new CarReader();
  private readonly expected: Cid[] = [];
  private readonly known = new Set<string>();
  private readonly blocks: Uint8Array[] = [];

  /**
   * `root`: the archive that was asked for; null to take any. `follow` gets each block and returns the links that are
   * to come behind all that were announced before.
   */
  constructor(
    private readonly root: Cid | null,
    private readonly bounds: BlockBounds,
    private readonly follow: (index: number, block: Uint8Array) => readonly Cid[],
  ) {
    if (root !== null) this.expect([root]);
  }

  /** Throws `PackageError` at the first wrong byte; the reader is of no use afterwards. */
  push(bytes: Uint8Array): void {
    const blocks = this.car.push(bytes);
    const { rootCid } = this.car;
    if (rootCid !== null) this.refuseOther(rootCid);
    if (this.expected.length === 0 && rootCid !== null) this.expect([rootCid]);
    for (const block of blocks) this.take(block);
  }

  /** Throws `PackageError` for an archive that says it is another than was asked for, whatever its blocks are. */
  refuseOther(rootCid: Cid): void {
    if (rootCid.codec !== 'dag-cbor') {
      throw new PackageError('HEADER_FORM', `the archive's root is ${rootCid}, which is no dag-cbor block`);
    }
    if (this.root === null || this.root.toString() === rootCid.toString()) return;
    throw new PackageError('BLOCK_UNEXPECTED', `the archive's root is ${rootCid}, not ${this.root}`);
  }

  /** The next block, whose hash was checked. Throws `PackageError` for any other, and for one that breaks the format. */
  take(block: Block): void {
    const index = this.blocks.length;
    if (!this.isNext(block.cid)) {
      const { next } = this;
      throw new PackageError('BLOCK_UNEXPECTED', `block ${index} is ${block.cid}, not ${next ?? 'the end'}`);
    }
    this.blocks.push(block.bytes);
    refuseLarge(block);
    this.expect(this.follow(index, block.bytes));
  }

  /** Undefined when all are there. */
  get next(): Cid | undefined {
    return this.expected[this.blocks.length];
  }

  isNext(cid: Cid): boolean {
    return this.next?.toString() === cid.toString();
  }

  /** Whether a block that was taken, or the asking, names it. */
  isLinked(cid: Cid): boolean {
    return this.known.has(cid.toString());
  }

  /** Those taken so far, in order. */
  get taken(): readonly Block[] {
    return this.blocks.map((bytes, index) => ({ cid: this.expected[index]!, bytes }));
  }

  private expect(cids: readonly Cid[]): void {
    this.expected.push(...cids);
    if (this.expected.length > this.bounds.heads + this.bounds.chunks) {
      throw new PackageError('CHUNKS', `an archive of more than ${this.bounds.chunks} chunks`);
    }
    for (const cid of cids) {
      const name = cid.toString();
      if (this.known.has(name)) throw new PackageError('BLOCK_TWICE', `block ${name} is linked to twice`);
      this.known.add(name);
    }
  }

  /** The root's. Throws `PackageError` before the header has arrived. */
  get cid(): Cid {
    const cid = this.expected[0];
    if (cid === undefined) throw new PackageError('BLOCK_MISSING', 'the archive has no block');
    return cid;
  }

  /** All blocks, once the last byte was pushed. Throws `PackageError` when some are missing. */
  finish(): readonly Uint8Array[] {
    this.car.end();
    if (this.blocks.length === this.expected.length && this.blocks.length > 0) return this.blocks;
    throw new PackageError('BLOCK_MISSING', `the archive ends after ${this.blocks.length} blocks`);
  }
}

/** More than 128 links and the longest fields take: reading a megabyte of nested nothing would take a second. */
const MAX_HEAD_BYTES = 8_192;

/** Throws `PackageError` for a block that breaks the format by its length, whatever is in it. */
export function refuseLarge({ cid, bytes }: Block): void {
  const most = cid.codec === 'raw' ? CHUNK_BYTES : MAX_HEAD_BYTES;
  if (bytes.length <= most) return;
  throw new PackageError(
    cid.codec === 'raw' ? 'CHUNKS' : 'HEADER_FORM',
    `the block ${cid} has ${bytes.length} bytes, at most ${most}`,
  );
}
