import { describe, expect, it } from '@jest/globals';
import { CHEATS } from '../../src/localnet/koii/index.js';
import { decodeSubmission } from '../../src/rounds/index.js';
import { startBitcoind } from '../bitcoind.js';
import { BOUNTY, BUNDLES, DrivenNetwork, STAKE, statusOf } from './koii-network.js';

describe.each(BUNDLES)('two nodes of a Koii network, by %s', (bundle) => {
  it('claim their rounds, audit each other, and are paid by their work; inflated work is voted down', async () => {
    const network = await DrivenNetwork.start(await startBitcoind(), bundle);
    const { account } = network;
    const [ours, other] = [await network.node('A', 'nested'), await network.node('B', 'flat')];
    const nodes = [ours, other];
    const keys = nodes.map(({ wallet }) => wallet.address) as [string, string];
    const submitted = (round: number): boolean => keys.every((key) => key in account.submissionsOf(round));
    const workOf = (round: number, key: string): bigint => {
      const submission = decodeSubmission(account.submissionsOf(round)[key]!.submission_value.trimEnd());
      if (submission.kind === 'idle') throw new Error(`${key} was idle`);
      expect(submission.stake).toBe(BigInt(STAKE));
      expect(network.koii.storage.names(submission.storeCid!)).toEqual([`${submission.packageCid}.car`]);
      return submission.work;
    };
    const audited = async (round: number): Promise<boolean> =>
      (await network.koii.round(round)).submissions.every(({ audits }) => audits.length === 1);
    const voted = async (round: number): Promise<boolean> =>
      (await Promise.all(nodes.map(statusOf))).every(({ rounds }) => rounds[round]?.verdicts !== undefined);
    const listOf = async (round: number, node: (typeof nodes)[number]) =>
      (await statusOf(node)).rounds[round]?.list;

    await network.mine(ours, 6);
    await network.mine(other, 3);
    network.toRound(1, 0.2);
    await network.until('both claim round 0', () => submitted(0));
    const [a, b] = [workOf(0, keys[0]), workOf(0, keys[1])];
    // All shares have the same bits.
    expect(a).toBe(2n * b);

    await network.mine(ours, 2);
    await network.mine(other, 4);
    network.toRound(1, 1.02);
    await network.until('both audit round 0', () => audited(0));
    network.toRound(1, 1.95);
    await network.until('both are done with round 0', () => voted(0));
    expect(account.triggersOf(0)).toEqual({});

    other.koii.cheat = CHEATS.inflate;
    network.toRound(2, 0.2);
    await network.until('both claim round 1', () => submitted(1));
    await network.until('round 0 has a list', () => Object.keys(account.listsOf(0)).length === 1);
    network.toRound(2, 1.02);
    await network.until('both audit round 1', () => audited(1));
    expect(await network.submission(1, other)).toMatchObject({
      audits: [{ auditor: keys[0], verdict: 'invalid', check: 29, check_name: 'miner-row' }],
    });
    expect((await network.submission(1, ours)).audits).toMatchObject([{ verdict: 'valid', check: null }]);
    await network.until(
      'the lists are compared',
      async () => (await listOf(0, ours)) && (await listOf(0, other)),
    );
    expect(await listOf(0, ours)).toEqual(await listOf(0, other));
    network.toRound(2, 1.95);
    await network.until('both are done with round 1', () => voted(1));
    expect(Object.keys(account.triggersOf(1))).toEqual([keys[1]]);
    expect(account.listTriggersOf(0)).toEqual({});

    // Koii's package waits by the wall clock, as long as the windows would take.
    if (bundle === 'own client') {
      network.toRound(3, 0.2);
      await network.until('round 0 is paid', () => account.recordOf(0) === 'PayoutSuccessful');
      // Two thirds and one third of the bounty, rounded down.
      expect(account.balances).toEqual({ [keys[0]]: 666_666_666, [keys[1]]: 333_333_333 });
      await network.until('round 1 has a list', () => Object.keys(account.listsOf(1)).length === 1);
      const [author] = Object.keys(account.listsOf(1)) as [string];
      expect(JSON.parse(account.list(author, 1)!)).toEqual({ [keys[0]]: BOUNTY, [keys[1]]: 0 });
      // One voter takes nobody's stake.
      expect(account.stakes[keys[1]]).toBe(STAKE);
    }

    for (const { relay, koii } of nodes) {
      expect(
        relay.requests.filter(({ functionArgs }) => /token|secret/.test(functionArgs.body ?? '')),
      ).toEqual([]);
      expect(koii.notifications).toEqual([]);
    }
    expect(await ours.koii.stop()).toBe(0);
    await network.until(
      'the pod is gone with its task',
      async () => (await ours.pod.get('/healthz')) === null,
    );
  }, 240_000);
});
