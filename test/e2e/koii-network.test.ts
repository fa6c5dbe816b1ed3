import { describe, expect, it } from '@jest/globals';
import type { RegtestBitcoind } from '../../src/localnet/index.js';
import { CHEATS, type CheatName } from '../../src/localnet/koii/index.js';
import { startBitcoind } from '../bitcoind.js';
import { BOUNTY, DrivenNetwork, STAKE, statusOf } from './koii-network.js';

interface Plan {
  /** Shares that each node mines, in the order of their names. */
  readonly shares: readonly number[];
  /** The node whose claim of this round is forged, and how. */
  readonly cheat?: readonly [node: number, how: CheatName];
  /** Of a staker elsewhere, against this node. */
  readonly falseVote?: number;
  /** In the middle of the round's work. */
  readonly mishap?: (network: DrivenNetwork, bitcoind: RegtestBitcoind, round: number) => Promise<void>;
}

const NAMES = ['A', 'B', 'C', 'D', 'E'];

const ROUNDS: readonly Plan[] = [
  { shares: [1, 2, 3, 1, 2] },
  { shares: [2, 1, 1, 1, 2], cheat: [4, 'inflate'] },
  { shares: [1, 1, 2, 2, 1], cheat: [3, 'duplicate'] },
  { shares: [1, 2, 2, 1, 1], cheat: [2, 'steal'] },
  { shares: [2, 2, 1, 1, 1], cheat: [1, 'replay'] },
  { shares: [2, 1, 1, 3, 1], cheat: [0, 'reserve'] },
  { shares: [1, 1, 2, 1, 2], cheat: [4, 'withhold-package'] },
  { shares: [2, 2, 1, 0, 1], falseVote: 0, mishap: crashOfAContainer },
  { shares: [1, 3, 1, 2, 1], mishap: endOfABundle },
  { shares: [1, 1, 2, 1, 3], mishap: restartOfRelayAndBitcoind },
];

async function crashOfAContainer({ nodes }: DrivenNetwork): Promise<void> {
  nodes[1]!.pod.crash();
}

/** With 0, as after an error that nobody caught: Koii starts it again, and Orca its pod. It has a list to have paid. */
async function endOfABundle({ nodes, account }: DrivenNetwork, _: unknown, round: number): Promise<void> {
  const author = nodes.find(({ wallet }) => wallet.address in account.listsOf(round - 2))!;
  process.kill(author.koii.task!.pid!, 'SIGTERM');
}

async function restartOfRelayAndBitcoind({ nodes }: DrivenNetwork, bitcoind: RegtestBitcoind): Promise<void> {
  await Promise.all([nodes[3]!.relay.restart(), bitcoind.restart()]);
}

/** The bounty by shares, which are all of one work, rounded down; and seven tenths of a forger's stake. */
function wantedList(
  { shares, cheat }: Plan,
  keys: readonly string[],
  stakes: Readonly<Record<string, number>>,
): Record<string, number> {
  const counted = shares.map((count, node) => (node === cheat?.[0] ? 0 : count));
  const total = counted.reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(
    keys.map((key, node) => {
      if (node === cheat?.[0]) return [key, -Math.floor((stakes[key]! * 7) / 10)];
      return [key, Math.floor((BOUNTY * counted[node]!) / total)];
    }),
  );
}

