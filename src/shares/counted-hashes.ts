/**
 * Which hashes of a whole log were counted, exactly and in little memory. A share's hash covers its previous block, so
 * only shares on the same one can be the same; and the jobs of a previous block say in which batch of a shard its last
 * share can lie. Its hashes are forgotten once every shard is past that batch, and a share that comes later is a fault in
 * itself. A log that says every job lasts to its end takes no more than all hashes: 16 bytes of each, in tables that are
 * between three eighths and three quarters full, so 10 million take 256 MiB, and half as much again while one grows.
 */

/** By previous block (hex), the last batch of a shard that can have shares on it. */
export type TipSpans = ReadonlyMap<string, number>;

const WORDS = 4;
const FIRST_SLOTS = 256;

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Open addressing by the low end of the hash, which no proof of work bends. Four words of zeros are an empty slot. */
export class HashTable {
  private slots = new Uint32Array(FIRST_SLOTS * WORDS);
  private length = 0;

  has(hash: Uint8Array): boolean {
    const words = [wordAt(hash, 0), wordAt(hash, 4), wordAt(hash, 8), wordAt(hash, 12)] as const;
    return this.find(...words) >= 0;
  }

  /** Whether it was not there before. */
  add(hash: Uint8Array): boolean {
    if (this.length * WORDS * 4 >= this.slots.length * 3) this.grow();
    const isNew = this.put(wordAt(hash, 0), wordAt(hash, 4), wordAt(hash, 8), wordAt(hash, 12));
    if (isNew) this.length++;
    return isNew;
  }

  private put(a: number, b: number, c: number, d: number): boolean {
    const at = this.find(a, b, c, d);
    if (at >= 0) return false;
    const { slots } = this;
    slots[~at] = a;
    slots[~at + 1] = b;
    slots[~at + 2] = c;
    slots[~at + 3] = d;
    return true;
  }

  /** Where it is, or the complement of where it would be. */
  private find(a: number, b: number, c: number, d: number): number {
    const { slots } = this;
    const mask = slots.length / WORDS - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      const [w, x, y, z] = [slots[at]!, slots[at + 1]!, slots[at + 2]!, slots[at + 3]!];
      if (w === a && x === b && y === c && z === d) return at;
      if ((w | x | y | z) === 0) return ~at;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += WORDS) {
      const [a, b, c, d] = [old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!];
      if ((a | b | c | d) !== 0) this.put(a, b, c, d);
    }
  }
}

interface ShardEnds {
  readonly spans: TipSpans;
  /** The same, the earliest first. */
  readonly ends: readonly (readonly [tip: string, lastBatch: number])[];
  passed: number;
}

export class CountedHashes {
  private readonly shards = new Map<string, ShardEnds>();
  /** How many shards can still bring shares on a tip. */
  private readonly shardsLeft = new Map<string, number>();
  private readonly tables = new Map<string, HashTable>();

  /** By shard. */
  constructor(spansOf: ReadonlyMap<string, TipSpans>) {
    for (const [shard, spans] of spansOf) {
      const ends = [...spans].sort((a, b) => a[1] - b[1]);
      this.shards.set(shard, { spans, ends, passed: 0 });
      for (const [tip] of ends) this.shardsLeft.set(tip, (this.shardsLeft.get(tip) ?? 0) + 1);
    }
  }

  /** How many previous blocks are remembered. */
  get tipsRemembered(): number {
    return this.tables.size;
  }

  /** From now on the shard's shares are of this batch or later ones. */
  reach(shard: string, batch: number): void {
    const place = this.shards.get(shard)!;
    while (place.passed < place.ends.length && place.ends[place.passed]![1] < batch) {
      const [tip] = place.ends[place.passed++]!;
      const left = this.shardsLeft.get(tip)! - 1;
      this.shardsLeft.set(tip, left);
      if (left === 0) this.tables.delete(tip);
    }
  }

  /** The last batch of the shard that can have shares on the tip; 0 for none. */
  lastBatchOf(shard: string, tip: string): number {
    return this.shards.get(shard)!.spans.get(tip) ?? 0;
  }

  /** Whether it was counted before; it is from now on. Sure as long as no share came behind its `lastBatchOf`. */
  count(hash: Uint8Array, tip: string): boolean {
    let table = this.tables.get(tip);
    if (table === undefined) {
      table = new HashTable();
      this.tables.set(tip, table);
    }
    return !table.add(hash);
  }
}
