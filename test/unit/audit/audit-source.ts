/**
 * A round to audit, its chain and its node, made the same on every run. A liar writes with the same pieces as an honest
 * node does: it may put any template and coinbase to work, and hand any share, table and sum to the writer.
 */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import {
  type AuditReport,
  type AuditSubject,
  audit,
  type BlockFacts,
  type ClaimUnderAudit,
  type VerifySignature,
} from '../../../src/audit/index.js';
import { toDisplayHex, utf8 } from '../../../src/lib/index.js';
import {
  type CoinbaseShape,
  checkShare,
  type JobTemplate,
  makeJob,
  type Payout,
  type RoundBinding,
  SHARE_RECORD_BYTES,
  type ShareRecord,
  writeShareRecord,
} from '../../../src/mining/index.js';
import {
  appointmentMessage,
  type BuiltClaim,
  type Cid,
  type Claim,
  ClaimDraft,
  type ClaimSubmission,
  type ClaimTables,
  claimRoot,
  decodePackage,
  encodePackage,
  encodeSubmission,
  PackageError,
  type ReceiptAppointment,
} from '../../../src/rounds/index.js';
import {
  BITS,
  bytesOf,
  jobOf,
  payoutOf,
  REGTEST,
  BINDING as ROUND_BINDING,
  signatureOf,
} from '../rounds/claim-source.js';

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const NODE_SECRET = createPrivateKey({
  key: Buffer.concat([PKCS8_HEAD, bytesOf('node secret')]),
  format: 'der',
  type: 'pkcs8',
});

export const NODE_KEY = Uint8Array.from(
  createPublicKey(NODE_SECRET).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length),
);
export const BINDING: RoundBinding = { ...ROUND_BINDING, nodeKey: NODE_KEY };
/** The round of BINDING, 41, in header time. */
export const START = 1_800_000_000;
export const END = START + 3_600;

export const verifySignature: VerifySignature = (key, message, signature) => {
  const spki = { key: Buffer.concat([SPKI_HEAD, key]), format: 'der', type: 'spki' } as const;
  return verify(null, message, createPublicKey(spki), signature);
};

export function appointed(fromRound: bigint, secret = NODE_SECRET): ReceiptAppointment {
  const appointment = { receiptKey: bytesOf('receipt key'), fromRound };
  const message = appointmentMessage(BINDING.taskId, NODE_KEY, appointment);
  return { ...appointment, signature: Uint8Array.from(sign(null, message, secret)) };
}

export interface WorkedJob {
  readonly template: JobTemplate;
  readonly shape: CoinbaseShape;
}

export interface Worked {
  readonly jobs?: readonly WorkedJob[];
  readonly shares?: number;
  readonly miners?: number;
  /** What the shares commit to, and what the claim says they do. */
  readonly binding?: RoundBinding;
  readonly claimed?: RoundBinding;
  readonly payout?: (miner: number) => Payout;
  readonly appointment?: ReceiptAppointment | null;
  readonly time?: (share: number) => number;
  /** Headers that the package shows. */
  readonly beside?: readonly Uint8Array[];
  /** False for shares that are left out; others are found in their place. */
  readonly keep?: (hash: Uint8Array) => boolean;
}

export const JOBS: readonly WorkedJob[] = Array.from({ length: 6 }, (_, i) => jobOf(i));

/** Of as many jobs, miners, signatures, difficulties and rolled versions as there are shares for. */
export function worked(options: Worked = {}): { built: BuiltClaim; records: ShareRecord[] } {
  const { jobs = JOBS, shares = 24, miners = 3, binding = BINDING, payout: payoutFor = payoutOf } = options;
  const { time = (share: number) => START + 600 + (share % 60), keep = () => true } = options;
  const draft = new ClaimDraft(options.claimed ?? binding, options.appointment ?? null);
  const records: ShareRecord[] = [];
  for (let i = 0; i < shares; i++) {
    const payout = payoutFor(i % miners);
    const parts = jobs[i % jobs.length]!;
    const signature = signatureOf(i % miners);
    const bits = BITS[i % BITS.length]!;
    const job = makeJob({ ...parts, signature, binding, payout, bits }, REGTEST);
    const extranonce = new Uint8Array(12);
    new DataView(extranonce.buffer).setUint32(8, i);
    const version = (parts.template.version | ((i % 8) << 13)) >>> 0;
    for (let nonce = 0; ; nonce++) {
      const share = { extranonce, time: time(i), nonce, version };
      const verdict = checkShare(job, share, CONTEXT);
      if (verdict.kind !== 'accepted' || !keep(verdict.hash)) continue;
      const record = {
        ...{ ...share, bits, job: draft.job(parts.template, parts.shape) },
        ...{ miner: draft.miner(payout), signature: draft.signature(signature) },
      };
      draft.add(record, verdict.hash);
      records.push(record);
      break;
    }
  }
  return { built: draft.finish(options.beside), records };
}

const CONTEXT = {
  ...{ stale: false, versionMask: 0x1fffe000, minTime: 0, maxTime: 0xffff_ffff },
  ...{ easierTarget: null, isDuplicate: () => false },
};

