import { describe, expect, it } from '@jest/globals';
import { LIST_CHEATS, type ListCheat } from '../../src/localnet/koii/index.js';
import { startBitcoind } from '../bitcoind.js';
import { BOUNTY, DrivenNetwork, STAKE, statusOf } from './koii-network.js';

/** Of A, B, C and D; all of one work. */
const SHARES = [1, 3, 2, 1];
/** 7 shares: ⌊10⁹ ∕ 7⌋, ⌊3 · 10⁹ ∕ 7⌋, ⌊2 · 10⁹ ∕ 7⌋, as the first. */
const DUE = [142_857_142, 428_571_428, 285_714_285, 142_857_142];

/** One after the other, as often as Koii lets a list be published again, and by what each is found. */
const FALSE_LISTS: readonly (readonly [ListCheat, RegExp])[] = [
  [LIST_CHEATS.takeAll, /^gives \w+ \d+ roe where \d+ are due$/],
  [LIST_CHEATS.halfRoe, /^gives \w+ \d+\.5, which is no whole number of roe$/],
  [LIST_CHEATS.leaveOut, /^leaves out \w+, who submitted$/],
];

describe('a distribution list that is another than every node makes', () => {
  it('is voted down with the reason and pays nobody, until another node publishes the right one', async () => {
    const network = await DrivenNetwork.start(await startBitcoind(), 'own client');
    const { account } = network;
    await Promise.all(['A', 'B', 'C', 'D'].map((name) => network.node(name, 'nested')));
    const { nodes } = network;
    const keys = nodes.map(({ wallet }) => wallet.address);
    for (const [i, node] of nodes.entries()) await network.mine(node, SHARES[i]!);
    network.toRound(1, 0.2);
    await network.until('all claim round 0', () => keys.every((key) => key in account.submissionsOf(0)));

    const authors: string[] = [];
    /** Koii's choice is among all nodes, so all would cheat; resolves to the one that had to. */
    async function published(round: number, how: ListCheat | null): Promise<string> {
      for (const { koii } of nodes) koii.listCheat = how && { round: 0, how };
      network.toRound(round, 0.2);
      const known = authors.length;
      await network.until(`list ${known} is published`, () => Object.keys(account.listsOf(0)).length > known);
      const [author] = Object.keys(account.listsOf(0)).filter((key) => !authors.includes(key));
      authors.push(author!);
      network.toRound(round, 1.1);
      return author!;
    }

    for (const [i, [how, reason]] of FALSE_LISTS.entries()) {
      const author = await published(2 + i, how);
      const others = nodes.filter(({ wallet }) => wallet.address !== author);
      await network.until('the others vote on it', () => {
        const doubt = account.listTriggersOf(0)[author];
        return doubt !== undefined && doubt.votes.length === others.length - 1;
      });
      const doubt = account.listTriggersOf(0)[author]!;
      expect(doubt.votes.map(({ is_valid }) => is_valid)).toEqual([false, false]);
      expect(new Set([doubt.trigger_by, ...doubt.votes.map(({ voter }) => voter)])).toEqual(
        new Set(others.map(({ wallet }) => wallet.address)),
      );
      for (const node of others) {
        const status = await statusOf(node);
        expect(status.rounds[0]!.falseLists?.[author]).toMatch(reason);
        expect(JSON.stringify(status.problems)).toContain(`the list of ${author} for round 0 is voted false`);
      }
      network.toRound(2 + i, 2.6);
      await network.until('it fails', () => account.recordOf(0) === 'PayoutFailed');
      expect([account.balances, keys.map((key) => account.stakes[key])]).toEqual([{}, keys.map(() => STAKE)]);
    }

    const author = await published(5, null);
    network.toRound(5, 2.6);
    await network.until('round 0 is paid', () => account.recordOf(0) === 'PayoutSuccessful');
    expect(new Set(authors).size).toBe(4);
    expect(account.listTriggersOf(0)[author]).toBeUndefined();
    expect(keys.map((key) => account.balances[key])).toEqual(DUE);
    expect(BOUNTY).toBe(1_000_000_000);
    // Others than its author vote nobody down, and nobody is alarmed.
    for (const node of nodes) {
      const { rounds } = await statusOf(node);
      const wanted = authors.filter((key) => key !== author && key !== node.wallet.address);
      expect(new Set(Object.keys(rounds[0]!.falseLists ?? {}))).toEqual(new Set(wanted));
      expect(node.koii.task!.ends).toEqual([]);
    }
  }, 240_000);
});
