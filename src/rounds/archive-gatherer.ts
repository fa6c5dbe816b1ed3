/**
 * A package or proof as a stranger sends it: a CARv1 whose blocks come in any order in which a link comes before the
 * block it names, as IPFS gateways write it (their depth-first order is by names of maps, ours by tables), some of them
 * twice. It tells two faults apart. `TransferError`: this sender's bytes are not the archive, and another's may be.
 * `PackageError`: the CID's own bytes break the format, whoever sends them, as `broken` shows.
 *
 * At most one block more than the archive's own is held, and nothing is read past the first wrong one.
 */
import { CodedError } from '../lib/index.js';
import { type Block, CarReader, encodeCar, MAX_BLOCK_BYTES } from './car.js';
import { CHUNK_BYTES, MAX_CHUNKS } from './chunks.js';
import { CID_BYTES, type Cid } from './cid.js';
import { decodePackage, packageBlocks } from './claim-package.js';
import { type LinkedBlocks, refuseLarge } from './linked-blocks.js';
import { PackageError, type PackageFault } from './package-error.js';
import { proofBlocks, refuseOtherThanProof } from './sample-proof.js';

export class TransferError extends CodedError<PackageFault | 'BLOCK_REPEATED'> {}

export type ArchiveKind = 'package' | 'proof';

/** Of sections that say nothing new. */
const MAX_REPEATED_BYTES = MAX_BLOCK_BYTES;
const SECTION_HEAD_BYTES = 4 + CID_BYTES;
/** No sender needs more: header, two heads, the chunks, what may be repeated. */
export const MAX_ARCHIVE_BYTES =
  59 +
  2 * (SECTION_HEAD_BYTES + MAX_BLOCK_BYTES) +
  MAX_CHUNKS * (SECTION_HEAD_BYTES + CHUNK_BYTES) +
  MAX_REPEATED_BYTES;

export class ArchiveGatherer {
  private readonly car = new CarReader();
  private readonly linked: LinkedBlocks;
  /** Linked to, but not next in the archive's own order. */
  private readonly early = new Map<string, Block>();
  private readonly had = new Set<string>();
  private repeatedBytes = 0;

  constructor(
    private readonly kind: ArchiveKind,
    private readonly cid: Cid,
  ) {
    this.linked = kind === 'package' ? packageBlocks(cid) : proofBlocks(cid);
  }

  /** Throws `TransferError` or `PackageError` at the first wrong block; `push` is of no use afterwards. */
  push(bytes: Uint8Array): void {
    const sent = this.car.read(bytes);
    while (!this.isWhole) {
      const block = this.nextSent(sent);
      if (block === null) return;
      this.take(block);
    }
  }

  private nextSent(sent: Generator<Block, void, void>): Block | null {
    try {
      const { value } = sent.next();
      if (this.car.rootCid !== null) this.linked.refuseOther(this.car.rootCid);
      return value ?? null;
    } catch (error) {
      if (!(error instanceof PackageError)) throw error;
      throw new TransferError(error.code, error.message, {}, error);
    }
  }

  private take(block: Block): void {
    const name = block.cid.toString();
    if (!this.linked.isLinked(block.cid)) {
      throw new TransferError('BLOCK_UNEXPECTED', `nothing sent before links to the block ${name}`);
    }
    if (this.had.has(name)) {
      this.repeatedBytes += SECTION_HEAD_BYTES + block.bytes.length;
      if (this.repeatedBytes <= MAX_REPEATED_BYTES) return;
      throw new TransferError('BLOCK_REPEATED', `more than ${MAX_REPEATED_BYTES} bytes are sent twice`);
    }
    this.had.add(name);
    this.early.set(name, block);
    refuseLarge(block);
    for (let next = this.nextBlock(); next !== undefined; next = this.nextBlock()) {
      this.early.delete(next.cid.toString());
      this.linked.take(next);
    }
  }

  private nextBlock(): Block | undefined {
    const { next } = this.linked;
    return next && this.early.get(next.toString());
  }

  /** What comes behind it does not matter. */
  get isWhole(): boolean {
    return this.had.size > 0 && this.linked.next === undefined;
  }

  /**
   * The archive in its own order, read through. Throws `TransferError` when blocks are missing, `PackageError` when they
   * are all there and make no package or proof.
   */
  finish(): Uint8Array {
    if (!this.isWhole) {
      throw new TransferError(
        'BLOCK_MISSING',
        `it ends after ${this.had.size} blocks, and more are linked to`,
      );
    }
    const bytes = encodeCar(this.linked.taken);
    if (this.kind === 'package') decodePackage(bytes, this.cid);
    else refuseOtherThanProof(this.linked.taken.map((block) => block.bytes));
    return bytes;
  }

  /** An archive of the blocks so far. After a `PackageError` it shows anybody what that said; it is none that is accepted. */
  get broken(): Uint8Array {
    return encodeCar([...this.linked.taken, ...this.early.values()]);
  }
}
