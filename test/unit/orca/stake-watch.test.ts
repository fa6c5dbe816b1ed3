import { describe, expect, it } from '@jest/globals';
import { StakeWatch } from '../../../orca/task/src/operator/stake-watch.js';

const LEAST = 5_000_000_000;

function scene(stake: number | null) {
  const told: string[] = [];
  const stake_list: Record<string, number> = stake === null ? {} : { a: stake };
  const task = {
    ...{ starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 },
    ...{ bounty_amount_per_round: 1, minimum_stake_amount: LEAST, stake_list },
  };
  const node = {
    taskState: async () => task,
    notify: async (level: string, what: string) => {
      told.push(`${level} | ${what}`);
    },
  };
  return { watch: new StakeWatch(node, 'a'), told };
}

describe('what an operator learns of the stake', () => {
  it('is what a claim voted false costs, once for each round', async () => {
    const { watch, told } = scene(LEAST);
    await watch.listed(7, { a: -3_500_000_000, b: 10 });
    await watch.listed(7, { a: -3_500_000_000, b: 10 });
    await watch.listed(8, { a: 12, b: -10 });
    await watch.listed(9, { b: 10 });
    expect(told).toEqual([
      "error | Bitcoin pool: the other nodes voted this node's claim of round 7 false; it costs 3.5 KOII of its stake",
    ]);
  });

  it('is that it fell below the task’s minimum, for as long as it is', async () => {
    const fallen = scene(LEAST - 1).watch;
    await fallen.look();
    expect(fallen.lack?.what).toBe(
      "this node's stake of 4.999999999 KOII is below the task's minimum of 5 KOII",
    );
    const enough = scene(LEAST).watch;
    await enough.look();
    expect(enough.lack).toBeNull();
    const gone = scene(null).watch;
    await gone.look();
    expect(gone.lack?.what).toContain('stake of 0 KOII');
  });
});
