/**
 * Submissions that a liar would make: each passes every check before the one that should catch it, because the liar
 * mends every hash and sum above what it forges.
 */

import type { ClaimUnderAudit } from '../../../src/audit/index.js';
import { isCanonicalBits } from '../../../src/bitcoin/index.js';
import { ByteWriter, concatBytes, utf8 } from '../../../src/lib/index.js';
import {
  type CoinbaseShape,
  type JobTemplate,
  type RoundBinding,
  readShareRecord,
  SHARE_RECORD_BYTES,
  type ShareRecord,
  writeShareRecord,
} from '../../../src/mining/index.js';
import { topOf } from '../../../src/rounds/claim-trie.js';
import { Cid, type ClaimSubmission, type ClaimTables } from '../../../src/rounds/index.js';
import { branchNode, leafNode } from '../../../src/rounds/sum-node.js';
import { blocksOf, sealed, withBlock } from '../rounds/archive-surgery.js';
import { bytesOf } from '../rounds/claim-source.js';
import {
  appointed,
  BINDING,
  blockHash,
  claimUnderAudit,
  END,
  JOBS,
  type Packed,
  type Parts,
  packedOf,
  partsOf,
  repacked,
  START,
  submissionOf,
  timeOf,
  type Worked,
  type WorkedJob,
  worked,
} from './audit-source.js';

export interface Cheat {
  readonly what: string;
  readonly check: number;
  readonly claim: ClaimUnderAudit;
}

const HONEST = worked();
const PACKED = packedOf(HONEST.built);
const PARTS = partsOf(HONEST);
const { tables } = PARTS;

type Round = Partial<ClaimUnderAudit['round']>;

function inRound(check: number, what: string, round: Round): Cheat {
  return { what, check, claim: claimUnderAudit(PACKED, undefined, round) };
}

function submitting(check: number, what: string, change: Partial<ClaimSubmission>): Cheat {
  return { what, check, claim: claimUnderAudit(PACKED, submissionOf(PACKED, change)) };
}

function spelled(what: string, edit: (text: string) => string): Cheat {
  const submission = utf8(edit(String.fromCharCode(...submissionOf(PACKED))));
  return { what, check: 1, claim: claimUnderAudit(PACKED, submission) };
}

/** Bytes in place of those that the submission names. */
function delivering(check: number, what: string, bytes: Uint8Array | 'unavailable'): Cheat {
  return { what, check, claim: { ...claimUnderAudit(PACKED), package: bytes } };
}

/** Work that is really done, on terms that no honest node would set. */
function working(check: number, what: string, options: Worked): Cheat {
  return { what, check, claim: claimUnderAudit(packedOf(worked(options).built)) };
}

function onTemplate(check: number, what: string, change: Partial<JobTemplate>): Cheat {
  return working(check, what, {
    jobs: changedFirst(({ template, shape }) => ({ template: { ...template, ...change }, shape })),
  });
}

function onShape(
  check: number,
  what: string,
  change: (shape: CoinbaseShape) => Partial<CoinbaseShape>,
): Cheat {
  return working(check, what, {
    jobs: changedFirst(({ template, shape }) => ({ template, shape: { ...shape, ...change(shape) } })),
  });
}

function changedFirst(change: (job: WorkedJob) => WorkedJob): WorkedJob[] {
  return [change(JOBS[0]!), ...JOBS.slice(1)];
}

function packing(check: number, what: string, parts: Parts): Cheat {
  return { what, check, claim: claimUnderAudit(repacked(parts)) };
}

function recording(
  check: number,
  what: string,
  at: number,
  change: (record: ShareRecord) => Partial<ShareRecord>,
): Cheat {
  const records = PARTS.records.slice();
  const record = readShareRecord(records, at * SHARE_RECORD_BYTES);
  writeShareRecord({ ...record, ...change(record) }, records, at * SHARE_RECORD_BYTES);
  return packing(check, what, { ...PARTS, records });
}

/** Rows as they are told, and sums that fit them. */
function withMiners(miners: ClaimTables['miners'], records = PARTS.records): Parts {
  const { sum, count, hash } = topOf(miners);
  return {
    claim: { ...PARTS.claim, total: sum, count, miners: miners.length, topRoot: hash },
    tables: { ...tables, miners },
    records,
  };
}

function firstMiner(change: Partial<ClaimTables['miners'][number]>): ClaimTables['miners'] {
  return [{ ...tables.miners[0]!, ...change }, ...tables.miners.slice(1)];
}

