import { describe, expect, it } from '@jest/globals';
import { coinbaseBranch, foldBranch } from '../../../src/bitcoin/index.js';
import { concatBytes, sha256d, toHex } from '../../../src/lib/index.js';
import { seededRandom } from '../stratum/session/modelled-miner.js';

/** The whole tree, row by row, as the protocol defines it. */
function fullRoot(leaves: readonly Uint8Array[]): Uint8Array {
  let row = [...leaves];
  while (row.length > 1) {
    if (row.length % 2 === 1) row.push(row.at(-1)!);
    row = Array.from({ length: row.length / 2 }, (_, i) =>
      sha256d(concatBytes(row[2 * i]!, row[2 * i + 1]!)),
    );
  }
  return row[0]!;
}

describe('a coinbase and its branch', () => {
  it('give the root of the whole tree, for any number of transactions', () => {
    const random = seededRandom(3);
    const leaf = (): Uint8Array => Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));
    for (let count = 1; count <= 130; count++) {
      const leaves = Array.from({ length: count }, leaf);
      const branch = coinbaseBranch(leaves.slice(1));
      expect(branch).toHaveLength(Math.ceil(Math.log2(count)));
      expect(toHex(foldBranch(leaves[0]!, branch))).toBe(toHex(fullRoot(leaves)));
    }
  });

  it('give the coinbase itself when it is alone', () => {
    const coinbase = sha256d(new Uint8Array(1));
    expect(coinbaseBranch([])).toEqual([]);
    expect(foldBranch(coinbase, [])).toEqual(coinbase);
  });
});
