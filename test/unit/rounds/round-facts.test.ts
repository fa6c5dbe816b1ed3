import { describe, expect, it } from '@jest/globals';
import { fromHex } from '../../../src/lib/index.js';
import {
  freezeMs,
  heardFacts,
  localSchedule,
  type RoundFacts,
  RoundFactsError,
  reserveOf,
} from '../../../src/rounds/index.js';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const epoch = (number: number, firstRound: bigint, lastRound: bigint) => ({
  epoch: number,
  script: fromHex(`5120${number.toString(16).padStart(2, '0').repeat(32)}`),
  firstRound,
  lastRound,
});

const FACTS: RoundFacts = {
  taskId: key(1),
  nodeKey: key(2),
  round: 10n,
  seed: key(3),
  seedSlot: 900n,
  startSlot: 1_000n,
  endSlot: 1_999n,
  submissionDeadlineSlot: 2_500n,
  auditDeadlineSlot: 3_000n,
  slotNow: 1_200n,
  slotMs: 400,
  reserveEpochs: [epoch(0, 0n, 10n), epoch(1, 10n, 99n)],
  beacons: [],
  lineage: [],
  appointment: null,
};

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof RoundFactsError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the facts of a round', () => {
  it('count for a grace longer than they last', () => {
    // A twentieth of 400 s is 20 s; of an hour it would be more than 30 s.
    expect(freezeMs({ startMs: 920_000, endMs: 1_320_000 })).toBe(1_340_000);
    expect(freezeMs({ startMs: 0, endMs: 3_600_000 })).toBe(3_630_000);
  });

  it('pay the newest reserve that has the round, in an overlap the later one', () => {
    expect(reserveOf(FACTS)).toEqual(FACTS.reserveEpochs[1]!.script);
    expect(reserveOf({ ...FACTS, round: 9n })).toEqual(FACTS.reserveEpochs[0]!.script);
    expect(codeOf(() => reserveOf({ ...FACTS, round: 100n }))).toBe('FACTS_RESERVE');
    expect(codeOf(() => heardFacts(null, { ...FACTS, round: 100n }, 0))).toBe('FACTS_RESERVE');
  });

  it('come in the order of their slots', () => {
    for (const wrong of [
      { endSlot: 999n },
      { submissionDeadlineSlot: 1_999n },
      { auditDeadlineSlot: 2_500n },
    ]) {
      expect(codeOf(() => heardFacts(null, { ...FACTS, ...wrong }, 0))).toBe('FACTS_SLOTS');
    }
  });

  it('may be said again, later and with more, but not otherwise', () => {
    const heard = heardFacts(null, FACTS, 1_000_000);
    const beacons = [{ round: 9n, blockhash: key(9) }];
    const again = heardFacts(heard, { ...FACTS, slotNow: 1_300n, slotMs: 420, beacons }, 1_042_000);
    expect(again).toMatchObject({ beacons, heardMs: 1_042_000 });
    // A message that was overtaken changes nothing.
    expect(heardFacts(again, FACTS, 1_050_000)).toBe(again);
    for (const other of [
      { taskId: key(7) },
      { nodeKey: key(7) },
      { seed: key(7) },
      { reserveEpochs: [epoch(2, 0n, 99n)] },
      { startSlot: 1_001n },
      { endSlot: 1_998n },
      { submissionDeadlineSlot: 2_501n },
      { auditDeadlineSlot: 3_001n },
      { seedSlot: 901n },
    ]) {
      expect(codeOf(() => heardFacts(heard, { ...FACTS, ...other }, 0))).toBe('FACTS_CHANGED');
    }
  });
});

describe('a reserve epoch that appears while a round runs', () => {
  const [old, present] = FACTS.reserveEpochs as [ReturnType<typeof epoch>, ReturnType<typeof epoch>];
  const heard = heardFacts(null, FACTS, 1_000_000);
  const say = (...reserveEpochs: readonly ReturnType<typeof epoch>[]) =>
    heardFacts(heard, { ...FACTS, slotNow: 1_300n, reserveEpochs }, 1_040_000);

  it('is taken with all that is said beside it, and what shares commit to stays', () => {
    const more = say(old, present, epoch(2, 10n, 99n));
    expect([more.slotNow, more.reserveEpochs.length]).toEqual([1_300n, 3]);
    expect(more.reserveScript).toEqual(present.script);
    expect(heardFacts(null, { ...more, round: 11n }, 0).reserveScript).toEqual(epoch(2, 0n, 0n).script);
    // Once more, and after a new list without the last.
    expect(heardFacts(more, { ...more, slotNow: 1_400n }, 0).reserveScript).toEqual(present.script);
    expect(say(present).reserveScript).toEqual(present.script);
  });

  it('does not take the place of the one that shares commit to', () => {
    expect(codeOf(() => say(old, epoch(2, 10n, 99n)))).toBe('FACTS_CHANGED');
    expect(codeOf(() => say(old, { ...present, lastRound: 9n }, epoch(2, 10n, 99n)))).toBe('FACTS_CHANGED');
  });
});

describe('rounds by the clock', () => {
  it('are all known, one behind the other', () => {
    const schedule = localSchedule({ genesisMs: 1_000, roundMs: 500 });
    expect(schedule.newest(2_499)).toBe(2n);
    expect(schedule.span(2n)).toEqual({ startMs: 2_000, endMs: 2_500 });
    expect(schedule.after(2n)).toBe(3n);
  });
});
