/**
 * A share that comes as a full proof (header and coinbase) instead of over a session. It counts only for work that
 * this listener gave out: the job is found by building it again from the claimed payout and bits, and the signature
 * that the coinbase shows, and comparing the coinbase around the extranonce.
 */
import { decodeHeader, type Network } from '../../bitcoin/index.js';
import { equalBytes } from '../../lib/index.js';
import {
  EXTRANONCE_BYTES,
  isSignature,
  type Job,
  makeJob,
  type Payout,
  readSignature,
  type Share,
  shareHeader,
} from '../../mining/index.js';
import type { LiveWork } from './work-board.js';

export interface ShareProof {
  /** The round the share is handed in for: its commitment must name it. */
  readonly round: bigint;
  /** `<address>[.worker]`. */
  readonly worker: string;
  /** The committed share bits: canonical, within the pool's bounds (the caller has checked). */
  readonly bits: number;
  /** 80 bytes. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
}

export interface ProvenJob {
  readonly work: LiveWork;
  readonly job: Job;
  readonly share: Share;
  /** As the coinbase has it. */
  readonly signature: Uint8Array;
}

/** Null when no live work gives this coinbase and header. Throws `HeaderError` unless the header has 80 bytes. */
export function findProvenJob(
  { round, bits, header, coinbase }: ShareProof,
  payout: Payout,
  works: readonly LiveWork[],
  network: Network,
): ProvenJob | null {
  const { prevHash, version, time, nonce } = decodeHeader(header);
  for (const work of works) {
    if (work.binding.round !== round || !equalBytes(work.template.prevHash, prevHash)) continue;
    const signature = readSignature(work.shape, coinbase);
    if (signature === null || !isSignature(signature)) continue;
    const job = makeJob({ ...work, signature, payout, bits }, network);
    const extranonce = extranonceIn(coinbase, job);
    if (extranonce === null) continue;
    const share = { extranonce, time, nonce, version };
    if (equalBytes(shareHeader(job, share), header)) return { work, job, share, signature };
  }
  return null;
}

/** What stands between the job's coinbase halves; null when they are not this coinbase's. */
function extranonceIn(coinbase: Uint8Array, { prefix, suffix }: Job): Uint8Array | null {
  const end = prefix.length + EXTRANONCE_BYTES;
  const matches =
    coinbase.length === end + suffix.length &&
    equalBytes(coinbase.subarray(0, prefix.length), prefix) &&
    equalBytes(coinbase.subarray(end), suffix);
  return matches ? coinbase.slice(prefix.length, end) : null;
}
