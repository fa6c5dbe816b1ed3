import { describe, expect, it } from '@jest/globals';
import { ManualClock, weekOf } from '../../../src/lib/index.js';
import { NotingSink } from '../../../src/roles/noting-sink.js';
import { mergeNotes, noteKey, type WorkerNote, WorkerNotes } from '../../../src/roles/worker-notes.js';
import type { CreditedShare } from '../../../src/stratum/index.js';
import { MemoryShareSink } from '../../integration/stratum/memory-share-sink.js';

const PAYOUT = { type: 'k2', key: new Uint8Array(32).fill(5) } as const;
const KEY = noteKey(PAYOUT, 'rig');
const START_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;

function note(part: Partial<WorkerNote>): WorkerNote {
  const none = { difficulty: null, difficultyMs: 0, difficultyBy: null, bestEver: 0, bestWeek: 0, week: 0 };
  return { key: KEY, ...none, ...part };
}

interface Side {
  readonly log: MemoryShareSink;
  readonly notes: WorkerNotes;
  readonly sink: NotingSink;
}

/** Two listeners of one node, each with a log of its own; what one tells the other hears at once. */
function listeners(clock: ManualClock): [Side, Side] {
  const side = (other: () => Side): Side => {
    const log = new MemoryShareSink();
    const notes = new WorkerNotes();
    const sink = new NotingSink(log, notes, (changed) => other().notes.add(changed, clock.nowMs()), clock);
    return { log, notes, sink };
  };
  const sides: [Side, Side] = [side(() => sides[1]), side(() => sides[0])];
  return sides;
}

async function logIn({ sink }: Side): ReturnType<NotingSink['worker']> {
  return sink.worker(await sink.miner(PAYOUT), 'rig');
}

function share(worker: number, hashDifficulty: number): CreditedShare {
  return { worker, hashDifficulty } as Partial<CreditedShare> as CreditedShare;
}

describe('notes of one worker', () => {
  it('merge to the newer difficulty and the higher bests', () => {
    const older = note({
      difficulty: 8,
      difficultyMs: 100,
      difficultyBy: 'a',
      bestEver: 50,
      bestWeek: 50,
      week: 7,
    });
    const newer = note({
      difficulty: 4,
      difficultyMs: 200,
      difficultyBy: 'b',
      bestEver: 20,
      bestWeek: 10,
      week: 8,
    });
    const merged = note({
      difficulty: 4,
      difficultyMs: 200,
      difficultyBy: 'b',
      bestEver: 50,
      bestWeek: 10,
      week: 8,
    });
    expect(mergeNotes(older, newer, 200)).toEqual(merged);
    expect(mergeNotes(newer, older, 200)).toEqual(merged);
    expect(mergeNotes(older, note({ difficultyMs: 150 }), 200)).toEqual(older);
  });

  it('take what a clock that was ahead dated for the older', () => {
    const ahead = note({ difficulty: 8, difficultyMs: 5_000 });
    const since = note({ difficulty: 4, difficultyMs: 200 });
    for (const merged of [mergeNotes(ahead, since, 200), mergeNotes(since, ahead, 200)])
      expect(merged).toMatchObject({ difficulty: 4, difficultyMs: 200 });
  });

  it('come out in pieces, every one once', () => {
    const notes = new WorkerNotes();
    notes.add(
      Array.from({ length: 5 }, (_, i) => note({ key: String(i) })),
      0,
    );
    const pieces = [...notes.pieces(2)].map((piece) => piece.map(({ key }) => key));
    expect(pieces).toEqual([['0', '1'], ['2', '3'], ['4']]);
  });
});

describe('a worker that comes back to another listener', () => {
  it('finds the difficulty it had, for 24 hours', async () => {
    const clock = new ManualClock(START_MS);
    const [first, second] = listeners(clock);
    first.sink.remember((await logIn(first)).worker, 4096, START_MS, 'cgminer');
    const remembered = { value: 4096, atMs: START_MS, userAgent: 'cgminer' };
    clock.advance(1_000);
    expect((await logIn(second)).difficulty).toEqual(remembered);
    clock.advance(24 * HOUR_MS - 1_000);
    expect((await logIn(second)).difficulty).toEqual(remembered);
    clock.advance(1);
    expect((await logIn(second)).difficulty).toBeNull();
  });

  it('finds none that a connection of before has left, which ended only now', async () => {
    const clock = new ManualClock(START_MS);
    const [first, second] = listeners(clock);
    const { worker } = await logIn(second);
    first.sink.remember((await logIn(first)).worker, 4096, START_MS, 'cgminer');
    clock.advance(1_000);
    second.sink.remember(worker, 16, START_MS - 1, 'cgminer');
    clock.advance(1_000);
    for (const side of [first, second]) expect((await logIn(side)).difficulty?.value).toBe(4096);
  });

  it('finds the best share it stored, and none that was not', async () => {
    const clock = new ManualClock(START_MS);
    const [first, second] = listeners(clock);
    const { worker } = await logIn(first);
    first.sink.append(share(worker, 300), () => {});
    first.log.autoCommit = false;
    first.sink.append(share(worker, 900), () => {});
    first.log.fail(new Error('the disk is full'));
    clock.advance(1_000);
    expect(await logIn(second)).toMatchObject({ bestEver: 300, bestWeek: 300 });
    clock.advance(7 * 24 * HOUR_MS);
    expect(await logIn(second)).toMatchObject({ bestEver: 300, bestWeek: 0 });
    expect(second.notes.get(KEY)?.week).toBe(weekOf(START_MS));
  });

  it('finds its difficulty at once, its best share half a second later', async () => {
    const clock = new ManualClock(START_MS);
    const [first, second] = listeners(clock);
    const { worker } = await logIn(first);
    first.sink.append(share(worker, 300), () => {});
    clock.advance(499);
    expect(second.notes.get(KEY)).toBeNull();
    clock.advance(1);
    expect(second.notes.get(KEY)).toMatchObject({ bestEver: 300, difficulty: null });
    first.sink.append(share(worker, 900), () => {});
    first.sink.remember(worker, 64, clock.nowMs(), 'cgminer');
    clock.advance(5);
    // What there is to tell goes with the first message.
    expect(second.notes.get(KEY)).toMatchObject({ bestEver: 900, difficulty: 64 });
  });
});
