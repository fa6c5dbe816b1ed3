import { describe, expect, it } from '@jest/globals';
import { fromHex, toHex } from '../../../src/lib/index.js';
import {
  decodeBinding,
  decodePayout,
  encodeBinding,
  encodePayout,
  minerId,
  type Payout,
  type RoundBinding,
  shareCommitment,
} from '../../../src/mining/index.js';
import { readVectors } from '../../read-vectors.js';

interface CommitmentCase {
  readonly payout: { readonly type: 'bitcoin' | 'k2'; readonly bytes: string };
  readonly minerId: string;
  readonly taskId: string;
  readonly nodeKey: string;
  readonly round: string;
  readonly seed: string;
  readonly reserveScript: string;
  readonly bits: string;
  readonly commitment: string;
}

const { cases } = readVectors<{ readonly cases: readonly CommitmentCase[] }>('commitment');

function payoutOf({ payout }: CommitmentCase): Payout {
  const bytes = fromHex(payout.bytes);
  return payout.type === 'bitcoin' ? { type: 'bitcoin', script: bytes } : { type: 'k2', key: bytes };
}

function bindingOf(vector: CommitmentCase): RoundBinding {
  return {
    taskId: fromHex(vector.taskId),
    nodeKey: fromHex(vector.nodeKey),
    round: BigInt(vector.round),
    seed: fromHex(vector.seed),
    reserveScript: fromHex(vector.reserveScript),
  };
}

describe('the share commitment', () => {
  it.each(cases)('of a $payout.type payout in round $round is what hashlib computes', (vector) => {
    const miner = minerId(payoutOf(vector));
    expect(toHex(miner)).toBe(vector.minerId);
    const bits = Number.parseInt(vector.bits, 16);
    expect(toHex(shareCommitment(bindingOf(vector), miner, bits))).toBe(vector.commitment);
  });

  it('is another for another task, node, round, seed, reserve, miner or difficulty', () => {
    const vector = cases[2]!;
    const binding = bindingOf(vector);
    const miner = minerId(payoutOf(vector));
    const other = Uint8Array.from({ length: 32 }, () => 7);
    const commitments = [
      shareCommitment(binding, miner, 0x1d00ffff),
      shareCommitment({ ...binding, taskId: other }, miner, 0x1d00ffff),
      shareCommitment({ ...binding, nodeKey: other }, miner, 0x1d00ffff),
      shareCommitment({ ...binding, round: binding.round + 1n }, miner, 0x1d00ffff),
      shareCommitment({ ...binding, seed: other }, miner, 0x1d00ffff),
      shareCommitment({ ...binding, reserveScript: Uint8Array.of(0x51) }, miner, 0x1d00ffff),
      shareCommitment(binding, other, 0x1d00ffff),
      shareCommitment(binding, miner, 0x1d00fffe),
    ];
    expect(new Set(commitments.map(toHex)).size).toBe(commitments.length);
  });

  it('tells a Bitcoin script from a K2 key of the same bytes', () => {
    const bytes = new Uint8Array(32).fill(9);
    expect(toHex(minerId({ type: 'bitcoin', script: bytes }))).not.toBe(
      toHex(minerId({ type: 'k2', key: bytes })),
    );
  });
});

describe('the codecs of binding and payout', () => {
  it.each(cases)('bring back a binding of round $round, and refuse more or fewer bytes', (vector) => {
    const encoded = encodeBinding(bindingOf(vector));
    // task ‖ node ‖ round ‖ seed ‖ 34-byte script behind its length.
    expect(encoded).toHaveLength(32 + 32 + 8 + 32 + 1 + 34);
    expect(decodeBinding(encoded)).toEqual(bindingOf(vector));
    expect(() => decodeBinding(Uint8Array.from([...encoded, 0]))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRAILING' }),
    );
    expect(() => decodeBinding(encoded.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRUNCATED' }),
    );
  });

  it.each(cases)('bring back a $payout.type payout, and refuse more or fewer bytes', (vector) => {
    const encoded = encodePayout(payoutOf(vector));
    expect(decodePayout(encoded)).toEqual(payoutOf(vector));
    expect(() => decodePayout(Uint8Array.from([...encoded, 0]))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRAILING' }),
    );
    expect(() => decodePayout(encoded.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRUNCATED' }),
    );
  });

  it('spell a payout as type, length and bytes', () => {
    expect(toHex(encodePayout({ type: 'bitcoin', script: fromHex('0014ab') }))).toBe('00030014ab');
    expect(toHex(encodePayout({ type: 'k2', key: new Uint8Array(32) }))).toBe(`0120${'00'.repeat(32)}`);
  });

  it('refuse an unknown payout type and a K2 key of another length', () => {
    expect(() => decodePayout(fromHex('0200'))).toThrow(expect.objectContaining({ code: 'PAYOUT_TYPE' }));
    expect(() => decodePayout(fromHex('0101aa'))).toThrow(expect.objectContaining({ code: 'PAYOUT_LENGTH' }));
  });
});
