/** Shares with full proof, on their way from HTTP to the listener that gave out their work. */
import {
  decodeHeader,
  decodeTransaction,
  difficultyOfBits,
  headerHash,
  meetsBlockTarget,
  type Network,
} from '../bitcoin/index.js';
import type { ProofSubmitter, ProofVerdict, RecomputedShare, ShareProof } from '../http/index.js';
import { toDisplayHex } from '../lib/index.js';
import type { NodeView } from './node-view.js';

const OP_1 = 0x51;
const OP_16 = 0x60;

/** The height a coinbase script begins with (BIP34); null when it begins with none. */
export function heightOf(script: Uint8Array): number | null {
  const first = script[0];
  if (first === undefined) return null;
  if (first >= OP_1 && first <= OP_16) return first - OP_1 + 1;
  if (first < 1 || first > 4 || script.length < 1 + first) return null;
  let height = 0;
  for (let i = first; i >= 1; i--) height = height * 256 + script[i]!;
  return height;
}

function recompute({ header, coinbase, bits }: ShareProof, network: Network): RecomputedShare | null {
  try {
    const decoded = decodeHeader(header);
    const hash = headerHash(decoded);
    const blockHeight = heightOf(decodeTransaction(coinbase).inputs[0]?.script ?? new Uint8Array(0));
    if (blockHeight === null) return null;
    return {
      hash: toDisplayHex(hash),
      difficulty: difficultyOfBits(bits),
      blockHeight,
      isBlock: meetsBlockTarget(hash, decoded.bits, network),
    };
  } catch {
    // Bytes that are no header, no transaction or no target amount to no share.
    return null;
  }
}

export function proofSubmitter(node: NodeView): ProofSubmitter {
  return {
    recompute: (proof) => recompute(proof, node.parts.network),
    tryBlock: (block) => node.tryBlock(block),
    async submitProof(round, proof): Promise<ProofVerdict> {
      if (node.round === null || round > node.round) return { kind: 'unknown-round' };
      const verdict = await node.parts.fleet.submitProof({ ...proof, round });
      if (verdict.kind === 'accepted') return { kind: 'accepted' };
      const { reason, message } = verdict;
      if (reason === 'unknown-job') return { kind: round < node.round ? 'closed-round' : 'unknown-job' };
      if (reason === 'not-stored') return { kind: 'unavailable', reason: message };
      return { kind: 'rejected', reason, message };
    },
  };
}