describe('five nodes of a Koii network, and a staker elsewhere, over ten rounds', () => {
  it('catch each cheat by its check, pay the honest by their work to the integer, and survive restarts', async () => {
    const bitcoind = await startBitcoind();
    const network = await DrivenNetwork.start(bitcoind, 'own client');
    const { account } = network;
    await Promise.all(NAMES.map((name, i) => network.node(name, i % 2 === 0 ? 'nested' : 'flat')));
    const { nodes } = network;
    const keys = nodes.map(({ wallet }) => wallet.address);
    const elsewhere = network.koii.addAuditor(() => 0);
    elsewhere.opinion = (key, round) => {
      const against = ROUNDS[round]?.falseVote;
      return against !== undefined && key === keys[against] ? false : null;
    };
    const stakes: Record<string, number> = Object.fromEntries(keys.map((key) => [key, STAKE]));
    const balances: Record<string, number> = Object.fromEntries(keys.map((key) => [key, 0]));

    /** All that Koii asks of the nodes in the round, whose own work is done at its end. */
    async function pass(round: number): Promise<void> {
      const [claimed, listed] = [ROUNDS[round - 1], ROUNDS[round - 2]];
      network.toRound(round, 0.2);
      if (claimed !== undefined) {
        await network.until(`all submit round ${round - 1}`, () =>
          keys.every((key) => key in account.submissionsOf(round - 1)),
        );
      }
      if (listed !== undefined) {
        await network.until(
          `round ${round - 2} has a list`,
          () => Object.keys(account.listsOf(round - 2)).length === 1,
        );
      }
      await work(round);
      network.toRound(round, 1.1);
      if (listed !== undefined) await network.until('the lists are alike', () => sameLists(round - 2));
      if (claimed !== undefined && claimed.cheat?.[1] !== 'withhold-package') {
        await network.until(`all audit round ${round - 1}`, () => isAudited(round - 1, claimed));
      }
      network.toRound(round, 1.95);
      if (claimed !== undefined) {
        await network.until(`round ${round - 1} is judged`, () => isAudited(round - 1, claimed));
        await network.until(`all are done with round ${round - 1}`, () => isVoted(round - 1));
        await expectVotes(round - 1, claimed);
      }
      network.toRound(round, 2.6);
      if (listed !== undefined) await expectPaid(round - 2, listed);
    }

    async function work(round: number): Promise<void> {
      const plan = ROUNDS[round];
      if (plan === undefined) return;
      for (const node of nodes) node.koii.cheat = null;
      const { shares, mishap } = plan;
      // What was mined before a mishap is claimed as well.
      const before = mishap === undefined ? 0 : 1;
      const mine = async (share: (count: number) => number): Promise<void> => {
        for (const [i, node] of nodes.entries()) {
          const count = share(shares[i]!);
          if (count > 0) await network.mine(node, count);
        }
      };
      await mine((count) => Math.min(count, before));
      await mishap?.(network, bitcoind, round);
      await mine((count) => count - before);
      if (plan.cheat !== undefined) nodes[plan.cheat[0]]!.koii.cheat = CHEATS[plan.cheat[1]];
    }

    async function isAudited(round: number, { shares }: Plan): Promise<boolean> {
      const { submissions } = await network.koii.round(round);
      const others = nodes.length - 1;
      return (
        submissions.every(
          ({ audits }) => audits.filter(({ auditor }) => keys.includes(auditor)).length === others,
        ) && shares.length === nodes.length
      );
    }

    async function isVoted(round: number): Promise<boolean> {
      const all = await Promise.all(nodes.map(statusOf));
      return all.every((status) => status?.rounds[round]?.verdicts !== undefined);
    }

    async function sameLists(round: number): Promise<boolean> {
      const lists = (await Promise.all(nodes.map(statusOf))).map((status) => status?.rounds[round]?.list);
      if (lists.some((list) => list === undefined)) return false;
      for (const list of lists) expect(list).toEqual(lists[0]);
      return true;
    }

    async function expectVotes(round: number, { cheat, falseVote }: Plan): Promise<void> {
      const { submissions } = await network.koii.round(round);
      for (const [i, key] of keys.entries()) {
        const { audits, votes, stands, is_slashed } = submissions.find(({ submitter }) => submitter === key)!;
        const found = audits.filter(({ auditor }) => keys.includes(auditor)).map(({ check }) => check);
        if (i === cheat?.[0]) {
          expect([round, cheat[1], found]).toEqual([
            round,
            cheat[1],
            found.map(() => CHEATS[cheat[1]].check),
          ]);
          expect(votes.filter(({ is_valid }) => !is_valid).length).toBeGreaterThanOrEqual(nodes.length - 1);
          expect([stands, is_slashed]).toEqual([false, true]);
        } else {
          expect([round, i, found]).toEqual([round, i, found.map(() => null)]);
          expect([stands, is_slashed]).toEqual([true, false]);
          expect(votes.filter(({ is_valid }) => !is_valid).map(({ voter }) => voter)).toEqual(
            i === falseVote ? [elsewhere.wallet.address] : [],
          );
        }
      }
    }

    async function expectPaid(round: number, plan: Plan): Promise<void> {
      await network.until(`round ${round} is paid`, () => account.recordOf(round) !== 'Uninitialized');
      expect([round, account.recordOf(round)]).toEqual([round, 'PayoutSuccessful']);
      const { lists } = await network.koii.round(round);
      const wanted = wantedList(plan, keys, stakes);
      expect([round, lists.map(({ list }) => list)]).toEqual([round, [wanted]]);
      for (const [key, roe] of Object.entries(wanted)) {
        if (roe < 0) stakes[key]! += roe;
        else balances[key]! += roe;
      }
      expect(lists.flatMap(({ votes }) => votes)).toEqual([]);
      expect(keys.map((key) => account.balances[key] ?? 0)).toEqual(keys.map((key) => balances[key]));
      expect(keys.map((key) => account.stakes[key])).toEqual(keys.map((key) => stakes[key]));
    }

    for (let round = 0; round < ROUNDS.length + 2; round++) await pass(round);
    expect(account.stakes[elsewhere.wallet.address]).toBe(STAKE);
    expect(nodes[1]!.pod.restarts).toBe(1);
    expect(nodes.flatMap(({ koii }) => koii.task!.ends)).toEqual([0]);
    // What a restart takes is told as such and nothing failed for good; whoever cheated learns what it costs.
    for (const [i, { koii }] of nodes.entries()) {
      const told = koii.notifications.filter(({ level }) => level === 'error').map(({ what }) => what);
      const slashed = ROUNDS.flatMap(({ cheat }, round) => (cheat?.[0] === i ? [round] : []));
      const costs = (round: number) => `voted this node's claim of round ${round} false; it costs `;
      expect(slashed.filter((round) => !told.some((what) => what.includes(costs(round))))).toEqual([]);
      expect(told.filter((what) => !slashed.some((round) => what.includes(costs(round))))).toEqual([]);
    }
  }, 600_000);
});
