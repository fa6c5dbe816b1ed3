/**
 * Which shares of a sampled claim are opened. A claim's shares lie on a line of its total work, each as long as its
 * work, in the claim's order; 384 draws fall on it, and the share under each is opened. The draws depend on the claim
 * and on a beacon that nobody knew when the claim was made. A valid share of work w lies under exactly w places, and
 * no two under one, so a claim with a fraction f of work that is not there fails each draw with at least f
 * (docs/claim-format.md, "Draws").
 */
import { ByteWriter, bigintFromLe, concatBytes, sha256, taggedHash } from '../lib/index.js';

export const DRAWS = 384;

const seedOf = taggedHash('orcapool/draws/1');

/** taggedHash("orcapool/draws/1", claim root 32 ‖ beacon 32). */
export function drawSeed(root: Uint8Array, beacon: Uint8Array): Uint8Array {
  return seedOf(concatBytes(root, beacon));
}

/**
 * Draw j is SHA-256(seed ‖ u32 j), read as a little-endian number, modulo `total`. In ascending order; some may be
 * equal. The remainder of 256 bits favours no place by more than 2⁻¹²⁸ (`total` < 2¹²⁸).
 */
export function drawsOf(seed: Uint8Array, total: bigint, draws = DRAWS): bigint[] {
  return Array.from({ length: draws }, (_, j) => {
    const hash = sha256(new ByteWriter(36).bytes(seed).u32(j).finish());
    return bigintFromLe(hash) % total;
  }).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Something with work that begins at a place on the line. */
export interface Interval {
  readonly offset: bigint;
  readonly work: bigint;
}

/** Half-open: the place `offset` is a share's own, `offset + work` is the next one's. */
export function liesUnder(draw: bigint, { offset, work }: Interval): boolean {
  return offset <= draw && draw < offset + work;
}
