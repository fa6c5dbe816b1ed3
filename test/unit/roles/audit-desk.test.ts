import { beforeAll, describe, expect, it } from '@jest/globals';
import { RpcError } from '../../../src/bitcoind/index.js';
import type { SubmissionOnChain } from '../../../src/http/index.js';
import { utf8 } from '../../../src/lib/index.js';
import type { RoundBinding } from '../../../src/mining/index.js';
import { MOST_WAITING } from '../../../src/roles/audit-desk.js';
import { encodeSubmission, proveDraws } from '../../../src/rounds/index.js';
import { BINDING, packedOf, partsOf, repacked, START, submissionOf, worked } from '../audit/audit-source.js';
import { bytesOf } from '../rounds/claim-source.js';
import { AuditBench, LAST_PART, NOBODY } from './audit-bench.js';

const MADE = worked();
const PACKED = packedOf(MADE.built);
const SUBMISSION = submissionOf(PACKED);
const FOUND = { bytes: PACKED.bytes };

async function withPackage(): Promise<AuditBench> {
  const bench = await AuditBench.open();
  bench.packages.set(PACKED.cid.toString(), PACKED.bytes);
  return bench;
}

describe('a submission that is asked about', () => {
  it('is valid with its package, and the report is kept', async () => {
    const bench = await withPackage();
    expect(await bench.judge(SUBMISSION)).toEqual({ kind: 'valid' });
    expect(bench.report()).toMatchObject({ verdict: { kind: 'valid' }, weight: '112' });
  });

  it('is decided by its bytes before bitcoind is asked anything', async () => {
    const bench = await withPackage();
    const late = { submissionSlot: 2n };
    expect(await bench.judge(SUBMISSION, late)).toEqual({ kind: 'invalid' });
    const parts = partsOf(MADE);
    const invented = repacked({
      ...parts,
      records: parts.records.map((byte, i) => (i % 40 === 32 ? byte ^ 1 : byte)),
    });
    bench.packages.set(invented.cid.toString(), invented.bytes);
    expect(await bench.judge(submissionOf(invented))).toEqual({ kind: 'invalid' });
    expect(bench.report()).toMatchObject({ verdict: { check: 27 } });
    bench.nodes.active = null;
    const high = submissionOf(PACKED, { tipHeight: 4_000_000_000 });
    expect(await bench.judge(high)).toEqual({ kind: 'invalid' });
    expect(bench.report()).toMatchObject({ verdict: { check: 35 } });
    expect(bench.chain.calls).toEqual([]);
  });

  it('that cannot be read is invalid, and no package is looked for', async () => {
    const bench = await AuditBench.open();
    expect(await bench.judge(utf8('orc1|41|nonsense'))).toEqual({ kind: 'invalid' });
    expect([bench.report().verdict.check, bench.asked]).toEqual([1, []]);
  });

  it('is looked for where its node may have it', async () => {
    const bench = await AuditBench.open();
    const judged = bench.judge(SUBMISSION);
    await bench.untilAsked(1);
    expect(bench.asked[0]).toMatchObject({
      ...{ kind: 'package', cid: PACKED.cid.toString() },
      url: 'http://node.example/api/v1/rounds/41/package',
    });
    bench.asked[0]!.settle(FOUND);
    expect(await judged).toEqual({ kind: 'valid' });
  });
});

describe('a package that nobody has', () => {
  async function judgedAt(slot: bigint, found = NOBODY, denied: readonly string[] | null = null) {
    const bench = await AuditBench.open();
    bench.toSlot(slot);
    const judged = bench.judge(SUBMISSION, { denied });
    await bench.untilAsked(1);
    bench.asked[0]!.settle(found);
    return await judged;
  }

  it('is no fault a slot before the last tenth of the audit window, and one from there on', async () => {
    expect(await judgedAt(LAST_PART - 1n)).toEqual({
      kind: 'abstain',
      reason: expect.stringContaining('is to be had from nobody yet'),
    });
    expect(await judgedAt(LAST_PART)).toEqual({ kind: 'invalid' });
  });

  const found = (gateways: 'none' | 'denied' | 'open') => ({ bytes: null, tried: '', gateways }) as const;
  const THIS = [PACKED.cid.toString()];

  // The task's storage said that it has it not; said nothing of it; or the task asks none.
  it.each([
    ['denied', null, 'invalid'],
    ['denied', THIS, 'invalid'],
    ['none', THIS, 'invalid'],
    ['none', null, 'abstain'],
    ['none', [], 'abstain'],
    ['denied', [], 'abstain'],
    ['open', null, 'abstain'],
    ['open', THIS, 'abstain'],
    ['open', [], 'abstain'],
  ] as const)(
    'is a fault only where all who were asked said so: gateways %s, storage %j: %s',
    async (gateways, denied, kind) => {
      expect((await judgedAt(LAST_PART + 50n, found(gateways), denied)).kind).toBe(kind);
    },
  );
});

