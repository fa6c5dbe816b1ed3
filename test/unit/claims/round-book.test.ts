import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  AuditStore,
  RoundBook,
  readHeardFacts,
  readRoundFacts,
  writeHeardFacts,
} from '../../../src/claims/index.js';
import { fromHex } from '../../../src/lib/index.js';
import type { RoundFacts } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** A hundred slots each, one behind the other. */
function facts(round: bigint, more: Partial<RoundFacts> = {}): RoundFacts {
  const startSlot = 1_000n + 100n * round;
  return {
    ...{ taskId: key(1), nodeKey: key(2), round, seed: key(Number(round)), seedSlot: startSlot },
    ...{ startSlot, endSlot: startSlot + 99n },
    ...{ submissionDeadlineSlot: startSlot + 150n, auditDeadlineSlot: startSlot + 199n },
    ...{ slotNow: startSlot, slotMs: 10 },
    reserveEpochs: [{ epoch: 0, script: fromHex(`5120${'ab'.repeat(32)}`), firstRound: 0n, lastRound: 999n }],
    ...{ beacons: [], lineage: [key(8)], appointment: null },
    ...more,
  };
}

describe('the book of rounds', () => {
  it('knows what it was told, also when it is opened again', async () => {
    const folder = newFolder();
    const book = new RoundBook(folder);
    const appointment = { receiptKey: key(5), fromRound: 3n, signature: new Uint8Array(64).fill(6) };
    const beacons = [{ round: 2n, blockhash: key(9) }];
    const heard = await book.hear(facts(3n, { appointment, beacons }), 50_000);
    const again = new RoundBook(folder);
    for (const each of [book, again]) {
      expect(each.get(3n)).toEqual(heard);
      expect(each.get(4n)).toBeNull();
      expect(each.beacon(2n)).toEqual(key(9));
      expect(each.beacon(3n)).toBeNull();
    }
  });

  it('says which round is the newest, never goes back, and skips what it was not told of', async () => {
    const book = new RoundBook(newFolder());
    expect(book.newest(0)).toBeNull();
    await book.hear(facts(3n), 10_000);
    await book.hear(facts(6n, { slotNow: facts(3n).startSlot }), 10_000);
    expect([9_999, 10_000, 12_999].map((ms) => book.newest(ms))).toEqual([null, 3n, 3n]);
    expect([book.after(2n), book.after(3n), book.after(6n)]).toEqual([3n, 6n, null]);
    // Three rounds of a second each lie between.
    expect(book.newest(13_000)).toBe(6n);
    // Slots take longer than was thought, and round 6 seems not to have begun; its jobs are out all the same.
    await book.hear(facts(6n, { slotNow: facts(3n).startSlot + 1n, slotMs: 20 }), 10_010);
    expect(book.newest(13_000)).toBe(6n);
  });

  it('keeps the last 256 rounds', async () => {
    const folder = newFolder();
    const book = new RoundBook(folder);
    for (let round = 0n; round < 260n; round++) await book.hear(facts(round, { seed: key(1) }), 0);
    for (const each of [book, new RoundBook(folder)]) {
      expect([each.get(3n), each.get(4n)?.round, each.after(-1n)]).toEqual([null, 4n, 4n]);
    }
  });

  it('does not go by a damaged record', async () => {
    const folder = newFolder();
    await new RoundBook(folder).hear(facts(3n), 0);
    writeFileSync(join(folder, '3.json'), '{"round":');
    expect(() => new RoundBook(folder)).toThrow('what was kept of a round is damaged');
  });
});

describe('what is heard at once', () => {
  it('of one round is one after the other, and what is refused holds up nothing', async () => {
    const folder = newFolder();
    const book = new RoundBook(folder);
    const other = facts(3n, { seed: key(99) });
    const heard = await Promise.allSettled([
      book.hear(facts(3n), 10_000),
      book.hear(other, 10_001),
      book.hear(facts(3n, { slotMs: 20 }), 10_002),
      book.hear(facts(4n), 10_003),
    ]);
    expect(heard.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    for (const each of [book, new RoundBook(folder)]) {
      expect(each.get(3n)).toMatchObject({ seed: key(3), slotMs: 20, heardMs: 10_002 });
      expect(each.get(4n)).toMatchObject({ heardMs: 10_003 });
    }
  });
});

describe('facts as JSON', () => {
  const written = JSON.parse(writeHeardFacts({ ...facts(3n), heardMs: 7 })) as Record<string, unknown>;

  it('read back as they were written', () => {
    expect(readHeardFacts(JSON.stringify(written))).toEqual({ ...facts(3n), heardMs: 7 });
  });

  it('take numbers for their decimal text, and leave out what is empty', () => {
    const { beacons: _beacons, lineage: _lineage, appointment: _appointment, ...least } = written;
    expect(readRoundFacts({ ...least, round: 3, startSlot: 1_300 })).toEqual({ ...facts(3n), lineage: [] });
  });

  it('are refused with what is wrong about them', () => {
    for (const [wrong, said] of [
      [{ taskId: '0'.repeat(43) }, 'taskId: must be 32 bytes in base58'],
      [{ seed: 'ff' }, 'seed: must be 64 hex digits'],
      [{ startSlot: -1 }, 'startSlot: must be a whole number'],
      [{ startSlot: '18446744073709551616' }, 'startSlot: must be a whole number'],
      [{ slotMs: 0 }, 'slotMs'],
      [{ reserveEpochs: [] }, 'reserveEpochs'],
      [
        { reserveEpochs: [{ epoch: 0, script: 'zz', firstRound: 0, lastRound: 1 }] },
        'must be a script in hex',
      ],
    ] as const) {
      expect(() => readRoundFacts({ ...written, ...wrong })).toThrow(said);
    }
    for (const nothing of [null, 7, 'facts', []])
      expect(() => readRoundFacts(nothing)).toThrow('no facts of a round');
  });
});

describe('the store of audits', () => {
  const record = (submitter: string, kind: 'valid' | 'invalid') => ({
    ...{
      submitter,
      submission: 'orc1|3|idle|-',
      submissionSlot: '7',
      deadlineSlot: '9',
      stake: '5',
      auditedMs: 1,
    },
    report: { verdict: { kind } },
  });

  it('keeps the last verdict on each submitter, of the last 256 rounds', async () => {
    const folder = newFolder();
    const store = new AuditStore(folder);
    await store.put(3n, record('one', 'invalid'));
    await store.put(3n, record('two', 'valid'));
    await store.put(3n, record('one', 'valid'));
    expect(new AuditStore(folder).all(3n)).toEqual([record('one', 'valid'), record('two', 'valid')]);
    expect(store.get(3n, 'three')).toBeNull();
    expect(store.all(4n)).toEqual([]);
    for (let round = 4n; round < 260n; round++) await store.put(round, record('one', 'valid'));
    expect([store.all(3n).length, store.all(4n).length]).toEqual([0, 1]);
  });

  it('takes a damaged record for none', async () => {
    const folder = newFolder();
    const store = new AuditStore(folder);
    await store.put(3n, record('one', 'valid'));
    writeFileSync(join(folder, '3', 'one.json'), '{');
    expect([store.get(3n, 'one'), store.all(3n)]).toEqual([null, []]);
  });
});
