/** Facts in any order, again and again, late, early and false: the book takes them or refuses them, and stays itself. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EndedRounds, RoundBook } from '../../../src/claims/index.js';
import { CodedError, fromHex } from '../../../src/lib/index.js';
import type { RoundFacts } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';

const ROUNDS = [4n, 5n, 6n, 7n, 8n];
const SLOTS = 100n;
const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const epoch = (byte: number) => ({
  ...{ epoch: 0, firstRound: 0n, lastRound: 999n },
  script: fromHex(`5120${byte.toString(16).padStart(2, '0').repeat(32)}`),
});

function factsOf(round: bigint): RoundFacts {
  const startSlot = SLOTS * round;
  return {
    ...{ taskId: key(1), nodeKey: key(2), round, seed: key(Number(round)), seedSlot: startSlot },
    ...{ startSlot, endSlot: startSlot + SLOTS - 1n },
    ...{ submissionDeadlineSlot: startSlot + 150n, auditDeadlineSlot: startSlot + 199n },
    ...{ slotNow: startSlot, slotMs: 10, reserveEpochs: [epoch(3)] },
    ...{ beacons: [], lineage: [], appointment: null },
  };
}

/** What may be said otherwise the second time; only the last two are nobody's mistake. */
const changes = fc.record(
  {
    seed: fc.constantFrom(key(200), key(201)),
    taskId: fc.constant(key(202)),
    reserveEpochs: fc.constant([epoch(4)]),
    startSlot: fc.bigInt(300n, 900n),
    endSlot: fc.bigInt(300n, 900n),
    submissionDeadlineSlot: fc.bigInt(300n, 1_200n),
    beacons: fc.array(
      fc.record({ round: fc.constantFrom(2n, 3n), blockhash: fc.constantFrom(key(9), key(10)) }),
    ),
    slotMs: fc.integer({ min: 1, max: 40 }),
  },
  { requiredKeys: [] },
);

const step = fc.record({
  round: fc.constantFrom(...ROUNDS),
  laterMs: fc.integer({ min: 0, max: 900 }),
  slot: fc.bigInt(350n, 900n),
  change: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: changes }),
});

/** Everything that a node reads in the book. */
function stateOf(book: RoundBook): unknown {
  return ROUNDS.map((round) => [
    book.get(round),
    book.span(round),
    book.after(round),
    book.beacon(round - 2n),
    [book.isOver(round, 4_000), book.slotAt(50_000)],
  ]);
}

describe('facts in whatever order', () => {
  it('are taken or refused with a reason, change nothing then, and never take back what was said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const folder = newFolder();
        const book = new RoundBook(folder);
        const ended = new EndedRounds(book);
        const committed = new Map<bigint, unknown>();
        const over = new Set<bigint>();
        let nowMs = 10_000;
        let newest: bigint | null = null;
        for (const { round, laterMs, slot, change } of steps) {
          nowMs += laterMs;
          const before = stateOf(book);
          try {
            const heard = await book.hear({ ...factsOf(round), slotNow: slot, ...change }, nowMs);
            const { taskId, nodeKey, seed, reserveEpochs, startSlot, endSlot } = heard;
            const binding = { taskId, nodeKey, seed, script: reserveEpochs[0]!.script, startSlot, endSlot };
            expect(committed.get(round) ?? binding).toEqual(binding);
            committed.set(round, binding);
          } catch (error) {
            if (!(error instanceof CodedError)) throw error;
            expect(error.code).toMatch(/^FACTS_(SLOTS|CHANGED|RESERVE|ORDER)$/);
            expect(stateOf(book)).toEqual(before);
          }
          // It never goes back, neither to an earlier round nor to one that was over.
          const next = book.newest(nowMs);
          expect(newest === null || (next !== null && next >= newest)).toBe(true);
          newest = next;
          for (const each of ROUNDS) if (ended.has(each, nowMs)) over.add(each);
          for (const each of over) expect(ended.has(each, nowMs)).toBe(true);
        }
        const told = ROUNDS.flatMap((round) => book.get(round) ?? []);
        for (const [i, facts] of told.slice(1).entries()) {
          expect(facts.startSlot).toBeGreaterThan(told[i]!.endSlot);
          expect(book.span(facts.round)!.startMs).toBeGreaterThanOrEqual(book.span(told[i]!.round)!.startMs);
        }
        // What is on disk is what is known.
        expect(stateOf(new RoundBook(folder))).toEqual(stateOf(book));
      }),
      { numRuns: 60 },
    );
  });

  it('come to the same, whichever round was told of first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...ROUNDS], { minLength: ROUNDS.length }), async (order) => {
        const hear = async (rounds: readonly bigint[]): Promise<unknown> => {
          const book = new RoundBook(newFolder());
          for (const round of rounds)
            await book.hear({ ...factsOf(round), slotNow: 100n * round }, Number(round));
          return stateOf(book);
        };
        expect(await hear(order)).toEqual(await hear(ROUNDS));
      }),
      { numRuns: 20 },
    );
  });
});
