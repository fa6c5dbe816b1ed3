import { describe, expect, it } from '@jest/globals';
import { ClaimStore, type ClosedRound, RoundCloser } from '../../../src/claims/index.js';
import { ManualClock } from '../../../src/lib/index.js';
import { localSchedule } from '../../../src/rounds/index.js';
import { newFolder } from '../../integration/shares/shard-test.js';
import { bindingOf } from '../../integration/shares/share-source.js';
import { silentLogger } from '../../surroundings.js';

const ROUND_MS = 100_000;
const GRACE_MS = 5_000;

/** `told`: the only rounds there are; none for all. */
function bed(first = 0n, only: readonly bigint[] | null = null) {
  const told = new Set(only);
  const clock = new ManualClock(0);
  const store = new ClaimStore(newFolder());
  const done: string[] = [];
  let fails = 0;
  const schedule = localSchedule({ genesisMs: 0, roundMs: ROUND_MS });
  const after = (round: bigint): bigint | null =>
    only === null
      ? schedule.after(round)
      : ([...told].sort((a, b) => Number(a - b)).find((each) => each > round) ?? null);
  const closer = new RoundCloser(
    { after },
    first - 1n,
    store,
    {
      isOver: schedule.isOver,
      bindingOf,
      async barrier(round) {
        done.push(`barrier ${round} at ${clock.nowMs()}`);
        if (fails-- > 0) throw new Error('the disk is full');
        return { 'shard-0': Number(round) + 10 };
      },
      async claim(binding, bounds): Promise<ClosedRound> {
        done.push(`claim ${binding.round} to ${bounds['shard-0']}`);
        return store.put(
          { binding, bounds, closedMs: clock.nowMs(), claim: null, leftOut: null, lost: [] },
          null,
          new Uint8Array(0),
        );
      },
    },
    clock,
    silentLogger,
  );
  const at = async (ms: number): Promise<void> => {
    clock.advance(ms - clock.nowMs());
    closer.tick();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, store, closer, done, at, told, failTimes: (times: number) => (fails = times) };
}

describe('the closer of rounds', () => {
  it('closes a round when its grace is over and not before, once', async () => {
    const { at, done } = bed();
    await at(ROUND_MS + GRACE_MS - 1);
    expect(done).toEqual([]);
    await at(ROUND_MS + GRACE_MS);
    await at(ROUND_MS + GRACE_MS + 1_000);
    expect(done).toEqual([`barrier 0 at ${ROUND_MS + GRACE_MS}`, 'claim 0 to 10']);
  });

  it('closes every round it slept through, the oldest first', async () => {
    const { at, done } = bed();
    await at(3 * ROUND_MS + GRACE_MS);
    expect(done.filter((step) => step.startsWith('claim'))).toEqual([
      'claim 0 to 10',
      'claim 1 to 11',
      'claim 2 to 12',
    ]);
  });

  it('does nothing for a round that the store has', async () => {
    const { at, done, store } = bed(4n);
    store.put(
      { binding: bindingOf(4n), bounds: {}, closedMs: 0, claim: null, leftOut: null, lost: [] },
      null,
      new Uint8Array(0),
    );
    await at(5 * ROUND_MS + GRACE_MS);
    expect(done).toEqual([]);
    await at(6 * ROUND_MS + GRACE_MS);
    expect(done).toHaveLength(2);
  });

  it('tries again what failed, later each time, and lets no round be skipped', async () => {
    const { at, done, failTimes } = bed();
    failTimes(2);
    const endMs = ROUND_MS + GRACE_MS;
    for (const ms of [0, 500, 1_000, 2_000, 3_000]) await at(endMs + ms);
    expect(done).toEqual([
      `barrier 0 at ${endMs}`,
      `barrier 0 at ${endMs + 1_000}`,
      `barrier 0 at ${endMs + 3_000}`,
      'claim 0 to 10',
    ]);
  });

  it('tells of one that has failed for half a minute, until it is closed', async () => {
    const { at, closer, failTimes } = bed();
    failTimes(5);
    const endMs = ROUND_MS + GRACE_MS;
    for (const ms of [0, 1_000, 3_000, 7_000]) await at(endMs + ms);
    expect(closer.unclosed()).toEqual([]);
    await at(endMs + 15_000);
    expect(closer.unclosed()).toEqual([{ round: 0n, reason: expect.any(String) }]);
    await at(endMs + 31_000);
    expect(closer.unclosed()).toEqual([]);
  });

  it('closes the rounds behind one that cannot be closed', async () => {
    const { at, done, failTimes } = bed();
    failTimes(1);
    await at(2 * ROUND_MS + GRACE_MS);
    expect(done.slice(1)).toEqual([`barrier 1 at ${2 * ROUND_MS + GRACE_MS}`, 'claim 1 to 11']);
    await at(2 * ROUND_MS + GRACE_MS + 1_000);
    expect(done.at(-1)).toBe('claim 0 to 10');
  });

  it('closes a round that was told of only when those behind it were closed', async () => {
    const { at, done, told } = bed(0n, [1n, 2n]);
    await at(3 * ROUND_MS + GRACE_MS);
    expect(done.filter((step) => step.startsWith('claim'))).toEqual(['claim 1 to 11', 'claim 2 to 12']);
    told.add(0n);
    await at(3 * ROUND_MS + GRACE_MS + 1_000);
    expect(done.slice(4)).toEqual([`barrier 0 at ${3 * ROUND_MS + GRACE_MS + 1_000}`, 'claim 0 to 10']);
    told.add(3n);
    await at(4 * ROUND_MS + GRACE_MS);
    expect(done.slice(6)).toEqual([`barrier 3 at ${4 * ROUND_MS + GRACE_MS}`, 'claim 3 to 13']);
  });

  it('lets callers wait for a round, and tells them nothing when it stops first', async () => {
    const { at, closer } = bed();
    const waiting = closer.closed(0n);
    const never = closer.closed(9n);
    await at(ROUND_MS + GRACE_MS);
    expect((await waiting)?.bounds).toEqual({ 'shard-0': 10 });
    expect((await closer.closed(0n))?.bounds).toEqual({ 'shard-0': 10 });
    await closer.stop();
    expect(await never).toBeNull();
    expect(await closer.closed(9n)).toBeNull();
  });
});
