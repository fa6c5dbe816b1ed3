/**
 * The one judge of shares: node, auditor, page and tests call this same function. Hot path: it allocates the verdict,
 * and the hash where the caller gives no room for it. `#sha256` says what hashes here; all do it alike.
 *
 * The order of checks is fixed, because the first that fails is what the miner is told:
 *
 *   1. recompute coinbase, Merkle root, header and hash; note whether the hash is a block (whatever follows)
 *   2. stale: the job's previous block was replaced more than the grace ago
 *   3. version: only bits of the negotiated mask may differ from the template's (BIP310, BIP320)
 *   4. time: from the template's minimum to the latest the caller allows
 *   5. difficulty: the hash meets the committed bits; or, failing that, only the session's present, easier bits
 *      (true to the miner, credited nothing); else low
 *   6. duplicate: the same 32-byte hash was counted before, however it was spelled
 */
import { foldBranch, HEADER_BYTES, hashMeets } from '../bitcoin/index.js';
import { PackedTemplate, sha256d, shareHasher } from '../lib/index.js';
import { EXTRANONCE_BYTES } from './coinbase.js';
import type { HashedParts, Job } from './job.js';
import type { JobTemplate } from './template.js';

export interface Share {
  /** extranonce1 ‖ extranonce2, 12 bytes. */
  readonly extranonce: Uint8Array;
  /** Header time, seconds. */
  readonly time: number;
  readonly nonce: number;
  /** The whole header version, rolled bits applied. */
  readonly version: number;
}

/** The circumstances a verdict depends on; an auditor states its own. */
export interface ShareContext {
  readonly stale: boolean;
  /** Version bits this session may roll; 0 for none. */
  readonly versionMask: number;
  readonly minTime: number;
  readonly maxTime: number;
  /** The session's present target (32 bytes little-endian) where it is easier than the job's; null otherwise. */
  readonly easierTarget: Uint8Array | null;
  isDuplicate(hash: Uint8Array): boolean;
}

export type Rejection =
  | 'stale'
  | 'version-bits'
  | 'time-too-old'
  | 'time-too-new'
  | 'low-difficulty'
  | 'duplicate';

/** `hash` in internal order. `isBlock` is independent of the outcome: a block is tried even on a rejected share. */
export type ShareVerdict =
  | { readonly kind: 'accepted' | 'uncredited'; readonly hash: Uint8Array; readonly isBlock: boolean }
  | {
      readonly kind: 'rejected';
      readonly reason: Rejection;
      readonly hash: Uint8Array;
      readonly isBlock: boolean;
    };

const header = new Uint8Array(HEADER_BYTES);
const headerView = new DataView(header.buffer);
let coinbase = new Uint8Array(512);

/** Writes the share's coinbase, without witness, into the module's buffer. Valid until the next call. */
function fillCoinbase(job: Job, extranonce: Uint8Array): Uint8Array {
  const { prefix, suffix } = job;
  const length = prefix.length + EXTRANONCE_BYTES + suffix.length;
  if (length > coinbase.length) coinbase = new Uint8Array(2 * length);
  coinbase.set(prefix, 0);
  coinbase.set(extranonce, prefix.length);
  coinbase.set(suffix, prefix.length + EXTRANONCE_BYTES);
  return coinbase.subarray(0, length);
}

function fillHeader(job: Job, share: Share): Uint8Array {
  const root = foldBranch(sha256d(fillCoinbase(job, share.extranonce)), job.template.branch);
  headerView.setUint32(0, share.version, true);
  header.set(job.template.prevHash, 4);
  header.set(root, 36);
  headerView.setUint32(68, share.time, true);
  headerView.setUint32(72, job.template.bits, true);
  headerView.setUint32(76, share.nonce, true);
  return header;
}

/** The coinbase a share was mined on, without witness. */
export function shareCoinbase(job: Job, share: Share): Uint8Array {
  return fillCoinbase(job, share.extranonce).slice();
}

/** The 80-byte header a share hashes. */
export function shareHeader(job: Job, share: Share): Uint8Array {
  return fillHeader(job, share).slice();
}

/** Templates are never changed once made, so what is packed of one stays right for as long as anybody has it. */
const packedTemplates = new WeakMap<JobTemplate, PackedTemplate>();

function packed(template: JobTemplate): PackedTemplate {
  let made = packedTemplates.get(template);
  if (made === undefined) {
    made = new PackedTemplate(template);
    packedTemplates.set(template, made);
  }
  return made;
}

/** Writes the hash of a share's header, internal order, to `out` (32 bytes) and allocates nothing. */
export function hashShare(job: HashedParts, share: Share, out: Uint8Array): void {
  shareHasher.hash(job, packed(job.template), share, out);
}

/** `hash`: 32 bytes for the share's hash, which the verdict then holds; new ones unless given. */
export function checkShare(
  job: Job,
  share: Share,
  context: ShareContext,
  hash: Uint8Array = new Uint8Array(32),
): ShareVerdict {
  hashShare(job, share, hash);
  const isBlock = hashMeets(hash, job.blockTarget);
  const rejected = (reason: Rejection): ShareVerdict => ({ kind: 'rejected', reason, hash, isBlock });

  if (context.stale) return rejected('stale');
  if (((share.version ^ job.template.version) & ~context.versionMask) !== 0) return rejected('version-bits');
  if (share.time < context.minTime) return rejected('time-too-old');
  if (share.time > context.maxTime) return rejected('time-too-new');
  const meetsJob = hashMeets(hash, job.target);
  if (!meetsJob && !(context.easierTarget !== null && hashMeets(hash, context.easierTarget))) {
    return rejected('low-difficulty');
  }
  if (context.isDuplicate(hash)) return rejected('duplicate');
  return { kind: meetsJob ? 'accepted' : 'uncredited', hash, isBlock };
}
