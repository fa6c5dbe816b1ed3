import { expect, it } from '@jest/globals';
import { sha256, toHex } from '../../../../src/lib/index.js';
import { indexHashes } from '../../../../src/stratum/index.js';

/** How often the event loop went round until `work` was done. */
async function turnsOf(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let going = true;
  const count = (): void => {
    turns++;
    if (going) setImmediate(count);
  };
  setImmediate(count);
  await work;
  going = false;
  return turns;
}

it('a tip’s hashes are indexed in pieces, between which the event loop goes round', async () => {
  const hashes = Array.from({ length: 20_000 }, (_, i) => sha256(Uint8Array.of(i, i >>> 8)));
  const indexing = indexHashes([...hashes, ...hashes]);
  // 40,000 hashes are ten pieces of 4,096, which is nine pauses; the first has begun when the counting does.
  expect(await turnsOf(indexing)).toBeGreaterThanOrEqual(8);
  const seen = await indexing;
  expect(hashes.filter((hash) => !seen.has(hash)).map(toHex)).toEqual([]);
  expect(seen.has(sha256(Uint8Array.of(1)))).toBe(false);
});
