import { describe, expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import type { ChainRpc } from '../../../src/bitcoind/index.js';
import {
  ForeignAuditor,
  makeStakingWallet,
  SlotClock,
  StorageNode,
  TaskAccount,
} from '../../../src/localnet/koii/index.js';

const TASK = {
  ...{ startingSlot: 1_000, roundTime: 900, submissionWindow: 300, auditWindow: 300 },
  ...{ bountyPerRound: 100, minimumStake: 5, taskId: base58.encode(new Uint8Array(32).fill(1)) },
};

/** A chain of one block. */
const RPC: ChainRpc = {
  call: async <T>(method: string): Promise<T> => {
    const block = { hash: 'aa', height: 0, confirmations: 1, time: 0, mediantime: 0, bits: '207fffff' };
    const answers: Record<string, unknown> = {
      getbestblockhash: 'aa',
      getblockheader: block,
      getchaintips: [],
    };
    return answers[method] as T;
  },
};

function network(submissions: readonly string[]) {
  const clock = new SlotClock(1_000, 400);
  const account = new TaskAccount(TASK, clock);
  const storage = new StorageNode('StorageTask', () => true);
  const wallet = makeStakingWallet();
  const deps = { account, clock, storage, rpc: RPC, reserveScript: '51', random: () => 0 };
  const auditor = new ForeignAuditor(wallet, deps);
  const keys = submissions.map(() => makeStakingWallet().address);
  for (const key of keys) account.stakes[key] = 5;
  clock.advanceTo(1_900);
  for (const [i, key] of keys.entries()) account.submit(key, submissions[i]!, 0);
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
  return { clock, account, auditor, keys, settled };
}

describe('a staker that audits as Koii’s own packages do', () => {
  it('looks at five submissions of a round and votes false on what is wrong', async () => {
    const { clock, account, auditor, keys, settled } = network(
      Array.from({ length: 8 }, () => 'no submission'),
    );
    clock.advanceTo(2_220);
    await settled();
    // Always the first of what is left.
    expect(Object.keys(account.triggersOf(0))).toEqual(keys.slice(0, 5));
    expect([...auditor.reports.get(0)!.values()].map((report) => report?.verdict)).toMatchObject(
      Array.from({ length: 5 }, () => ({ kind: 'invalid', check: 1 })),
    );
    clock.advanceTo(2_400);
    await settled();
    expect(Object.keys(account.triggersOf(0))).toHaveLength(5);
  });

  it('says true of those alone that were doubted when it began', async () => {
    const idle = 'orc1|0|idle|-';
    const { clock, account, auditor, keys, settled } = network([idle, idle, idle]);
    clock.advanceTo(2_200);
    account.audit('stranger', keys[0]!, false, 0);
    clock.advanceTo(2_220);
    account.audit('stranger', keys[1]!, false, 0);
    await settled();
    const voters = keys.map((key) => account.triggersOf(0)[key]?.votes.map(({ voter }) => voter));
    expect(voters).toEqual([[auditor.wallet.address], [], undefined]);
  });

  it('does not vote where its audit throws', async () => {
    const { clock, account, auditor, settled } = network(['no submission']);
    auditor.opinion = () => {
      throw new Error('no idea');
    };
    clock.advanceTo(2_220);
    await settled();
    expect(account.triggersOf(0)).toEqual({});
  });
});
