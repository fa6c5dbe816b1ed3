/**
 * The share hashes of one previous block, so that a share counts once however it was spelled. Open addressing on
 * typed arrays: nothing is allocated per share, and no rehash ever stops the loop, because a full table is left as
 * it is and a larger one is opened beside it. A key is the hash's first 16 bytes in internal order, which proof of
 * work leaves random: two shares that agree in them are the same share (2⁶⁴ shares make one accident likely).
 */
const WORDS = 4;
const FIRST_CAPACITY = 1 << 10;
const LARGEST_CAPACITY = 1 << 20;
const REMOVED = 0xffff_ffff;

interface Table {
  readonly words: Uint32Array;
  readonly capacity: number;
  count: number;
}

/** The key looked for, one word each; module state, because a key lives for one call. */
const key = new Uint32Array(WORDS);

function setKey(hash: Uint8Array): void {
  for (let i = 0; i < WORDS; i++) {
    const at = 4 * i;
    key[i] = hash[at]! | (hash[at + 1]! << 8) | (hash[at + 2]! << 16) | (hash[at + 3]! << 24);
  }
}

/** The slot that holds the key, or −1 − the free slot where it would go. */
function find({ words, capacity }: Table): number {
  let slot = key[0]! & (capacity - 1);
  for (;;) {
    const at = slot * WORDS;
    const a = words[at]!;
    const b = words[at + 1]!;
    const c = words[at + 2]!;
    const d = words[at + 3]!;
    if (a === key[0] && b === key[1] && c === key[2] && d === key[3]) return slot;
    if ((a | b | c | d) === 0) return -1 - slot;
    slot = (slot + 1) & (capacity - 1);
  }
}

function openTable(capacity: number): Table {
  return { words: new Uint32Array(capacity * WORDS), capacity, count: 0 };
}

export class HashIndex {
  private readonly tables: Table[] = [openTable(FIRST_CAPACITY)];

  has(hash: Uint8Array): boolean {
    setKey(hash);
    return this.tables.some((table) => find(table) >= 0);
  }

  /** `hash`: 32 bytes, not in the index. */
  add(hash: Uint8Array): void {
    let table = this.tables.at(-1)!;
    if (table.count * 4 >= table.capacity * 3) {
      table = openTable(Math.min(table.capacity * 2, LARGEST_CAPACITY));
      this.tables.push(table);
    }
    setKey(hash);
    const slot = -1 - find(table);
    table.words.set(key, slot * WORDS);
    table.count++;
  }

  /** For a share whose commit failed: it may be submitted again. */
  remove(hash: Uint8Array): void {
    setKey(hash);
    for (const table of this.tables) {
      const slot = find(table);
      // The slot stays taken, or the keys that were pushed past it would be lost.
      if (slot >= 0) table.words.fill(REMOVED, slot * WORDS, (slot + 1) * WORDS);
    }
  }
}
