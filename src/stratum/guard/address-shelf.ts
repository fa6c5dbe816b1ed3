/**
 * The records of addresses, a bounded number of each kind: those that have proved work, and all others. A kind that is
 * full gives up one of its own, so a network with more addresses than the book has lines erases nobody who mines.
 */
import type { AddressRecord } from './address-record.js';

/** How many of the longest untouched records are looked at for the one that is worth least. */
const LOOKS = 64;

export class AddressShelf {
  private readonly proven = new Map<string, AddressRecord>();
  private readonly others = new Map<string, AddressRecord>();

  /** `most`: of each kind. */
  constructor(private readonly most: number) {}

  get size(): number {
    return this.proven.size + this.others.size;
  }

  get(address: string): AddressRecord | undefined {
    return this.proven.get(address) ?? this.others.get(address);
  }

  has(address: string): boolean {
    return this.proven.has(address) || this.others.has(address);
  }

  /** Returns the address that was given up for it; null for none. */
  put(address: string, record: AddressRecord, nowMs: number): string | null {
    const isProven = record.isProven(nowMs);
    const [kind, other] = isProven ? [this.proven, this.others] : [this.others, this.proven];
    other.delete(address);
    // The last in its order: it was touched last.
    kind.delete(address);
    const victim = kind.size < this.most ? null : leastOf(kind, nowMs);
    if (victim !== null) kind.delete(victim);
    kind.set(address, record);
    return victim;
  }

  delete(address: string): void {
    this.proven.delete(address);
    this.others.delete(address);
  }

  *[Symbol.iterator](): IterableIterator<[string, AddressRecord]> {
    yield* this.proven;
    yield* this.others;
  }

  keys(): string[] {
    return [...this.proven.keys(), ...this.others.keys()];
  }
}

function leastOf(records: ReadonlyMap<string, AddressRecord>, nowMs: number): string {
  let least = '';
  let leastWorth = Number.POSITIVE_INFINITY;
  let looks = LOOKS;
  for (const [address, record] of records) {
    const worth = record.worth(nowMs);
    if (worth < leastWorth) [least, leastWorth] = [address, worth];
    if (--looks === 0) break;
  }
  return least;
}
