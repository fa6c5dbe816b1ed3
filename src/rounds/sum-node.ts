/**
 * The nodes of the claim trie: each carries the work and the number of shares below it, and its hash covers both
 * of its children's. So nobody can move work from one branch to another, or state a sum its leaves do not have,
 * without another root (hashing only the parent's sum leaves that open: Hu, Zhang, Guo, ePrint 2018/1139).
 *
 * H is SHA-256, integers are little-endian, sums u128, counts u64 (docs/claim-format.md, "The trie"):
 *
 *     leaf = H(00 ‖ share hash ‖ work)      node = H(01 ‖ left hash, sum, count ‖ right hash, sum, count)
 *     row  = H(02 ‖ miner id ‖ count ‖ sum ‖ share root)
 *
 * Hot path: one buffer for all preimages.
 */
import { CodedError, sha256 } from '../lib/index.js';

export class SumError extends CodedError<'WORK_OVERFLOW' | 'COUNT_OVERFLOW' | 'WORK_ZERO'> {}

export interface SumNode {
  readonly hash: Uint8Array;
  /** Work of all shares below. */
  readonly sum: bigint;
  /** Number of shares below. */
  readonly count: bigint;
}

/** One miner in a claim. */
export interface MinerRow {
  readonly minerId: Uint8Array;
  readonly count: bigint;
  readonly work: bigint;
  /** The root hash of the trie of this miner's shares. */
  readonly shareRoot: Uint8Array;
}

export const MAX_U64: bigint = (1n << 64n) - 1n;
export const MAX_U128: bigint = (1n << 128n) - 1n;

export const EMPTY: SumNode = { hash: new Uint8Array(32), sum: 0n, count: 0n };

const buffer = new Uint8Array(113);
const view = new DataView(buffer.buffer);
const leafBytes = buffer.subarray(0, 49);
const rowBytes = buffer.subarray(0, 89);

export function addWork(a: bigint, b: bigint): bigint {
  const sum = a + b;
  if (sum > MAX_U128) throw new SumError('WORK_OVERFLOW', 'work adds up to more than 128 bits hold');
  return sum;
}

export function addCounts(a: bigint, b: bigint): bigint {
  const sum = a + b;
  if (sum > MAX_U64) throw new SumError('COUNT_OVERFLOW', 'shares add up to more than 64 bits hold');
  return sum;
}

function setU128(at: number, value: bigint): void {
  view.setBigUint64(at, value, true); // takes the low 64 bits
  view.setBigUint64(at + 8, value >> 64n, true);
}

function refuseNoWork(work: bigint, count: bigint): void {
  if (work > 0n && count > 0n) return;
  throw new SumError('WORK_ZERO', 'a leaf without work, or a miner without shares, is no part of a claim');
}

/** `shareHash`: the header's, internal order. Throws `SumError` for no work. */
export function leafNode(shareHash: Uint8Array, work: bigint): SumNode {
  refuseNoWork(work, 1n);
  buffer[0] = 0;
  buffer.set(shareHash, 1);
  setU128(33, work);
  return { hash: sha256(leafBytes), sum: work, count: 1n };
}

function setChild(at: number, child: SumNode): void {
  buffer.set(child.hash, at);
  setU128(at + 32, child.sum);
  view.setBigUint64(at + 48, child.count, true);
}

/** Throws `SumError` where an addition overflows. */
export function branchNode(left: SumNode, right: SumNode): SumNode {
  const sum = addWork(left.sum, right.sum);
  const count = addCounts(left.count, right.count);
  buffer[0] = 1;
  setChild(1, left);
  setChild(57, right);
  return { hash: sha256(buffer), sum, count };
}

/** The leaf of the upper trie. Throws `SumError` for a row of nothing. */
export function rowNode(row: MinerRow): SumNode {
  refuseNoWork(row.work, row.count);
  buffer[0] = 2;
  buffer.set(row.minerId, 1);
  view.setBigUint64(33, row.count, true);
  setU128(41, row.work);
  buffer.set(row.shareRoot, 57);
  return { hash: sha256(rowBytes), sum: row.work, count: row.count };
}
