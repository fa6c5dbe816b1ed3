import { describe, expect, it } from '@jest/globals';
import { CHEATS, TROUBLES, Troubles } from '../../src/localnet/koii/index.js';
import { startBitcoind } from '../bitcoind.js';
import { seededRandom } from '../unit/stratum/session/modelled-miner.js';
import { BOUNTY, DrivenNetwork, STAKE, statusOf } from './koii-network.js';

/** Of A, B and C, in each round. */
const SHARES = [
  [2, 1, 1],
  [1, 1, 2],
];
/** Of all calls. */
const PART = 1 / 6;
/** What costs most where it fails; each of them in another way on each node. */
const FIRST = [
  { checkSubmissionAndUpdateRound: ['answer lost'], distributionListSubmissionOnChain: ['refused'] },
  { checkSubmissionAndUpdateRound: ['refused', 'answer lost'], uploadDistributionList: ['answer lost'] },
  { checkSubmissionAndUpdateRound: ['cut', 'broken', 'silent'], payloadTrigger: ['answer lost'] },
] as const;

describe('nodes whose Koii nodes fail one call in six', () => {
  it('claim, audit, vote and pay every round all the same, and submit once', async () => {
    const network = await DrivenNetwork.start(await startBitcoind(), 'own client');
    const { account } = network;
    await Promise.all(['A', 'B', 'C'].map((name) => network.node(name, 'nested')));
    const { nodes } = network;
    const keys = nodes.map(({ wallet }) => wallet.address);
    const troubles = FIRST.map((first, i) => new Troubles(seededRandom(100 + i), PART, first));
    for (const [i, { koii }] of nodes.entries()) koii.troubles = troubles[i]!;
    const submitted: string[] = [];
    account.onNews((news) => {
      if (news.kind === 'submission') submitted.push(`${news.round} ${keys.indexOf(news.key)}`);
    });
    const [, , cheat] = nodes;
    const wanted = keys.map(() => 0);

    for (let round = 0; round < SHARES.length + 2; round++) {
      const [claimed, listed] = [round - 1, round - 2];
      network.toRound(round, 0.2);
      if (SHARES[claimed] !== undefined) {
        await network.until(`all submit round ${claimed}`, () =>
          keys.every((key) => key in account.submissionsOf(claimed)),
        );
        for (const [i, node] of nodes.entries()) {
          expect((await network.submission(claimed, node)).count).toBe(String(SHARES[claimed]![i]));
        }
      }
      if (SHARES[listed] !== undefined) {
        await network.until(
          `round ${listed} has a list`,
          () => Object.keys(account.listsOf(listed)).length === 1,
        );
      }
      if (SHARES[round] !== undefined) {
        for (const [i, node] of nodes.entries()) await network.mine(node, SHARES[round]![i]!);
        cheat!.koii.cheat = round === 1 ? CHEATS.inflate : null;
        // With a task that has to find its way again while nothing can be relied on.
        if (round === 1) process.kill(nodes[0]!.koii.task!.pid!, 'SIGTERM');
      }
      network.toRound(round, 1.1);
      if (SHARES[claimed] !== undefined) {
        await network.until(`all audit round ${claimed}`, async () => {
          const { submissions } = await network.koii.round(claimed);
          return submissions.every(({ audits }) => audits.length === 2);
        });
        network.toRound(round, 1.95);
        await network.until(`all are done with round ${claimed}`, async () =>
          (await Promise.all(nodes.map(statusOf))).every(
            (status) => status?.rounds[claimed]?.verdicts !== undefined,
          ),
        );
        const { submissions } = await network.koii.round(claimed);
        for (const { submitter, votes } of submissions) {
          const voters = votes.map(({ voter }) => voter).sort();
          const isFalse = claimed === 1 && submitter === keys[2];
          expect([claimed, voters]).toEqual([claimed, isFalse ? [keys[0], keys[1]].sort() : []]);
        }
      }
      network.toRound(round, 2.6);
      if (SHARES[listed] !== undefined) {
        await network.until(`round ${listed} is paid`, () => account.recordOf(listed) === 'PayoutSuccessful');
        // Two false votes are one too few to slash for, and the claim earns nothing.
        const shares = SHARES[listed].map((count, i) => (listed === 1 && i === 2 ? 0 : count));
        const total = shares.reduce((sum, count) => sum + count, 0);
        shares.forEach((count, i) => {
          wanted[i]! += Math.floor((BOUNTY * count) / total);
        });
        expect(keys.map((key) => account.balances[key])).toEqual(wanted);
        expect(account.listTriggersOf(listed)).toEqual({});
      }
    }

    const once = SHARES.flatMap((_, round) => keys.map((_key, i) => `${round} ${i}`));
    expect(submitted.filter((each) => once.includes(each)).sort()).toEqual(once.sort());
    expect(keys.map((key) => account.stakes[key])).toEqual(keys.map(() => STAKE));
    // All of it did happen, in each way.
    const all = troubles.flatMap(({ drawn }) => [...drawn.values()].flat());
    expect(TROUBLES.filter((trouble) => !all.includes(trouble))).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
    expect(nodes.flatMap(({ koii }) => koii.task!.ends)).toEqual([0]);
  }, 300_000);
});
