/**
 * A job: everything a share's verdict depends on but the share itself. It is made for one miner at one difficulty,
 * since both stand in the coinbase; a new difficulty is a new job.
 */
import { bitsToTarget, isCanonicalBits, type Network, targetToLe } from '../bitcoin/index.js';
import { CodedError } from '../lib/index.js';
import { type CoinbaseShape, fillShape } from './coinbase.js';
import { type RoundBinding, shareCommitment } from './commitment.js';
import { minerId, type Payout } from './payout.js';
import type { JobTemplate } from './template.js';

export class JobError extends CodedError<'SOLO_NEEDS_BITCOIN_PAYOUT'> {}

/** What the hash of a job's share depends on. */
export interface HashedParts {
  readonly template: JobTemplate;
  /** The coinbase without witness is prefix ‖ 12 extranonce bytes ‖ suffix. */
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

export interface Job extends HashedParts {
  /** The one whose hole its `suffix` fills. */
  readonly shape: CoinbaseShape;
  /** The committed share bits: the only difficulty a share of this job is judged at. */
  readonly bits: number;
  /** `bits` as a target, 32 bytes little-endian. */
  readonly target: Uint8Array;
  /** A hash at or below it is a block, 32 bytes little-endian. */
  readonly blockTarget: Uint8Array;
}

export interface JobParts {
  readonly template: JobTemplate;
  readonly shape: CoinbaseShape;
  readonly signature: Uint8Array;
  readonly binding: RoundBinding;
  readonly payout: Payout;
  readonly bits: number;
}

/** Throws `JobError` when a solo shape is to pay a K2 key. */
export function makeJob(parts: JobParts, network: Network): Job {
  const { template, prefix, suffix } = hashedParts(parts);
  return {
    template,
    shape: parts.shape,
    prefix,
    suffix,
    bits: parts.bits,
    target: targetOf(parts.bits),
    blockTarget: blockTarget(template, network),
  };
}

/** As `makeJob`, for whoever needs no targets. Throws as it does. */
export function hashedParts(parts: JobParts): HashedParts {
  const { prefix, suffix } = fillShape(parts.shape, parts.signature, filling(parts));
  return { template: parts.template, prefix, suffix };
}

function filling({ shape, binding, payout, bits }: JobParts): Uint8Array {
  if (shape.kind === 'pool') return shareCommitment(binding, minerId(payout), bits);
  if (payout.type === 'bitcoin') return payout.script;
  throw new JobError('SOLO_NEEDS_BITCOIN_PAYOUT', 'this node mines solo: log in with a Bitcoin address');
}

const NO_TARGET = new Uint8Array(32);

/** The target below which a share is a block, 32 bytes little-endian; with bits that no chain has, nothing meets it. */
export function blockTarget(template: JobTemplate, network: Network): Uint8Array {
  const bits = network.blockTargetBits ?? template.bits;
  return isCanonicalBits(bits) ? targetOf(bits) : NO_TARGET;
}

/** Targets by bits, never changed once made: jobs are many, and the bits among them few. */
const targets = new Map<number, Uint8Array>();
const MOST_TARGETS = 4_096;

/** 32 bytes little-endian. */
export function targetOf(bits: number): Uint8Array {
  let target = targets.get(bits);
  if (target === undefined) {
    target = targetToLe(bitsToTarget(bits));
    if (targets.size >= MOST_TARGETS) targets.clear();
    targets.set(bits, target);
  }
  return target;
}
