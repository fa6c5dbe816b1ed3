/** What auditors do while Koii's storage does not answer: the claiming node has its package, and a silence is no vote. */
import { describe, expect, it } from '@jest/globals';
import { vouchFault } from '../../src/claims/index.js';
import { fromHex, toHex } from '../../src/lib/index.js';
import { CHEATS, type NetworkNode } from '../../src/localnet/koii/index.js';
import {
  decodeAppointment,
  decodeReceipt,
  decodeSubmission,
  verifyMembershipProof,
} from '../../src/rounds/index.js';
import { startBitcoind } from '../bitcoind.js';
import { DrivenNetwork, MINER_ADDRESS, statusOf } from './koii-network.js';

interface Receipts {
  readonly receipts: readonly { readonly receipt: string; readonly appointment: string | null }[];
}

describe('while the storage is silent', () => {
  it('a package comes from the node that claims, and what nobody gives is neither true nor false', async () => {
    const network = await DrivenNetwork.start(await startBitcoind(), 'own client');
    const { account, koii } = network;
    const [ours, other] = await Promise.all([network.node('A', 'nested'), network.node('B', 'flat')]);
    const submitted = (round: number): boolean =>
      [ours, other].every(({ wallet }) => wallet.address in account.submissionsOf(round));
    const auditOf = async (round: number, node: NetworkNode) =>
      (await network.submission(round, node)).audits;

    await network.mine(ours, 2);
    await network.mine(other, 1);
    network.toRound(1, 0.2);
    await network.until('both claim round 0', () => submitted(0));
    koii.storage.isSilent = true;
    await network.mine(other, 1);
    await network.mine(ours, 1);
    network.toRound(1, 1.05);
    await network.until('both audit round 0', async () => {
      const { submissions } = await koii.round(0);
      return submissions.every(({ audits }) => audits.length === 1);
    });
    for (const node of [ours, other]) {
      expect(await auditOf(0, node)).toMatchObject([{ verdict: 'valid', check: null }]);
      expect(node.koii.passedOn).toContain('/rounds/0/package');
    }
    await receiptsAreTheNodesWord(ours, account.submissionsOf(0)[ours.wallet.address]!.submission_value);

    ours.koii.isUnreachable = true;
    network.toRound(2, 0.2);
    await network.until('both claim round 1', () => submitted(1));
    const asked = ours.koii.passedOn.length;
    network.toRound(2, 1.05);
    await network.until('B is audited', async () => (await auditOf(1, other)).length === 1);
    await network.until('A is asked', () => ours.koii.passedOn.length > asked);
    network.toRound(2, 1.93);
    await network.until('A is asked once more', () => ours.koii.passedOn.length > asked + 1);
    // The silence goes on behind the last tenth's beginning, and is told and nothing else.
    await network.until('the task tells of it', async () =>
      JSON.stringify((await statusOf(other)).problems).includes('does not say whether it has'),
    );
    expect(await auditOf(1, ours)).toEqual([]);
    network.toRound(2, 2.1);
    expect(account.triggersOf(1)).toEqual({});

    // A storage that answers 500 for what it has not says as little: what is withheld is left open, what it has is judged.
    koii.storage.isSilent = false;
    koii.storage.lackStatus = 500;
    ours.koii.isUnreachable = false;
    await network.mine(ours, 1);
    await network.mine(other, 1);
    other.koii.cheat = CHEATS['withhold-package'];
    network.toRound(3, 0.2);
    await network.until('both claim round 2', () => submitted(2));
    network.toRound(3, 1.05);
    await network.until('A is audited', async () => (await auditOf(2, ours)).length === 1);
    network.toRound(3, 1.93);
    const open = `the archives of ${other.wallet.address} for round 2: the storage does not say whether it has`;
    await network.until('the task tells of it', async () =>
      JSON.stringify((await statusOf(ours)).problems).includes(open),
    );
    await network.until('the node is asked as well', () =>
      other.koii.passedOn.some((path) => path === '/rounds/2/package'),
    );
    expect(await auditOf(2, ours)).toMatchObject([{ verdict: 'valid', check: null }]);
    expect(await auditOf(2, other)).toEqual([]);
    network.toRound(3, 2.1);
    expect(account.triggersOf(2)).toEqual({});
  }, 240_000);
});

/** As a miner's holding on to them needs it: signed by a key that the staking key appointed, for its round. */
async function receiptsAreTheNodesWord({ pod }: NetworkNode, submission: string): Promise<void> {
  const claim = decodeSubmission(submission.trimEnd());
  if (claim.kind === 'idle') throw new Error('the node was idle');
  const { body } = (await pod.get(`/api/v1/workers/${MINER_ADDRESS}/receipts`)) as { body: Receipts };
  const held = body.receipts.map(({ receipt, appointment }) => ({
    receipt: decodeReceipt(fromHex(receipt)),
    appointment: decodeAppointment(fromHex(appointment!)),
    hex: receipt + appointment,
  }));
  expect(held.map(({ receipt, appointment }) => vouchFault(receipt, appointment))).toEqual(
    held.map(() => null),
  );
  const [kept] = held.filter(({ receipt }) => receipt.round === 0n);
  const path = `/api/v1/rounds/0/miners/${MINER_ADDRESS}/proof?receipt=${kept!.hex}`;
  const answer = (await pod.get(path)) as { body: { included: boolean; proof: string; omission: null } };
  expect(answer.body).toMatchObject({ included: true, omission: null });
  const { minerId, shareHash } = kept!.receipt;
  const shown = verifyMembershipProof(fromHex(answer.body.proof), claim.root, minerId, shareHash);
  expect([toHex(shown.claim.nodeKey), shown.shareWork! > 0n]).toEqual([toHex(kept!.receipt.nodeKey), true]);
}
