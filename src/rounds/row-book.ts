/** Rows of a table that is still growing: numbered as they come, put into the table's order at the end. */
import { compareBytes, toHex } from '../lib/index.js';

export class RowBook {
  private readonly rows: Uint8Array[] = [];
  private readonly numbers = new Map<string, number>();

  /** The row's number for now; equal bytes have one. */
  number(row: Uint8Array): number {
    const key = toHex(row);
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.rows.push(row) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  row(number: number): Uint8Array {
    return this.rows[number]!;
  }

  /** The used rows in ascending order of `by`, and where each number went. */
  settle(
    used: ReadonlySet<number>,
    by: (row: Uint8Array) => Uint8Array = (row) => row,
  ): { readonly rows: readonly Uint8Array[]; readonly place: Uint32Array } {
    const keys = new Map([...used].map((number) => [number, by(this.rows[number]!)]));
    const numbers = [...used].sort((a, b) => compareBytes(keys.get(a)!, keys.get(b)!));
    const place = new Uint32Array(this.rows.length);
    for (const [at, number] of numbers.entries()) place[number] = at;
    return { rows: numbers.map((number) => this.rows[number]!), place };
  }
}
