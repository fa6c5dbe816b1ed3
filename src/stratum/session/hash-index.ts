/**
 * The share hashes of one previous block, so that a share counts once however it was spelled. Open addressing on
 * typed arrays: nothing is allocated per share, and no rehash ever stops the loop, because a full table moves into
 * its successor a few slots with each share, long before that is full. A key is the hash's first 16 bytes in internal
 * order, which proof of work leaves random: two shares that agree in them are the same share (2⁶⁴ shares make one
 * accident likely).
 */
const WORDS = 4;
const FIRST_CAPACITY = 1 << 10;
const REMOVED = 0xffff_ffff;
/** A table is opened at twice the slots of the last, so even two with each share would be enough. */
const SLOTS_MOVED = 8;

class Table {
  readonly words: Uint32Array;
  /** Slots taken, those of removed keys included. */
  count = 0;

  constructor(readonly capacity: number) {
    this.words = new Uint32Array(capacity * WORDS);
  }

  get isFull(): boolean {
    return this.count * 4 >= this.capacity * 3;
  }

  /** The slot that holds the key, or −1 − the free slot where it would go. */
  find(a: number, b: number, c: number, d: number): number {
    const { words, capacity } = this;
    for (let slot = a & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const at = slot * WORDS;
      const first = words[at]!;
      if (first === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return slot;
      if (first === 0 && (words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0) return -1 - slot;
    }
  }

  add(a: number, b: number, c: number, d: number): void {
    const at = (-1 - this.find(a, b, c, d)) * WORDS;
    this.words[at] = a;
    this.words[at + 1] = b;
    this.words[at + 2] = c;
    this.words[at + 3] = d;
    this.count++;
  }

  remove(a: number, b: number, c: number, d: number): void {
    const slot = this.find(a, b, c, d);
    // The slot stays taken, or the keys that were pushed past it would be lost.
    if (slot >= 0) this.words.fill(REMOVED, slot * WORDS, (slot + 1) * WORDS);
  }
}

function word(hash: Uint8Array, at: number): number {
  return (hash[at]! | (hash[at + 1]! << 8) | (hash[at + 2]! << 16) | (hash[at + 3]! << 24)) >>> 0;
}

export class HashIndex {
  private table = new Table(FIRST_CAPACITY);
  /** What is left of the table before, from slot `moved` on; nothing is added to it any more. */
  private former: Table | null = null;
  private moved = 0;

  has(hash: Uint8Array): boolean {
    const a = word(hash, 0);
    const b = word(hash, 4);
    const c = word(hash, 8);
    const d = word(hash, 12);
    return this.table.find(a, b, c, d) >= 0 || (this.former !== null && this.former.find(a, b, c, d) >= 0);
  }

  /** `hash`: 32 bytes, not in the index. */
  add(hash: Uint8Array): void {
    if (this.former !== null) this.moveOn(this.former);
    if (this.table.isFull) {
      this.former = this.table;
      this.moved = 0;
      this.table = new Table(2 * this.table.capacity);
    }
    this.table.add(word(hash, 0), word(hash, 4), word(hash, 8), word(hash, 12));
  }

  /** For a share whose commit failed: it may be submitted again. */
  remove(hash: Uint8Array): void {
    const a = word(hash, 0);
    const b = word(hash, 4);
    const c = word(hash, 8);
    const d = word(hash, 12);
    // Whatever has moved is in both.
    this.table.remove(a, b, c, d);
    this.former?.remove(a, b, c, d);
  }

  private moveOn({ words, capacity }: Table): void {
    const end = Math.min(this.moved + SLOTS_MOVED, capacity);
    for (; this.moved < end; this.moved++) {
      const at = this.moved * WORDS;
      const a = words[at]!;
      const b = words[at + 1]!;
      const c = words[at + 2]!;
      const d = words[at + 3]!;
      if ((a | b | c | d) === 0) continue;
      if (a === REMOVED && b === REMOVED && c === REMOVED && d === REMOVED) continue;
      this.table.add(a, b, c, d);
    }
    if (this.moved === capacity) this.former = null;
  }
}
