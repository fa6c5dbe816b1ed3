import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ClaimStore, type ClosedRound } from '../../../src/claims/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { bindingOf } from '../../integration/shares/share-source.js';

function closed(round: bigint): ClosedRound {
  return {
    binding: bindingOf(round),
    bounds: { 'shard-0': 12, 'shard-1': 0 },
    closedMs: 1_700_000_000_123,
    claim: {
      root: new Uint8Array(32).fill(1),
      total: 2n ** 80n + 3n,
      count: 5n,
      miners: 2,
      tier: 'full',
      tip: { height: 101, hash: new Uint8Array(32).fill(2) },
      packageCid: 'bafy',
      packageBytes: 3,
    },
  };
}

describe('the store of closed rounds', () => {
  it('gives back what was put, to another process too', async () => {
    const folder = newFolder();
    new ClaimStore(folder).put(closed(7n), Uint8Array.of(1, 2, 3));
    const store = new ClaimStore(folder);
    expect(store.get(7n)).toEqual(closed(7n));
    expect(await store.package(7n)).toEqual(Buffer.of(1, 2, 3));
    expect([store.get(8n), await store.package(8n)]).toEqual([null, null]);
  });

  it('keeps the first claim of a round whatever is put later', async () => {
    const store = new ClaimStore(newFolder());
    store.put(closed(7n), Uint8Array.of(1, 2, 3));
    const other = { ...closed(7n), closedMs: 5, claim: null };
    expect(store.put(other, null)).toEqual(closed(7n));
    expect(await store.package(7n)).toEqual(Buffer.of(1, 2, 3));
  });

  it('drops the packages of rounds closed long ago, and never what it knows of the rounds', async () => {
    const store = new ClaimStore(newFolder());
    for (const [round, closedMs] of [
      [7n, 1_000],
      [8n, 2_000],
    ] as const) {
      store.put({ ...closed(round), closedMs }, Uint8Array.of(1));
      store.putDraws(round, Uint8Array.of(2));
    }
    await store.dropPackages(2_000);
    expect([await store.package(7n), await store.draws(7n), store.get(7n)?.closedMs]).toEqual([
      null,
      null,
      1_000,
    ]);
    expect([await store.package(8n), await store.draws(8n)]).toEqual([Buffer.of(1), Buffer.of(2)]);
  });

  it('does not take half a write for a closed round', async () => {
    const folder = newFolder();
    const store = new ClaimStore(folder);
    // A process that died between package and record, and one that died within a record.
    writeFileSync(join(folder, '7.car'), 'left');
    writeFileSync(join(folder, '7.json.part'), '{"format"');
    expect([store.get(7n), store.rounds()]).toEqual([null, []]);
    store.put(closed(7n), Uint8Array.of(9));
    expect(await store.package(7n)).toEqual(Buffer.of(9));
    expect(readdirSync(folder).sort()).toEqual(['7.car', '7.json']);
  });

  it('lists rounds, the newest first, as numbers', () => {
    const store = new ClaimStore(newFolder());
    for (const round of [9n, 10n, 2n]) store.put({ ...closed(round), claim: null }, null);
    expect(store.rounds()).toEqual([10n, 9n, 2n]);
  });

  it.each(['', '{}', '{"format":2}', '[]'])('says what to do about a damaged record: %s', (text) => {
    const folder = newFolder();
    writeFileSync(join(folder, '7.json'), text);
    expect(() => new ClaimStore(folder).get(7n)).toThrow('remove it, and the node makes it anew');
  });
});
