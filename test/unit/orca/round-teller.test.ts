import { describe, expect, it } from '@jest/globals';
import { base58 } from '@scure/base';
import type { KoiiNode } from '../../../orca/task/src/koii/koii-node.js';
import { stakingKeyOf } from '../../../orca/task/src/koii/staking-key.js';
import { RoundTeller } from '../../../orca/task/src/pool/round-teller.js';
import { isAppointed, readRoundFacts } from '../../../src/claims/index.js';
import { toHex } from '../../../src/lib/index.js';
import { makeStakingWallet } from '../../../src/localnet/koii/index.js';

const wallet = makeStakingWallet();
const KEY = stakingKeyOf(wallet.secretKey);
const TASK_ID = base58.encode(new Uint8Array(32).fill(1));
const RECEIPT_KEY = '07'.repeat(32);
const PINS = {
  reserveEpochs: [{ epoch: 0, script: '51', firstRound: 0, lastRound: 9 }],
  lineage: [],
};

/** Blocks from the slot that is asked for to `final`, every other one missing; its hash is the slot, 32 times. */
function tellerAt(slot: number, final = slot) {
  const told: Record<string, unknown>[] = [];
  const node = {
    taskState: async () => ({ starting_slot: 10, round_time: 40, submission_window: 15, audit_window: 15 }),
    slot: async () => slot,
    averageSlotMs: async () => 400,
  } as unknown as KoiiNode;
  const firstBlockFrom = async (from: number) => {
    const at = from + (from % 2);
    return at <= final ? { slot: at, blockhash: new Uint8Array(32).fill(at) } : null;
  };
  const tell = async (_round: number, facts: object): Promise<string> => {
    told.push(facts as Record<string, unknown>);
    return RECEIPT_KEY;
  };
  return { teller: new RoundTeller(node, { firstBlockFrom }, { tell }, KEY, TASK_ID, PINS), told };
}

describe('the facts of a round', () => {
  it('read as the container reads them, with a seed from the first block of the round', async () => {
    // Round 1 is slots 50 to 89; submissions come up to 104, audits up to 119.
    const { teller, told } = tellerAt(51, 51);
    await teller.tell(1);
    const facts = readRoundFacts(told[0]);
    expect(facts).toMatchObject({
      ...{
        round: 1n,
        seedSlot: 50n,
        startSlot: 50n,
        endSlot: 89n,
        submissionDeadlineSlot: 104n,
        auditDeadlineSlot: 119n,
      },
      ...{ slotNow: 51n, slotMs: 400, beacons: [], appointment: null },
    });
    expect([toHex(facts.seed), toHex(facts.nodeKey)]).toEqual([
      (50).toString(16).repeat(32),
      toHex(wallet.publicKey),
    ]);
  });

  it('appoint the receipt key that the container named, for that very round', async () => {
    const { teller, told } = tellerAt(100);
    await teller.tell(1);
    expect(told).toHaveLength(2);
    const { appointment, taskId, nodeKey } = readRoundFacts(told[1]);
    expect(appointment).toMatchObject({ fromRound: 1n });
    expect(isAppointed(appointment!, taskId, nodeKey)).toBe(true);
    await teller.tell(1);
    expect(told).toHaveLength(3);
  });

  it('bring the beacons of rounds before, each from 32 slots after its submissions', async () => {
    // Round 0: 10 to 49, submissions up to 64, so its beacon is looked for from slot 96 on.
    const before = tellerAt(95);
    await before.teller.tell(1);
    expect(readRoundFacts(before.told[0]).beacons).toEqual([]);
    const { teller, told } = tellerAt(96);
    await teller.tell(1);
    expect(readRoundFacts(told[0]).beacons).toEqual([{ round: 0n, blockhash: new Uint8Array(32).fill(96) }]);
    expect(await teller.beacon(0)).toBe(base58.encode(new Uint8Array(32).fill(96)));
    expect(await teller.beacon(1)).toBeNull();
  });

  it('are not told before the seed is final', async () => {
    const { teller, told } = tellerAt(51, 49);
    await expect(teller.tell(1)).rejects.toMatchObject({ code: 'SEED_UNKNOWN' });
    expect(told).toEqual([]);
  });
});
