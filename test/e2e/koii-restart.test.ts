import { describe, expect, it } from '@jest/globals';
import { CHEATS, type NetworkNode } from '../../src/localnet/koii/index.js';
import { startBitcoind } from '../bitcoind.js';
import { BOUNTY, DrivenNetwork } from './koii-network.js';

/** The node's calls of that moment reach a process that does nothing with them any more; then the task is restarted. */
async function losingCalls({ koii }: NetworkNode, advance: () => void): Promise<void> {
  const { pid } = koii.task!;
  process.kill(pid!, 'SIGSTOP');
  advance();
  process.kill(pid!, 'SIGKILL');
  await koii.ended();
  await koii.task!.restart();
}

describe('a task that ends and is started again', () => {
  it('submits, audits and has its list paid all the same, wherever in a round it was', async () => {
    const network = await DrivenNetwork.start(await startBitcoind(), 'own client');
    const { account } = network;
    const [ours, other] = await Promise.all([network.node('A', 'nested'), network.node('B', 'nested')]);
    const key = other.wallet.address;
    other.koii.cheat = CHEATS.inflate;

    await network.mine(ours, 2);
    await network.mine(other, 1);
    await losingCalls(ours, () => network.toRound(1, 0.2));
    await network.until('both submit round 0', () => Object.keys(account.submissionsOf(0)).length === 2);
    expect((await network.submission(0, ours)).count).toBe('2');

    await losingCalls(ours, () => network.toRound(1, 1.1));
    await network.until('the cheat is voted false', () => key in account.triggersOf(0));

    network.toRound(2, 0.2);
    await network.until('round 0 has a list', () => Object.keys(account.listsOf(0)).length === 1);
    const author = network.nodes.find(({ wallet }) => wallet.address in account.listsOf(0))!;
    await losingCalls(author, () => network.toRound(2, 1.1));
    network.toRound(2, 2.6);
    await network.until('round 0 is paid', () => account.recordOf(0) === 'PayoutSuccessful');
    expect(account.balances).toEqual({ [ours.wallet.address]: BOUNTY, [key]: 0 });
  }, 240_000);
});
