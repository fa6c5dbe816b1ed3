/**
 * Rounds to claim, made the same on every run: real shares of regtest, ground until their hash meets bits that take
 * two to eight hashes. `rigged` work is not ground: what it says of itself is false, and nobody has looked yet.
 */
import { type Network, network } from '../../../src/bitcoin/index.js';
import { sha256, sha256d, utf8 } from '../../../src/lib/index.js';
import {
  type CoinbaseShape,
  checkShare,
  type JobTemplate,
  makeJob,
  type Payout,
  poolShape,
  type RoundBinding,
  type ShareRecord,
} from '../../../src/mining/index.js';
import { ClaimDraft, type ReceiptAppointment } from '../../../src/rounds/index.js';

export const REGTEST = network('regtest');
/** 2, 4 and 8 expected hashes: targets 7fffff, 3fffff and 1fffff · 2²³². */
export const BITS = [0x207fffff, 0x203fffff, 0x201fffff] as const;

/** The least work of a share on networks with value, 4,294 hashes, and about half as much again. */
export const MAINNET_RULES = { network: network('mainnet'), bits: [0x1f0f4241, 0x1f0a0000] } as const;

export function bytesOf(name: string): Uint8Array {
  return sha256(utf8(name));
}

export const BINDING: RoundBinding = {
  taskId: bytesOf('task'),
  nodeKey: bytesOf('node'),
  round: 41n,
  seed: bytesOf('seed'),
  reserveScript: Uint8Array.of(0x00, 0x20, ...bytesOf('reserve')),
};

export const APPOINTMENT: ReceiptAppointment = {
  receiptKey: bytesOf('receipt key'),
  fromRound: 40n,
  signature: Uint8Array.of(...bytesOf('signature 1'), ...bytesOf('signature 2')),
};

const TAG = '/orcapool/';

export function jobOf(number: number): { template: JobTemplate; shape: CoinbaseShape } {
  const height = 101 + (number >> 1);
  return jobOn(bytesOf(`block ${height - 1}`), number);
}

function jobOn(prevHash: Uint8Array, number: number): { template: JobTemplate; shape: CoinbaseShape } {
  const height = 101 + (number >> 1);
  const template = {
    id: number.toString(16).padStart(16, '0'),
    height,
    prevHash,
    version: 0x20000000,
    bits: 0x207fffff,
    branch: Array.from({ length: number % 4 }, (_, i) => bytesOf(`branch ${number} ${i}`)),
    minTime: 1_800_000_000,
    curTime: 1_800_000_600,
    coinbaseValueSats: 5_000_000_000n + BigInt(number),
    witnessCommitment: Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed, ...bytesOf(`witness ${number}`)),
    transactionCount: 1,
    feesSats: BigInt(number),
  };
  return { template, shape: poolShape(template, TAG, BINDING.reserveScript) };
}

/** 80 bytes that a header could have. */
export function lostHeader(number: number): Uint8Array {
  const bytes = new Uint8Array(80);
  for (const part of [0, 1, 2])
    bytes.set(bytesOf(`lost ${number} ${part}`).subarray(0, part === 2 ? 16 : 32), 32 * part);
  return bytes;
}

/** A job on a block that lost its race. */
export function jobOnLost(number: number): ReturnType<typeof jobOf> {
  return jobOn(sha256d(lostHeader(number)), number);
}

export function payoutOf(number: number): Payout {
  const key = bytesOf(`miner ${number}`);
  if (number % 3 === 2) return { type: 'k2', key };
  return { type: 'bitcoin', script: Uint8Array.of(0x00, 0x14, ...key.subarray(0, 20)) };
}

export function signatureOf(number: number): Uint8Array {
  return number % 4 === 0 ? new Uint8Array(0) : utf8(`rig ${number % 4}`);
}

export interface SourceOptions {
  readonly shares: number;
  readonly miners: number;
  readonly jobs: number;
  readonly appointment?: ReceiptAppointment | null;
  readonly binding?: RoundBinding;
  readonly jobOf?: typeof jobOf;
  /** Whose rules the shares keep, with bits of so little work that they can be ground. */
  readonly rules?: { readonly network: Network; readonly bits: readonly number[] };
}

export interface SourcedShare {
  readonly record: ShareRecord;
  readonly hash: Uint8Array;
  readonly payout: Payout;
}

/** A draft with its shares added, and the shares in the order they were added. */
export function draftOf(options: SourceOptions): { draft: ClaimDraft; shares: SourcedShare[] } {
  const { binding = BINDING, rules = { network: REGTEST, bits: BITS } } = options;
  const draft = new ClaimDraft(binding, options.appointment ?? null);
  const shares: SourcedShare[] = [];
  for (let i = 0; i < options.shares; i++) {
    const payout = payoutOf(i % options.miners);
    const parts = (options.jobOf ?? jobOf)(i % options.jobs);
    const signature = signatureOf(i % options.miners);
    const bits = rules.bits[(i % options.miners) % rules.bits.length]!;
    const job = makeJob({ ...parts, signature, binding, payout, bits }, rules.network);
    const extranonce = new Uint8Array(12);
    new DataView(extranonce.buffer).setUint32(8, i);
    for (let nonce = 0; ; nonce++) {
      const share = {
        extranonce,
        time: 1_800_000_600 + (i % 60),
        nonce,
        version: 0x20000000 | ((i % 8) << 13),
      };
      const verdict = checkShare(job, share, {
        stale: false,
        versionMask: 0x1fffe000,
        minTime: 0,
        maxTime: 0xffff_ffff,
        easierTarget: null,
        isDuplicate: () => false,
      });
      if (verdict.kind !== 'accepted') continue;
      const record: ShareRecord = {
        ...share,
        bits,
        job: draft.job(parts.template, parts.shape),
        miner: draft.miner(payout),
        signature: draft.signature(signature),
      };
      draft.add(record, verdict.hash);
      shares.push({ record, hash: verdict.hash, payout });
      break;
    }
  }
  return { draft, shares };
}

/** A claim of more shares than are ground: their hashes and records are made up, and sampled is its tier. */
export function riggedDraft(shares: number, miners: number): { draft: ClaimDraft; record: ShareRecord } {
  const draft = new ClaimDraft(BINDING, null);
  const { template, shape } = jobOf(0);
  const job = draft.job(template, shape);
  const signature = draft.signature(new Uint8Array(0));
  const record: ShareRecord = {
    ...{ job, signature, bits: BITS[0], miner: 0 },
    ...{ extranonce: new Uint8Array(12), time: 0, nonce: 0, version: 0x20000000 },
  };
  const hash = new Uint8Array(32);
  const view = new DataView(hash.buffer);
  const numbers = Array.from({ length: miners }, (_, i) => draft.miner(payoutOf(i)));
  for (let i = 0; i < shares; i++) {
    view.setUint32(0, Math.imul(i, 0x9e37_79b1));
    view.setUint32(28, i);
    draft.add({ ...record, miner: numbers[i % miners]! }, hash);
  }
  return { draft, record };
}