describe('the desk', () => {
  it('examines one at a time, while packages of others are looked for', async () => {
    const bench = await AuditBench.open();
    let asking = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    bench.chain.gate = async () => {
      asking++;
      most = Math.max(most, asking);
      await new Promise<void>((resolve) => gates.push(resolve));
      asking--;
    };
    const until = async (count: number): Promise<void> => {
      while (gates.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const [first, second, third] = [1, 2, 3].map(() => bench.judge(SUBMISSION));
    await bench.untilAsked(3);
    // The first one's package does not come; the other two are examined all the same.
    for (const asked of bench.asked.slice(1)) asked.settle(FOUND);
    await until(1);
    gates[0]!();
    expect(await second).toEqual({ kind: 'valid' });
    await until(2);
    gates[1]!();
    expect(await third).toEqual({ kind: 'valid' });
    bench.asked[0]!.settle(FOUND);
    await until(3);
    gates[2]!();
    expect(await first).toEqual({ kind: 'valid' });
    expect(most).toBe(1);
  });

  it(`lets ${MOST_WAITING} wait, says so to the next, and has room again when one is done`, async () => {
    const bench = await AuditBench.open();
    const waiting = Array.from({ length: MOST_WAITING }, () => bench.judge(SUBMISSION));
    await bench.untilAsked(MOST_WAITING);
    const busy = { kind: 'abstain', reason: 'too many audits wait for this node already' };
    expect(await bench.judge(SUBMISSION)).toEqual(busy);
    bench.asked[0]!.settle(FOUND);
    expect(await waiting[0]).toEqual({ kind: 'valid' });
    const next = bench.judge(SUBMISSION);
    await bench.untilAsked(MOST_WAITING + 1);
    expect(await bench.judge(SUBMISSION)).toEqual(busy);
    for (const asked of bench.asked) asked.settle(NOBODY);
    expect((await next).kind).toBe('abstain');
  });

  it.each([
    ['a search that fails', (bench: AuditBench) => bench.asked[0]!.fail(new Error('no thread')), 'no thread'],
    [
      'a bitcoind that breaks off',
      (bench: AuditBench) => {
        bench.chain.fault = new RpcError('RPC_TIMEOUT', 'too long');
        bench.asked[0]!.settle(FOUND);
      },
      'no bitcoind of this node is fit to be asked',
    ],
    [
      'no bitcoind',
      (bench: AuditBench) => {
        bench.nodes.active = null;
        bench.asked[0]!.settle(FOUND);
      },
      'no bitcoind of this node is fit to be asked',
    ],
  ])('abstains from %s, throws nothing, and goes on', async (_what, spoil, reason) => {
    const bench = await AuditBench.open();
    const judged = bench.judge(SUBMISSION);
    await bench.untilAsked(1);
    spoil(bench);
    expect(await judged).toEqual({ kind: 'abstain', reason: expect.stringContaining(reason) });
    bench.chain.fault = null;
    bench.nodes.active = { rpc: bench.chain };
    bench.packages.set(PACKED.cid.toString(), PACKED.bytes);
    expect(await bench.judge(SUBMISSION)).toEqual({ kind: 'valid' });
  });

  it('abstains from a round that it was told nothing of', async () => {
    expect(await (await withPackage()).judge(SUBMISSION, { round: 42n })).toEqual({
      kind: 'abstain',
      reason: expect.stringContaining('has told this node nothing of round 42'),
    });
  });
});

describe('the claim of the round before', () => {
  const BEACON = bytesOf('beacon');
  const BEFORE: RoundBinding = { ...BINDING, round: 40n, seed: bytesOf('seed of 40') };
  let sampled: ReturnType<typeof packedOf>;
  let proof: {
    readonly bytes: Uint8Array;
    readonly cid: Parameters<typeof encodeSubmission>[0]['proofCid'] & object;
  };

  beforeAll(() => {
    const made = worked({
      ...{ shares: 16_385, miners: 6, binding: BEFORE, time: (share) => START - 1_000 + (share % 60) },
    });
    sampled = packedOf(made.built);
    proof = proveDraws(made.built, BEACON, (added) => made.records[added]!);
  });

  const toldBefore = (): SubmissionOnChain => ({
    ...{ submission: String.fromCharCode(...submissionOf(sampled)), submissionSlot: 1n },
    ...{ deadlineSlot: 1n, stake: 1_000n },
  });
  const proving = (): Uint8Array =>
    utf8(encodeSubmission({ kind: 'idle', round: 41n, proofCid: proof.cid, storeCid: null }));

  it('is not asked for where no proof is carried', async () => {
    const bench = await withPackage();
    expect(await bench.judge(SUBMISSION, { before: toldBefore() })).toEqual({ kind: 'valid' });
    expect(bench.asked).toEqual([]);
  });

  it('is looked for with its proof beside the package of the round that proves it, and weighed', async () => {
    const bench = await AuditBench.open();
    const judged = bench.judge(proving(), { before: toldBefore(), beacon: BEACON });
    await bench.untilAsked(1);
    bench.asked[0]!.settle({ bytes: sampled.bytes });
    await bench.untilAsked(2);
    bench.asked[1]!.settle({ bytes: proof.bytes });
    expect(await judged).toEqual({ kind: 'valid' });
    expect(bench.asked.map(({ kind, cid, url }) => [kind, cid, url])).toEqual([
      ['package', sampled.cid.toString(), 'http://node.example/api/v1/rounds/40/package'],
      ['proof', proof.cid.toString(), 'http://node.example/api/v1/rounds/40/draws/package'],
    ]);
    expect(bench.report().proven).toBe(String(sampled.claim.total));
  });

  it('is late with the window of the round that proves it, not with its own', async () => {
    for (const [slot, kind] of [
      [LAST_PART - 1n, 'abstain'],
      [LAST_PART, 'invalid'],
    ] as const) {
      const bench = await AuditBench.open();
      bench.packages.set(sampled.cid.toString(), sampled.bytes);
      bench.toSlot(slot);
      const judged = bench.judge(proving(), { before: toldBefore(), beacon: BEACON });
      await bench.untilAsked(1);
      bench.asked[0]!.settle(NOBODY);
      expect((await judged).kind).toBe(kind);
      if (kind === 'invalid') expect(bench.report().verdict.check).toBe(31);
    }
  });

  it('is the one that this node audited, where nobody says', async () => {
    const bench = await AuditBench.open();
    expect(await bench.judge(proving(), { before: undefined })).toEqual({
      kind: 'abstain',
      reason: expect.stringContaining('has not audited the submission of round 40'),
    });
    bench.packages.set(sampled.cid.toString(), sampled.bytes);
    bench.packages.set(proof.cid.toString(), proof.bytes);
    const { submission, ...onChain } = toldBefore();
    expect(await bench.judge(utf8(submission), { ...onChain, round: 40n, seed: BEFORE.seed })).toEqual({
      kind: 'valid',
    });
    expect(await bench.judge(proving(), { before: undefined, beacon: BEACON })).toEqual({ kind: 'valid' });
    expect(await bench.judge(proving(), { before: undefined })).toEqual({
      kind: 'abstain',
      reason: expect.stringContaining('beacon'),
    });
  });

  it('that is none makes a proof invalid', async () => {
    const bench = await withPackage();
    expect(await bench.judge(proving(), { before: null })).toEqual({ kind: 'invalid' });
    expect(bench.report().verdict.check).toBe(32);
  });
});
