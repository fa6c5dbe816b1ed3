import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type Cell, cellDigest } from '../../../src/disk/index.js';

const hex = (cells: readonly Cell[]): string => Buffer.from(cellDigest(cells)).toString('hex');

describe('what tells a row by', () => {
  it('is eight bytes of a SHA-256 over its cells, each with type and length', () => {
    const text = Buffer.concat([Buffer.from('n1:7s2:ab'), Buffer.from('04:nullb2:'), Buffer.of(1, 2)]);
    const whole = createHash('sha256').update(text).digest('hex');
    expect(hex([7, 'ab', null, Uint8Array.of(1, 2)])).toBe(whole.slice(0, 16));
  });

  it('is another for cells that are otherwise divided, of another type, or in another order', () => {
    const rows: Cell[][] = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['c', 'ab'],
      [1],
      ['1'],
      [null],
      ['null'],
      [Uint8Array.of(49)],
      [],
    ];
    expect(new Set(rows.map(hex)).size).toBe(rows.length);
  });

  it('is the same for a whole number however it was read', () => {
    expect(hex([2 ** 40])).toBe(hex([BigInt(2 ** 40)]));
  });
});