/** Shares that are another's, recorded, summed and claimed as ours. Of 24 a few stay shares by chance. */
function appropriated(what: string, other: Partial<RoundBinding>): Cheat {
  return working(27, what, { binding: { ...BINDING, ...other }, claimed: BINDING });
}

function editedBlock(index: number, edit: (bytes: Uint8Array) => Uint8Array): Packed {
  const blocks = withBlock(blocksOf(PACKED.bytes), index, edit(blocksOf(PACKED.bytes)[index]!.bytes));
  return { ...PACKED, bytes: sealed(blocks), cid: Cid.decode(blocks[0]!.cid) };
}

/** u64 value, then the script with its length: one output. */
function output(valueSats: bigint, script: Uint8Array): Uint8Array {
  return new ByteWriter().u64(valueSats).varbytes(script).finish();
}

/** One byte for another, or more: the outputs begin at 5, behind sequence and their number. */
function spliced(
  bytes: Uint8Array,
  at: number,
  remove: number,
  ...insert: readonly Uint8Array[]
): Uint8Array {
  return concatBytes(bytes.subarray(0, at), ...insert, bytes.subarray(at + remove));
}

const OUTPUTS_AT = 5;
const RESERVE_BYTES = 8 + 1 + 34;
const WITNESS_AT = OUTPUTS_AT + RESERVE_BYTES;
const WITNESS_BYTES = 8 + 1 + 38;
const count = (number: number) => Uint8Array.of(number);
const tagOf = (name: string, commitment = bytesOf('another claim')) =>
  Uint8Array.of(0x6a, 0x24, ...utf8(name), ...commitment);

/** With another output in front of the ORC1 that has the commitment. */
function outputAdded(shape: CoinbaseShape, added: Uint8Array): Partial<CoinbaseShape> {
  const counted = spliced(shape.middle, 4, 1, count(4));
  return { middle: spliced(counted, WITNESS_AT + WITNESS_BYTES, 0, added) };
}

/** The same number of bytes at the end of `middle`, which are value, length, and the head of ORC1's script. */
function beforeCommitment(shape: CoinbaseShape, back: number, bytes: Uint8Array): Partial<CoinbaseShape> {
  return { middle: spliced(shape.middle, shape.middle.length - back, bytes.length, bytes) };
}

function withValue(shape: CoinbaseShape, sats: bigint): Partial<CoinbaseShape> {
  return { middle: spliced(shape.middle, OUTPUTS_AT, 8, new ByteWriter().u64(sats).finish()) };
}

/** The same target with a smaller mantissa. */
function looseBits(bits: number): number {
  const loose = (((bits >>> 24) + 1) << 24) | ((bits & 0x7fffff) >>> 8);
  if (isCanonicalBits(loose)) throw new Error('these bits are canonical');
  return loose;
}

/** A third share of the first miner is the second again, counted and summed as if it were another. */
function shareTwice(): Parts {
  const [first] = tables.miners;
  const twice = PARTS.records.slice(SHARE_RECORD_BYTES, 2 * SHARE_RECORD_BYTES);
  const records = spliced(PARTS.records, 2 * SHARE_RECORD_BYTES, 0, twice);
  const work = HONEST.built.shares.work(1);
  return withMiners(firstMiner({ count: first!.count + 1n, work: first!.work + work }), records);
}

/** The first miner's leaves, but as a trie in which the first two stand in each other's place. */
function misplacedLeaves(): Parts {
  const { shares } = HONEST.built;
  const [first] = tables.miners;
  let folded = leafNode(shares.hash(1), shares.work(1));
  for (const place of [0, 2, 3, 4, 5, 6, 7])
    folded = branchNode(folded, leafNode(shares.hash(place), shares.work(place)));
  if (folded.count !== first!.count || folded.sum !== first!.work) throw new Error('not the same leaves');
  return withMiners(firstMiner({ shareRoot: folded.hash }));
}

const OTHER_NODE = worked({ binding: { ...BINDING, nodeKey: bytesOf('another node') } });
const otherKey = appointed(40n);

