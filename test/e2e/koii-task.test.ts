import { describe, expect, it } from '@jest/globals';
import { inflate } from '../../src/localnet/koii/index.js';
import { decodeSubmission } from '../../src/rounds/index.js';
import { startBitcoind } from '../bitcoind.js';
import { StratumClient } from '../stratum-client.js';
import { BOUNTY, BUNDLES, KoiiNetwork, type NetworkNode, STAKE } from './koii-network.js';

const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080.rig';

async function mine({ pod }: NetworkNode, shares: number): Promise<void> {
  await pod.untilHealthy();
  const miner = await StratumClient.login(pod.stratumPort, USER, 'd=0.00001');
  for (let n = 0; n < shares; n++) {
    const { job } = miner;
    expect((await miner.submit(USER, job, miner.mine(job))).result).toBe(true);
  }
  miner.close();
}

type Report = { verdict: { kind: string; check?: number }; weight: string };

/** Of the other node's submission, by this one's container. */
async function audits({ pod }: NetworkNode, round: number): Promise<readonly Report[]> {
  const answer = (await pod.get(`/api/v1/rounds/${round}/audits`)) as {
    body: { audits: { report: Report }[] };
  } | null;
  return answer?.body.audits.map(({ report }) => report) ?? [];
}

interface Status {
  readonly rounds: Record<string, { verdicts?: Record<string, boolean>; list?: Record<string, number> }>;
  readonly problems: readonly unknown[];
}

async function statusOf({ koii }: NetworkNode): Promise<Status> {
  return (await koii.get('/status')) as Status;
}

describe.each(BUNDLES)('two nodes of a Koii network, by %s', (bundle) => {
  it('claim their rounds, audit each other, and are paid by their work; inflated work is voted down', async () => {
    const network = await KoiiNetwork.start(await startBitcoind(), bundle);
    const { account } = network;
    const [ours, other] = [await network.node('nested'), await network.node('flat')];
    const nodes = [ours, other];
    const keys = nodes.map(({ wallet }) => wallet.address) as [string, string];
    const submitted = (round: number): boolean => keys.every((key) => key in account.submissionsOf(round));
    const workOf = (round: number, key: string): bigint => {
      const submission = decodeSubmission(account.submissionsOf(round)[key]!.submission_value.trimEnd());
      if (submission.kind === 'idle') throw new Error(`${key} was idle`);
      expect(submission.stake).toBe(BigInt(STAKE));
      expect(network.storage.names(submission.storeCid!)).toEqual([`${submission.packageCid}.car`]);
      return submission.work;
    };
    const audited = async (round: number): Promise<boolean> =>
      (await Promise.all(nodes.map((node) => audits(node, round)))).every((reports) => reports.length === 1);
    const voted = async (round: number): Promise<boolean> =>
      (await Promise.all(nodes.map(statusOf))).every(({ rounds }) => rounds[round]?.verdicts !== undefined);
    const list = async (round: number, node: NetworkNode) => (await statusOf(node)).rounds[round]?.list;

    await mine(ours, 6);
    await mine(other, 3);
    network.toRound(1, 0.2);
    await network.until('both claim round 0', nodes, () => submitted(0));
    const [a, b] = [workOf(0, keys[0]), workOf(0, keys[1])];
    // All shares have the same bits.
    expect(a).toBe(2n * b);

    await mine(ours, 2);
    await mine(other, 4);
    network.toRound(1, 1.02);
    await network.until('both audit round 0', nodes, () => audited(0));
    network.toRound(1, 1.95);
    await network.until('both are done with round 0', nodes, () => voted(0));
    expect(account.triggersOf(0)).toEqual({});

    other.koii.cheat = inflate;
    network.toRound(2, 0.2);
    await network.until('both claim round 1', nodes, () => submitted(1));
    await network.until('round 0 has a list', nodes, () => Object.keys(account.listsOf(0)).length === 1);
    network.toRound(2, 1.02);
    await network.until('both audit round 1', nodes, () => audited(1));
    expect((await audits(ours, 1))[0]!.verdict).toMatchObject({ kind: 'invalid', check: 8 });
    expect((await audits(other, 1))[0]!.verdict).toMatchObject({ kind: 'valid' });
    await network.until(
      'the lists are compared',
      nodes,
      async () => (await list(0, ours)) && (await list(0, other)),
    );
    expect(await list(0, ours)).toEqual(await list(0, other));
    network.toRound(2, 1.95);
    await network.until('both are done with round 1', nodes, () => voted(1));
    expect(Object.keys(account.triggersOf(1))).toEqual([keys[1]]);
    expect(account.listTriggersOf(0)).toEqual({});

    // Koii's package waits by the wall clock, as long as the windows would take.
    if (bundle === 'own client') {
      network.toRound(3, 0.2);
      await network.until('round 0 is paid', nodes, () => account.recordOf(0) === 'PayoutSuccessful');
      // Two thirds and one third of the bounty, rounded down.
      expect(account.balances).toEqual({ [keys[0]]: 666_666_666, [keys[1]]: 333_333_333 });
      await network.until('round 1 has a list', nodes, () => Object.keys(account.listsOf(1)).length === 1);
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
      [],
      async () => (await ours.pod.get('/healthz')) === null,
    );
  }, 240_000);
});