/** What stands on chain of a claim, and its package. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly cid: Cid;
  readonly claim: Claim;
}

export function packedOf({ package: bytes, cid, claim }: BuiltClaim): Packed {
  return { bytes, cid, claim };
}

export interface Parts {
  readonly claim: Omit<Claim, 'tablesHash'>;
  readonly tables: ClaimTables;
  readonly records: Uint8Array;
}

export function partsOf({ built, records }: ReturnType<typeof worked>): Parts {
  const bytes = new Uint8Array(built.shares.length * SHARE_RECORD_BYTES);
  for (let place = 0; place < built.shares.length; place++) {
    const record = built.settledRecord(records[built.shares.added(place)]!);
    writeShareRecord(record, bytes, place * SHARE_RECORD_BYTES);
  }
  return { claim: built.claim, tables: built.tables, records: bytes };
}

export function repacked(parts: Parts): Packed {
  return encodePackage({ ...parts, reserveScript: BINDING.reserveScript, appointment: null });
}

const HIGHEST = { tipHeight: 102, tipHash: blockHash(102) };

/** The highest block that a template stands on; of bytes that cannot be read, the highest of `JOBS`. */
export function tipOf(bytes: Uint8Array): Pick<ClaimSubmission, 'tipHeight' | 'tipHash'> {
  try {
    const { templates } = decodePackage(bytes, null).tables;
    const highest = templates.reduce((a, b) => (b.height > a.height ? b : a));
    return { tipHeight: highest.height - 1, tipHash: highest.prevHash };
  } catch (error) {
    if (error instanceof PackageError) return HIGHEST;
    throw error;
  }
}

export function submissionOf(
  { bytes, claim, cid }: Packed,
  change: Partial<ClaimSubmission> = {},
): Uint8Array {
  return utf8(
    encodeSubmission({
      kind: 'claim',
      round: claim.round,
      root: claimRoot(claim),
      ...{ work: claim.total, count: claim.count, miners: claim.miners },
      ...tipOf(bytes),
      ...{ packageCid: cid, proofCid: null, storeCid: null, stake: 1_000n },
      ...change,
    }),
  );
}

export function blockHash(height: number): Uint8Array {
  return bytesOf(`block ${height}`);
}

/** Every ten minutes a block, number 100 ten minutes before the round; 110 is the best. */
export function timeOf(height: number): number {
  return START + 600 * (height - 101);
}

export const BEST_HEIGHT = 110;

export function blockFacts(height: number): BlockFacts {
  return {
    ...{ place: 'best', height, time: timeOf(height), medianTime: timeOf(height) - 3_000 },
    ...{ nextTime: height < BEST_HEIGHT ? timeOf(height + 1) : null, nextBits: 0x207fffff },
  };
}

/** `changed`: blocks by hash in place of the chain's own. */
export function chainOf(changed: readonly (readonly [Uint8Array, BlockFacts | 'unknown'])[] = []) {
  const blocks = new Map<string, BlockFacts | 'unknown'>();
  for (let height = 90; height <= BEST_HEIGHT; height++) {
    blocks.set(toDisplayHex(blockHash(height)), blockFacts(height));
  }
  for (const [hash, block] of changed) blocks.set(toDisplayHex(hash), block);
  const at = { height: BEST_HEIGHT, headers: BEST_HEIGHT, settled: BEST_HEIGHT };
  const best = { ...at, time: timeOf(BEST_HEIGHT), bits: 0x207fffff };
  return { best, blocks };
}

export function claimUnderAudit(
  packed: Packed,
  submission = submissionOf(packed),
  round: Partial<ClaimUnderAudit['round']> = {},
): ClaimUnderAudit {
  return {
    submission,
    package: packed.bytes,
    round: {
      ...{ taskId: BINDING.taskId, round: BINDING.round, seed: BINDING.seed },
      ...{ submissionSlot: 500n, deadlineSlot: 500n, stakeRoe: 1_000n },
      reserveEpochs: [{ epoch: 2, script: BINDING.reserveScript, firstRound: 30n, lastRound: 41n }],
      ...{ startTime: START, endTime: END },
      ...round,
    },
  };
}

/** docs/claim-format.md, "Evidence": of every check, in every test here. */
export const MOST_EVIDENCE_BYTES = 2_048;

export const NO_OBSERVER: AuditSubject['observer'] = {
  ...{ bestFeesSats: null, replacedAt: null, blocksKnown: null, blocksFound: null },
};

export function subjectOf(claim: ClaimUnderAudit, change: Partial<AuditSubject> = {}): AuditSubject {
  return {
    ...{ claim, submitter: NODE_KEY, network: REGTEST, before: null, chain: chainOf() },
    observer: NO_OBSERVER,
    ...change,
  };
}

export function audited(claim: ClaimUnderAudit, change: Partial<AuditSubject> = {}): AuditReport {
  const report = audit(subjectOf(claim, change), verifySignature);
  for (const { no, why } of report.checks) {
    const bytes = Buffer.byteLength(JSON.stringify(why));
    if (bytes > MOST_EVIDENCE_BYTES) throw new Error(`the evidence of check ${no} has ${bytes} bytes`);
  }
  return report;
}