export const CHEATS: readonly Cheat[] = [
  spelled('bytes behind its submission', (text) => `${text}|`),
  spelled('a mark of byte order before it', (text) => `\u00ef\u00bb\u00bf${text}`),
  spelled('a leading zero', (text) => text.replace('|41|', '|041|')),
  spelled('work beyond 128 bits', (text) => text.replace('|112|', `|${1n << 128n}|`)),
  inRound(2, "another round's submission", { round: 42n }),
  inRound(3, 'a submission a slot past its deadline', { submissionSlot: 501n }),
  inRound(4, 'a roe more than its stake', { stakeRoe: 999n }),
  delivering(5, 'a withheld package', 'unavailable'),
  delivering(6, 'a package with bytes behind it', concatBytes(PACKED.bytes, count(0))),
  delivering(6, 'half a package', PACKED.bytes.slice(0, PACKED.bytes.length / 2)),
  delivering(6, "another claim's package", OTHER_NODE.built.package),
  {
    what: "a length of a table's row that is longer than it need be",
    check: 6,
    claim: claimUnderAudit(editedBlock(5, (bytes) => spliced(bytes, 0, 1, Uint8Array.of(0xfd, 8, 0)))),
  },
  {
    what: 'bytes behind its header',
    check: 6,
    claim: claimUnderAudit(editedBlock(0, (bytes) => concatBytes(bytes, count(0)))),
  },
  packing(6, 'a signature that no share uses', {
    ...PARTS,
    tables: { ...tables, signatures: [...tables.signatures, count(0x7e)] },
  }),
  submitting(7, 'another root', { root: bytesOf('root') }),
  submitting(8, 'inflated work', { work: PACKED.claim.total + 1n }),
  submitting(8, 'a share more', { count: PACKED.claim.count + 1n }),
  submitting(8, 'a miner more', { miners: PACKED.claim.miners + 1 }),
  { what: "another node's claim", check: 9, claim: claimUnderAudit(packedOf(OTHER_NODE.built)) },
  working(9, "another task's claim", { binding: { ...BINDING, taskId: bytesOf('another task') } }),
  working(9, 'a claim of another seed', { binding: { ...BINDING, seed: bytesOf('another seed') } }),
  {
    what: "another round's claim",
    check: 9,
    claim: (() => {
      const packed = packedOf(worked({ binding: { ...BINDING, round: 40n } }).built);
      return claimUnderAudit(packed, submissionOf(packed, { round: 41n }));
    })(),
  },
  inRound(10, 'a reserve before its epoch', { reserveEpochs: epochs(42n, 60n) }),
  inRound(10, 'a reserve behind its epoch', { reserveEpochs: epochs(30n, 40n) }),
  inRound(10, 'a reserve of no epoch', { reserveEpochs: [] }),
  working(11, 'a receipt key from a later round', { appointment: appointed(42n) }),
  working(11, 'a receipt key that it did not appoint', {
    appointment: { ...otherKey, receiptKey: bytesOf('another key') },
  }),
  packing(12, 'an inflated total', { ...PARTS, claim: { ...PARTS.claim, total: PARTS.claim.total * 2n } }),
  packing(12, 'a forged count', { ...PARTS, claim: { ...PARTS.claim, count: PARTS.claim.count + 1n } }),
  packing(12, 'work that adds up to more than 128 bits', {
    ...PARTS,
    claim: { ...PARTS.claim, total: 1n },
    tables: { ...tables, miners: tables.miners.map((miner) => ({ ...miner, work: (1n << 128n) - 1n })) },
  }),
  working(13, 'a payout to no known script', {
    payout: (miner) => ({ type: 'bitcoin', script: Uint8Array.of(0x51, miner) }),
  }),
  onShape(14, 'a script of 101 bytes', (shape) => ({
    scriptHead: concatBytes(shape.scriptHead, new Uint8Array(101 - 13 - 6 - shape.scriptHead.length)),
  })),
  onShape(14, 'a number of outputs longer than it need be', ({ middle }) => ({
    middle: spliced(middle, 4, 1, Uint8Array.of(0xfd, 3, 0)),
  })),
  onShape(14, 'a length of a script longer than it need be', ({ middle }) => ({
    middle: spliced(middle, OUTPUTS_AT + 8, 1, Uint8Array.of(0xfd, 34, 0)),
  })),
  onShape(14, 'bytes behind its lock time', ({ tail }) => ({ tail: concatBytes(tail, count(0)) })),
  onShape(14, 'no lock time', () => ({ tail: new Uint8Array(3) })),
  onShape(14, 'an output fewer than it counts', ({ middle }) => ({
    middle: spliced(middle, 4, 1, count(4)),
  })),
  // Sixty-two more than three, well formed: so many are not looked at one by one.
  onShape(14, 'more outputs than an auditor counts', ({ middle }) => ({
    middle: spliced(
      spliced(middle, 4, 1, count(65)),
      WITNESS_AT + WITNESS_BYTES,
      0,
      concatBytes(...Array.from({ length: 62 }, () => output(0n, count(0x51)))),
    ),
  })),
  onShape(14, 'the least coinbase that the form lets be', () => ({
    ...{ scriptHead: new Uint8Array(0), middle: new Uint8Array(0), tail: new Uint8Array(0) },
  })),
  onShape(15, 'the height of another block', ({ scriptHead }) => ({
    scriptHead: spliced(scriptHead, 1, 1, count(102)),
  })),
  onShape(15, 'a height longer than it need be', ({ scriptHead }) => ({
    scriptHead: spliced(scriptHead, 0, 2, Uint8Array.of(2, 101, 0)),
  })),
  onShape(15, 'a lock time that is still to come', () => ({ tail: new ByteWriter().u32(101).finish() })),
  onTemplate(15, "another height than the chain's", { height: 102 }),
  working(15, 'a height that the chain does not have there', {
    jobs: JOBS.map(({ shape }, i) => ({
      template: { ...JOBS[i]!.template, prevHash: blockHash(103) },
      shape,
    })),
  }),
  onShape(16, 'another reserve', ({ middle }) => ({
    middle: spliced(middle, OUTPUTS_AT + 11, 1, count(middle[OUTPUTS_AT + 11]! ^ 1)),
  })),
  onShape(16, 'an output more, to itself', (shape) =>
    outputAdded(shape, output(1n, Uint8Array.of(0x00, 0x14, ...bytesOf('self').subarray(0, 20)))),
  ),
  onShape(16, 'an output more, of nothing', (shape) => outputAdded(shape, output(0n, count(0x51)))),
  onShape(16, 'two witness commitments', (shape) =>
    outputAdded(shape, output(0n, Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed, ...bytesOf('witness')))),
  ),
  onShape(16, 'a value on its commitment', (shape) => beforeCommitment(shape, 15, count(1))),
  onShape(16, 'a value on its witness commitment', ({ middle }) => ({
    middle: spliced(middle, WITNESS_AT, 1, count(1)),
  })),
  onShape(16, 'the reserve behind another output', ({ middle }) => ({
    middle: concatBytes(
      middle.subarray(0, OUTPUTS_AT),
      middle.subarray(WITNESS_AT, WITNESS_AT + WITNESS_BYTES),
      middle.subarray(OUTPUTS_AT, WITNESS_AT),
      middle.subarray(WITNESS_AT + WITNESS_BYTES),
    ),
  })),
  onShape(16, 'another script of nothing than a witness commitment', ({ middle }) => ({
    middle: spliced(middle, WITNESS_AT + 9 + 2, 1, count(0xab)),
  })),
  onShape(16, 'a witness commitment with more behind it', ({ middle }) => ({
    middle: spliced(spliced(middle, WITNESS_AT + WITNESS_BYTES, 0, count(0)), WITNESS_AT + 8, 1, count(39)),
  })),
  onShape(17, 'two tags in one coinbase', (shape) => outputAdded(shape, output(0n, tagOf('ORC1')))),
  onShape(17, 'two tags in one coinbase, its own first', ({ middle, tail }) => ({
    middle: spliced(middle, 4, 1, count(4)),
    tail: concatBytes(output(0n, tagOf('ORC1')), tail),
  })),
  onShape(17, 'no tag', ({ middle, tail }) => ({
    // The commitment is where the witness commitment's is, and there is no third output.
    middle: spliced(middle.subarray(0, WITNESS_AT + 9 + 6), 4, 1, count(2)),
    tail,
  })),
  onShape(
    17,
    "another claim's tag, and its own commitment in place of the witness's",
    ({ middle, tail }) => ({
      middle: middle.subarray(0, WITNESS_AT + 9 + 6),
      tail: concatBytes(output(0n, tagOf('ORC1')), tail),
    }),
  ),
  onShape(17, 'a tag with more behind it', (shape) => ({
    ...beforeCommitment(shape, 7, count(39)),
    tail: concatBytes(count(0), shape.tail),
  })),
  onShape(17, 'the tag of a later format beside its own', (shape) =>
    outputAdded(shape, output(0n, tagOf('ORC2'))),
  ),
  onShape(17, 'another tag than its own', (shape) => beforeCommitment(shape, 4, utf8('ORC2'))),
  onShape(17, "another claim's commitment in front of its own", ({ middle }) => ({
    // ORC1's script is 70 bytes: the other commitment, then ours, which the chain does not see as one.
    middle: concatBytes(
      middle.subarray(0, middle.length - 7),
      count(70),
      Uint8Array.of(0x6a, 0x24),
      utf8('ORC1'),
      bytesOf('another claim'),
    ),
  })),
  onShape(18, 'a sat less than the subsidy', (shape) => withValue(shape, 4_999_999_999n)),
  onTemplate(19, 'a branch of 17', { branch: Array.from({ length: 17 }, (_, i) => bytesOf(`branch ${i}`)) }),
  onTemplate(20, 'work on another chain', { prevHash: bytesOf('block 100 of another chain') }),
  onTemplate(22, 'other bits than the chain demands', { bits: 0x1d00ffff }),
  working(23, 'a time that the chain does not take any more', {
    jobs: JOBS.slice(0, 2), // both on block 100
    time: () => timeOf(100) - 3_000,
  }),
  working(23, 'a time 7,801 s behind the round', { time: () => END + 7_801 }),
  recording(24, 'a share of a miner that is not there', 3, () => ({ miner: 3 })),
  recording(24, 'a share on a job that is not there', 3, () => ({ job: 6 })),
  recording(24, 'a share with a signature that is not there', 3, () => ({ signature: 9 })),
  recording(25, 'bits that are not canonical', 3, ({ bits }) => ({ bits: looseBits(bits) })),
  recording(25, 'less work than a share has', 3, () => ({ bits: 0x2100ffff })),
  recording(25, 'more work than a share has', 3, () => ({ bits: 0x1300ffff })),
  ...[0, 12, 29, 31].map((bit) =>
    recording(26, `version bit ${bit}, which is not for mining`, 3, ({ version }) => ({
      version: (version ^ (1 << bit)) >>> 0,
    })),
  ),
  recording(27, 'the difficulty it realised, not the one that was set', 3, () => ({ bits: 0x1f00ffff })),
  packing(27, 'invented shares', { ...PARTS, records: invented() }),
  packing(27, "another miner's shares", { ...PARTS, records: exchanged() }),
  appropriated("another node's shares", { nodeKey: bytesOf('another node') }),
  appropriated("another round's shares", { round: 40n }),
  appropriated("another task's shares", { taskId: bytesOf('another task') }),
  appropriated('shares from before the round began', { seed: bytesOf('another seed') }),
  packing(28, 'a share twice', shareTwice()),
  packing(
    29,
    'more work than its records have',
    withMiners(firstMiner({ work: tables.miners[0]!.work + 1n })),
  ),
  packing(29, 'a trie with a misplaced key', misplacedLeaves()),
  submitting(35, 'a tip of another height', { tipHeight: 101 }),
  submitting(35, 'a tip below those that it worked on', { tipHeight: 101, tipHash: blockHash(101) }),
  submitting(35, 'a tip above those that it worked on', { tipHeight: 103, tipHash: blockHash(103) }),
  submitting(35, 'a tip that no chain will ever reach', {
    ...{ tipHeight: 4_000_000_000, tipHash: bytesOf('no block') },
  }),
  submitting(35, 'a tip that is no block', { tipHash: bytesOf('no block') }),
];

function epochs(firstRound: bigint, lastRound: bigint): Round['reserveEpochs'] & object {
  return [{ epoch: 2, script: BINDING.reserveScript, firstRound, lastRound }];
}

/** Every share with another nonce. */
function invented(): Uint8Array {
  return rewritten(({ nonce }) => ({ nonce: nonce + 1 }));
}

/** Every share with the next miner as its own. */
function exchanged(): Uint8Array {
  return rewritten(({ miner }) => ({ miner: (miner + 1) % 3 }));
}

function rewritten(change: (record: ShareRecord) => Partial<ShareRecord>): Uint8Array {
  const records = PARTS.records.slice();
  for (let at = 0; at < records.length; at += SHARE_RECORD_BYTES) {
    const record = readShareRecord(records, at);
    writeShareRecord({ ...record, ...change(record) }, records, at);
  }
  return records;
}

/** By header times: a previous block that stopped being the tip before the round, or was none until behind it. */
export const HONEST_CLAIM = claimUnderAudit(PACKED);
export const ROUND_EDGES = { beforeStart: START - 7_800, behindEnd: END + 7_800 };
