/**
 * The shares of a round, collected in the order they are read and then put into the claim's order: by miner, then by
 * hash. Made for millions: 44 bytes a share (hash, miner, work, place) in pages, so that collecting copies nothing,
 * and a radix sort on the first 4 bytes of the hash, which are uniform, because proof of work leaves its zeros at
 * the other end.
 */
import { CodedError, compareBytes } from '../lib/index.js';
import { KEY_BYTES, type Leaves } from './fold-trie.js';
import { leafNode, type SumNode } from './sum-node.js';

export class ShareSetError extends CodedError<'TOO_MANY_SHARES'> {}

const PAGE_BITS = 14;
const PAGE = 1 << PAGE_BITS;
const IN_PAGE = PAGE - 1;
const MAX_SHARES = 2 ** 31;

interface Page {
  readonly hashes: Uint8Array;
  readonly prefixes: DataView;
  readonly miners: Uint32Array;
  readonly works: Uint32Array;
}

export class ShareSet {
  private readonly pages: Page[] = [];
  private readonly works: bigint[] = [];
  private readonly workRows = new Map<bigint, number>();
  private added = 0;

  get length(): number {
    return this.added;
  }

  /** `hash`: the header's, internal order. `work` ≥ 1. */
  add(miner: number, hash: Uint8Array, work: bigint): void {
    const at = this.added & IN_PAGE;
    if (at === 0) this.addPage();
    const page = this.pages[this.added >>> PAGE_BITS]!;
    page.hashes.set(hash, at * KEY_BYTES);
    page.miners[at] = miner;
    page.works[at] = this.rowOfWork(work);
    this.added++;
  }

  private addPage(): void {
    if (this.added >= MAX_SHARES) throw new ShareSetError('TOO_MANY_SHARES', 'a round of 2^31 shares');
    const hashes = new Uint8Array(PAGE * KEY_BYTES);
    this.pages.push({
      hashes,
      prefixes: new DataView(hashes.buffer),
      miners: new Uint32Array(PAGE),
      works: new Uint32Array(PAGE),
    });
  }

  private rowOfWork(work: bigint): number {
    let row = this.workRows.get(work);
    if (row === undefined) {
      row = this.works.push(work) - 1;
      this.workRows.set(work, row);
    }
    return row;
  }

  miner(index: number): number {
    return this.pages[index >>> PAGE_BITS]!.miners[index & IN_PAGE]!;
  }

  work(index: number): bigint {
    return this.works[this.pages[index >>> PAGE_BITS]!.works[index & IN_PAGE]!]!;
  }

  /** A view, not a copy. */
  hash(index: number): Uint8Array {
    const at = (index & IN_PAGE) * KEY_BYTES;
    return this.pages[index >>> PAGE_BITS]!.hashes.subarray(at, at + KEY_BYTES);
  }

  bit(index: number, depth: number): number {
    const byte = this.pages[index >>> PAGE_BITS]!.hashes[(index & IN_PAGE) * KEY_BYTES + (depth >> 3)]!;
    return (byte >> (7 - (depth & 7))) & 1;
  }

  /** The hash's first 4 bytes as a number, so that numbers sort as the bytes do. */
  private prefix(index: number): number {
    return this.pages[index >>> PAGE_BITS]!.prefixes.getUint32((index & IN_PAGE) * KEY_BYTES);
  }

  /** Ascending by `rank[miner]`, then by hash; a share that is there twice is taken once. */
  sort(rank: Uint32Array): SortedShares {
    let order = Uint32Array.from({ length: this.added }, (_, i) => i);
    let spare = new Uint32Array(this.added);
    const pass = (digit: (index: number) => number): void => {
      scatter(order, spare, digit);
      [order, spare] = [spare, order];
    };
    pass((i) => this.prefix(i) & 0xffff);
    pass((i) => this.prefix(i) >>> 16);
    pass((i) => rank[this.miner(i)]! & 0xffff);
    if (rank.length > 0x1_0000) pass((i) => rank[this.miner(i)]! >>> 16);
    this.settleTies(order, rank);
    const kept = this.dropRepeated(order);
    return new SortedShares(this, order.subarray(0, kept), order.length - kept);
  }

  /** Insertion: after the passes only shares that agree in miner and 4 bytes are left to compare. */
  private settleTies(order: Uint32Array, rank: Uint32Array): void {
    for (let i = 1; i < order.length; i++) {
      const index = order[i]!;
      let to = i;
      while (to > 0 && this.isAfter(order[to - 1]!, index, rank)) {
        order[to] = order[to - 1]!;
        to--;
      }
      order[to] = index;
    }
  }

  private isAfter(a: number, b: number, rank: Uint32Array): boolean {
    if (this.prefix(a) !== this.prefix(b) || rank[this.miner(a)] !== rank[this.miner(b)]) return false;
    return compareBytes(this.hash(a), this.hash(b)) > 0;
  }

  private dropRepeated(order: Uint32Array): number {
    let kept = 0;
    for (let i = 0; i < order.length; i++) {
      const index = order[i]!;
      const last = kept === 0 ? -1 : order[kept - 1]!;
      const repeats =
        last >= 0 &&
        this.prefix(last) === this.prefix(index) &&
        this.miner(last) === this.miner(index) &&
        compareBytes(this.hash(last), this.hash(index)) === 0;
      if (!repeats) order[kept++] = index;
    }
    return kept;
  }
}

/** Hashes alone, of millions of shares. */
export class ShareHashes {
  private readonly set = new ShareSet();

  /** 32 bytes. */
  add(hash: Uint8Array): void {
    this.set.add(0, hash, 1n);
  }

  /** One behind the other, each once. */
  ascending(): Uint8Array {
    const sorted = this.set.sort(new Uint32Array(1));
    const packed = new Uint8Array(sorted.length * KEY_BYTES);
    for (let place = 0; place < sorted.length; place++) packed.set(sorted.hash(place), place * KEY_BYTES);
    return packed;
  }
}

/** One stable pass of a radix sort by 16-bit digits. */
function scatter(from: Uint32Array, to: Uint32Array, digit: (index: number) => number): void {
  const starts = new Uint32Array(0x1_0001);
  for (let i = 0; i < from.length; i++) starts[digit(from[i]!) + 1]!++;
  for (let d = 0; d < 0x1_0000; d++) starts[d + 1]! += starts[d]!;
  for (let i = 0; i < from.length; i++) {
    const index = from[i]!;
    to[starts[digit(index)]!++] = index;
  }
}

/** A round's shares in the claim's order. */
export class SortedShares implements Leaves {
  constructor(
    private readonly set: ShareSet,
    private readonly order: Uint32Array,
    /** Shares that were added more than once, counted without their first. */
    readonly repeated: number,
  ) {}

  get length(): number {
    return this.order.length;
  }

  bit(place: number, depth: number): number {
    return this.set.bit(this.order[place]!, depth);
  }

  folded(place: number): SumNode {
    return leafNode(this.hash(place), this.work(place));
  }

  hash(place: number): Uint8Array {
    return this.set.hash(this.order[place]!);
  }

  work(place: number): bigint {
    return this.set.work(this.order[place]!);
  }

  miner(place: number): number {
    return this.set.miner(this.order[place]!);
  }

  /** How many shares had been added before it was: finds it in the log again. */
  added(place: number): number {
    return this.order[place]!;
  }
}
