import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
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

  it('tells the time of a slot from the readings around it, whichever rounds they came with', async () => {
    const book = new RoundBook(newFolder());
    const { startSlot, endSlot } = facts(3n);
    await book.hear(facts(3n), 10_000);
    expect(book.span(3n)).toEqual({ startMs: 10_000, endMs: 11_000 });
    // Told of the next round fifty slots later, which took twice as long: the other fifty do so too.
    await book.hear(facts(4n, { slotNow: startSlot + 50n, slotMs: 20 }), 11_000);
    expect(book.span(3n)).toEqual({ startMs: 10_000, endMs: 12_000 });
    // Eighty slots on, and one of them.
    expect(book.slotAt(11_600)).toBe(Number(startSlot) + 80);
    // On its way for longer: neither the clock nor the round's end goes back.
    await book.hear(facts(3n, { slotNow: startSlot + 10n }), 11_500);
    expect(book.span(3n)!.endMs).toBe(12_000);
    expect(book.slotAt(11_600)).toBe(Number(startSlot) + 80);
    expect(book.span(4n)!.startMs).toBe(book.span(3n)!.endMs);
    expect(endSlot + 1n).toBe(facts(4n).startSlot);
  });

  it('takes a round for over when its grace is, a little later as long as nobody has said that it is', async () => {
    const book = new RoundBook(newFolder());
    await book.hear(facts(3n), 10_000);
    // Its hundred slots take 1,000 ms, or an eighth more; a twentieth of that is its grace.
    const surelyMs = 11_125 + 1_125 / 20;
    expect([surelyMs - 1, surelyMs + 1].map((ms) => book.isOver(3n, ms))).toEqual([false, true]);
    // The next round has begun ten slots ago.
    await book.hear(facts(4n, { slotNow: facts(4n).startSlot + 10n }), 11_100);
    expect([11_049, 11_050].map((ms) => book.isOver(3n, ms))).toEqual([false, true]);
    expect(book.isOver(9n, 99_999)).toBe(false);
  });

  it('waits no more than ten minutes longer, however long nothing was heard', async () => {
    const book = new RoundBook(newFolder());
    // A hundred slots of a minute: an eighth of their 6,000 s are 750 s.
    await book.hear(facts(3n, { slotMs: 60_000 }), 0);
    const endsMs = 6_000_000 + 600_000 + 30_000;
    expect([endsMs - 1, endsMs].map((ms) => book.isOver(3n, ms))).toEqual([false, true]);
  });

  it('refuses rounds whose slots are not in their order, and changes nothing then', async () => {
    const folder = newFolder();
    const book = new RoundBook(folder);
    await book.hear(facts(3n), 0);
    await book.hear(facts(7n), 0);
    const disorder = expect.objectContaining({ code: 'FACTS_ORDER' });
    const { endSlot } = facts(3n);
    const within = { endSlot: endSlot + 50n, submissionDeadlineSlot: endSlot + 60n };
    await expect(book.hear(facts(5n, { startSlot: endSlot, ...within }), 0)).rejects.toThrow(disorder);
    const after = { startSlot: facts(7n).startSlot + 500n, endSlot: facts(7n).startSlot + 599n };
    const windows = {
      submissionDeadlineSlot: after.endSlot + 1n,
      auditDeadlineSlot: after.endSlot + 2n,
    };
    await expect(book.hear(facts(0n, { ...after, ...windows }), 0)).rejects.toThrow(disorder);
    for (const each of [book, new RoundBook(folder)])
      expect([each.after(-1n), each.after(3n), each.after(7n)]).toEqual([3n, 7n, null]);
  });

  it('keeps the first word of a beacon, whichever round it was said with', async () => {
    const folder = newFolder();
    const book = new RoundBook(folder);
    await book.hear(facts(4n, { beacons: [{ round: 2n, blockhash: key(9) }] }), 0);
    await book.hear(facts(3n, { beacons: [{ round: 2n, blockhash: key(7) }] }), 0);
    for (const each of [book, new RoundBook(folder)]) expect(each.beacon(2n)).toEqual(key(9));
  });

  it('keeps the last 256 rounds', async () => {
    const folder = newFolder();
    const book = new RoundBook(folder);
    for (let round = 0n; round < 260n; round++) await book.hear(facts(round, { seed: key(1) }), 0);
    for (const each of [book, new RoundBook(folder)]) {
      expect([each.get(3n), each.get(4n)?.round, each.after(-1n)]).toEqual([null, 4n, 4n]);
    }
  });

  it.each(['{"round":', '', 'null', 'a directory', 'the facts of another round'])(
    'sets a damaged record aside, and hears of its round again: %s',
    async (what) => {
      const folder = newFolder();
      const before = new RoundBook(folder);
      await before.hear(facts(3n), 0);
      await before.hear(facts(4n), 0);
      const record = join(folder, '3.json');
      rmSync(record);
      if (what === 'a directory') mkdirSync(join(record, 'within'), { recursive: true });
      else if (what.startsWith('the facts')) copyFileSync(join(folder, '4.json'), record);
      else writeFileSync(record, what);
      const book = new RoundBook(folder);
      expect(book.damaged).toEqual(['3.json.damaged']);
      expect([book.get(3n), book.get(4n)]).toEqual([null, before.get(4n)]);
      const heard = await book.hear(facts(3n), 7);
      const again = new RoundBook(folder);
      expect([again.get(3n), again.damaged]).toEqual([heard, []]);
    },
  );
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
  const reserveScript = fromHex(`5120${'cd'.repeat(32)}`);
  const HEARD = { ...facts(3n), heardMs: 7, reserveScript };
  const written = JSON.parse(writeHeardFacts(HEARD)) as Record<string, unknown>;

  it('read back as they were written', () => {
    expect(readHeardFacts(JSON.stringify(written))).toEqual(HEARD);
  });

  it('of an older record have the reserve that shares committed to then: the newest', () => {
    const { reserveScript: _, ...older } = written;
    expect(readHeardFacts(JSON.stringify(older)).reserveScript).toEqual(facts(3n).reserveEpochs[0]!.script);
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
