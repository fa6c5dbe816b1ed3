import { describe, expect, it } from '@jest/globals';
import type { KoiiNode } from '../../../orca/task/src/koii/koii-node.js';
import { stakingKeyOf } from '../../../orca/task/src/koii/staking-key.js';
import { Submitter } from '../../../orca/task/src/pool/submitter.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import { makeStakingWallet } from '../../../src/localnet/koii/index.js';
import type { ToldClaim } from '../../../src/rounds/index.js';
import { Cid, decodeSubmission } from '../../../src/rounds/index.js';
import { SUBMISSIONS } from '../rounds/claim-vectors.js';

const KEY = stakingKeyOf(makeStakingWallet().secretKey);
const STORE = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';
const PACKAGE = Cid.of('dag-cbor', new Uint8Array([0])).toString();
const PROOF = Cid.of('dag-cbor', new Uint8Array([1])).toString();
const CLAIM: ToldClaim = {
  ...{ root: 'A'.repeat(43), work: '7', count: '2', miners: 1, tip_height: 5, tip_hash: '00'.repeat(32) },
  package_cid: PACKAGE,
};
const TASK = {
  ...{ starting_slot: 0, round_time: 900, submission_window: 300, audit_window: 300 },
  ...{ bounty_amount_per_round: 1, stake_list: { [KEY.address]: 9 } },
};

interface Wishes {
  /** What the container answers, one after the other; the last for ever. */
  readonly claims: readonly (ToldClaim | null | undefined | 'gone')[];
  /** What this key submitted for round 2. */
  readonly before?: string;
  readonly proof?: string;
  readonly failingUploads?: number;
}

/** Round 3, whose window ends with slot 3899; each look at the slot passes 20 of them. */
function submitter({ claims, before, proof, failingUploads = 0 }: Wishes) {
  const uploaded: string[][] = [];
  let slot = 3_600;
  let asked = 0;
  let failing = failingUploads;
  const node = {
    taskState: async () => TASK,
    slot: async () => {
      slot += 20;
      return slot;
    },
    submissionInfo: async () =>
      before === undefined
        ? null
        : {
            submissions: { 2: { [KEY.address]: { submission_value: before, slot: 1 } } },
            submissions_audit_trigger: {},
          },
    distributionInfo: async () => null,
  } as unknown as KoiiNode;
  const made = new Submitter(
    node,
    {
      claim: async () => {
        const claim = claims[Math.min(asked++, claims.length - 1)];
        if (claim === 'gone') throw new Error('no container');
        return claim;
      },
      draws: async () => proof ?? null,
    },
    { tell: async () => {} },
    { own: async () => new Uint8Array(3) },
    {
      upload: async (files) => {
        if (failing-- > 0) throw new Error('no storage');
        uploaded.push(files.map(({ name }) => name));
        return STORE;
      },
    },
    KEY,
    { ...systemTimers, after: (_delayMs, callback) => systemTimers.after(0, callback) },
    1,
  );
  return { made, uploaded, slotNow: () => slot };
}

/** A claim of 20 shares, and the same with more than a package records. */
const FULL = SUBMISSIONS.accepted[0]!.text.replace('|41|', '|2|');
const SAMPLED = FULL.replace('|20|3|', '|20000|3|');

describe('what a node submits', () => {
  it('is its claim with the stake on chain, once package and store are to be had', async () => {
    const { made, uploaded } = submitter({ claims: [undefined, 'gone', CLAIM], failingUploads: 1 });
    expect(decodeSubmission(await made.submissionOf(3))).toMatchObject({
      ...{ kind: 'claim', round: 3n, work: 7n, count: 2n, miners: 1, tipHeight: 5, stake: 9n },
      ...{ proofCid: null, storeCid: STORE },
    });
    expect(uploaded).toEqual([[`${PACKAGE}.car`]]);
  });

  it('is idle without shares', async () => {
    const { made, uploaded } = submitter({ claims: [null] });
    expect(await made.submissionOf(3)).toBe('orc1|3|idle|-');
    expect(uploaded).toEqual([]);
  });

  it('carries the proof of a sampled claim of the round before, and of no other', async () => {
    const proven = submitter({ claims: [null], before: SAMPLED, proof: PROOF });
    expect(await proven.made.submissionOf(3)).toBe(`orc1|3|idle|${PROOF}|${STORE}`);
    expect(proven.uploaded).toEqual([[`${PROOF}.car`]]);
    expect(await submitter({ claims: [null], before: FULL, proof: PROOF }).made.submissionOf(3)).toBe(
      'orc1|3|idle|-',
    );
    expect(await submitter({ claims: [null], proof: PROOF }).made.submissionOf(3)).toBe('orc1|3|idle|-');
  });

  it('is nothing that cannot be had: it tries up to the last tenth of the window, and says why not', async () => {
    const { made, slotNow } = submitter({ claims: [CLAIM], failingUploads: 1_000 });
    await expect(made.submissionOf(3)).rejects.toThrow('no storage');
    // 3899 − 30.
    expect(slotNow()).toBeGreaterThan(3_869);
    expect(slotNow()).toBeLessThan(3_899);
  });
});
