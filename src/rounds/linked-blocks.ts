/**
 * An archive whose blocks come in exactly the order in which their links are met. The first block that is not the
 * next expected is refused, so a wrong CID, a repeated, foreign or missing block and a cycle are all found where they
 * stand, and nothing is read past it.
 */
import { CarReader } from './car.js';
import { MAX_CHUNKS } from './chunks.js';
import type { Cid } from './cid.js';
import { PackageError } from './package-error.js';

export class LinkedBlocks {
  private readonly car = new CarReader();
  private readonly expected: Cid[] = [];
  private readonly known = new Set<string>();
  private readonly blocks: Uint8Array[] = [];

  /**
   * `root`: the archive that was asked for; null to take any. `heads`: how many blocks are not chunks. `follow` gets
   * each block and returns the links that are to come behind all that were announced before.
   */
  constructor(
    private readonly root: Cid | null,
    private readonly heads: number,
    private readonly follow: (index: number, block: Uint8Array) => readonly Cid[],
  ) {}

  /** Throws `PackageError` at the first wrong byte; the reader is of no use afterwards. */
  push(bytes: Uint8Array): void {
    const blocks = this.car.push(bytes);
    const { rootCid } = this.car;
    if (this.expected.length === 0 && rootCid !== null) this.expect([this.asked(rootCid)]);
    for (const { cid, bytes: block } of blocks) {
      const index = this.blocks.length;
      const next = this.expected[index];
      if (next === undefined || next.toString() !== cid.toString()) {
        throw new PackageError('BLOCK_UNEXPECTED', `block ${index} is ${cid}, not ${next ?? 'the end'}`);
      }
      this.blocks.push(block);
      this.expect(this.follow(index, block));
    }
  }

  /** Throws `PackageError` for an archive that says it is another than was asked for, whatever its blocks are. */
  private asked(rootCid: Cid): Cid {
    if (this.root === null || this.root.toString() === rootCid.toString()) return rootCid;
    throw new PackageError('BLOCK_UNEXPECTED', `the archive's root is ${rootCid}, not ${this.root}`);
  }

  private expect(cids: readonly Cid[]): void {
    this.expected.push(...cids);
    if (this.expected.length > this.heads + MAX_CHUNKS) {
      throw new PackageError('CHUNKS', `an archive of more than ${MAX_CHUNKS} chunks`);
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
