import { describe, expect, it } from '@jest/globals';
import { readShareRecord } from '../../../src/mining/index.js';
import { BatchBuilder } from '../../../src/shares/share-batch.js';

describe('a batch', () => {
  it('keeps shares in order as it grows', () => {
    const builder = new BatchBuilder();
    for (let i = 0; i < 1000; i++) {
      const record = {
        job: i,
        miner: 1,
        bits: 2,
        signature: 3,
        extranonce: new Uint8Array(12).fill(i),
        time: 4,
        nonce: 5,
        version: 6,
      };
      const hash = new Uint8Array(32).fill(i);
      builder.add({ record, hash, worker: i, hashDifficulty: i / 2, isExcess: i % 2 === 1 });
    }
    const batch = builder.finish();
    for (const i of [0, 63, 64, 127, 128, 999]) {
      expect(readShareRecord(batch.records, 40 * i).job).toBe(i);
      expect(batch.hashes[32 * i]).toBe(i % 256);
      expect([batch.workers[i], batch.hashDifficulties[i], batch.excess[i]]).toEqual([i, i / 2, i % 2]);
    }
    expect([batch.records.length, batch.hashes.length]).toEqual([40_000, 32_000]);
  });

  it('sums counts of one worker, outcome and round', () => {
    const builder = new BatchBuilder();
    for (let i = 0; i < 3; i++) builder.count(1, 'stale', 7n);
    builder.count(1, 'stale', 8n);
    builder.count(null, 'stale', 7n);
    expect(builder.finish().counts).toEqual([
      { worker: 1, outcome: 'stale', round: 7n, count: 3 },
      { worker: 1, outcome: 'stale', round: 8n, count: 1 },
      { worker: null, outcome: 'stale', round: 7n, count: 1 },
    ]);
  });

  it('takes back counts and difficulties of a batch that was not stored, the newer difficulty staying', () => {
    const lost = new BatchBuilder();
    lost.count(1, 'stale', 7n);
    const proven = (value: number, atMs: number) => ({ value, atMs, userAgent: 'cgminer' });
    lost.remember(1, proven(100, 5));
    lost.remember(2, proven(200, 5));
    const builder = new BatchBuilder();
    builder.count(1, 'stale', 7n);
    builder.remember(1, proven(150, 6));
    builder.takeBack(lost.finish());
    const { counts, difficulties } = builder.finish();
    expect(counts).toEqual([{ worker: 1, outcome: 'stale', round: 7n, count: 2 }]);
    expect(new Map(difficulties)).toEqual(
      new Map([
        [1, proven(150, 6)],
        [2, proven(200, 5)],
      ]),
    );
  });
});
