/**
 * One logged share, step by step: every value between its 40 bytes and the verdict, as data for a page or a terminal.
 * The steps are computed here from the table rows by plain hashing; `checkShare` has the last word.
 */
import { bitsToTarget, difficultyOfBits, type Network, workOfBits } from '../bitcoin/index.js';
import { concatBytes, sha256, sha256d, toDisplayHex, toHex } from '../lib/index.js';
import {
  type JobParts,
  minerId,
  type ShareRecord,
  shareCoinbase,
  shareCommitment,
  shareHeader,
} from '../mining/index.js';
import { findShare } from './find-share.js';
import { type ShareFault, ShareRecomputer } from './recompute-share.js';
import { LOCK_PATIENCE_MS, ShardFolder } from './shard-folder.js';
import { hashAt, recordAt, type StoredShare, storedShare, workerFault } from './stored-share.js';

export interface ExplainedStep {
  readonly step:
    | 'record'
    | 'commitment'
    | 'coinbase'
    | 'txid'
    | 'branch'
    | 'root'
    | 'header'
    | 'hash'
    | 'target'
    | 'verdict';
  /** One sentence. */
  readonly says: string;
  /** In the order they are put together. Bytes are hex in internal order, unless the name says "display". */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export interface ShareExplanation {
  readonly share: StoredShare;
  /** Null for a share that stands. */
  readonly fault: ShareFault | 'worker-wrong' | null;
  /** A faulty share's steps end where its tables or its hash fail. */
  readonly steps: readonly ExplainedStep[];
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function recordStep(record: ShareRecord): ExplainedStep {
  return {
    step: 'record',
    says: 'What the log keeps of the share: row numbers of the job tables, and what the miner chose.',
    facts: [
      ['job', String(record.job)],
      ['miner', String(record.miner)],
      ['bits', hex32(record.bits)],
      ['signature', String(record.signature)],
      ['extranonce', toHex(record.extranonce)],
      ['time', String(record.time)],
      ['nonce', hex32(record.nonce)],
      ['version', hex32(record.version)],
    ],
  };
}

function commitmentStep({ shape, binding, payout, bits }: JobParts): ExplainedStep {
  if (shape.kind === 'solo') {
    return {
      step: 'commitment',
      says: 'Solo work commits to nothing: the block pays the miner directly.',
      facts: payout.type === 'bitcoin' ? [['payout script', toHex(payout.script)]] : [],
    };
  }
  const id = minerId(payout);
  return {
    step: 'commitment',
    says: 'Task, node, round, miner and difficulty are hashed together (tagged hash "orcapool/share/1"), before any work.',
    facts: [
      ['task id', toHex(binding.taskId)],
      ['node key', toHex(binding.nodeKey)],
      ['round', String(binding.round)],
      ['payout', toHex(payout.type === 'bitcoin' ? payout.script : payout.key)],
      ['miner id', toHex(id)],
      ['share bits', hex32(bits)],
      ['reserve script', toHex(binding.reserveScript)],
      ['reserve hash', toHex(sha256(binding.reserveScript))],
      ['round seed', toHex(binding.seed)],
      ['commitment', toHex(shareCommitment(binding, id, bits))],
    ],
  };
}

function proofSteps(
  parts: JobParts,
  record: ShareRecord,
  coinbase: Uint8Array,
  header: Uint8Array,
): ExplainedStep[] {
  const txid = sha256d(coinbase);
  let root = txid;
  const branch = parts.template.branch.map((sibling, i): readonly [string, string] => {
    root = sha256d(concatBytes(root, sibling));
    return [`with sibling ${i + 1} ${toHex(sibling)}`, toHex(root)];
  });
  const hash = sha256d(header);
  return [
    {
      step: 'coinbase',
      says: 'The coinbase carries the commitment in its OP_RETURN output and the miner’s 12 extranonce bytes in its script.',
      facts: [
        ['extranonce', toHex(record.extranonce)],
        ['signature', toHex(parts.signature)],
        ['coinbase without witness', toHex(coinbase)],
      ],
    },
    {
      step: 'txid',
      says: 'SHA-256 twice over the coinbase.',
      facts: [['txid, display', toDisplayHex(txid)]],
    },
    { step: 'branch', says: 'Each sibling of the Merkle branch is hashed in from the right.', facts: branch },
    { step: 'root', says: 'The last of them is the Merkle root.', facts: [['Merkle root', toHex(root)]] },
    {
      step: 'header',
      says: 'Version, previous block, root, time, the network’s bits and nonce make the 80-byte header.',
      facts: [
        ['height', String(parts.template.height)],
        ['version', hex32(record.version)],
        ['previous block, display', toDisplayHex(parts.template.prevHash)],
        ['Merkle root', toHex(root)],
        ['time', new Date(record.time * 1000).toISOString()],
        ['network bits', hex32(parts.template.bits)],
        ['nonce', hex32(record.nonce)],
        ['header', toHex(header)],
      ],
    },
    {
      step: 'hash',
      says: 'SHA-256 twice over the header: the share.',
      facts: [['hash, display', toDisplayHex(hash)]],
    },
    {
      step: 'target',
      says: 'The hash, read as a number, must not exceed the target of the committed bits.',
      facts: [
        ['share bits', hex32(parts.bits)],
        ['target', bitsToTarget(parts.bits).toString(16).padStart(64, '0')],
        ['hash, display', toDisplayHex(hash)],
        ['difficulty', String(difficultyOfBits(parts.bits))],
        ['work, expected hashes', String(workOfBits(parts.bits))],
      ],
    },
  ];
}

/**
 * `hash`: internal order. Null when it is not, or no longer, in the log. Throws SQLite's errors, and
 * the codecs' for table rows that are damaged.
 */
export function explainShare(folder: string, hash: Uint8Array, network: Network): ShareExplanation | null {
  const shards = new ShardFolder(folder, LOCK_PATIENCE_MS);
  try {
    const found = findShare(shards.files(), hash);
    if (found === null) return null;
    const { file, batch, index } = found;
    const record = recordAt(batch, index);
    const result = new ShareRecomputer(network).recompute(file, record, hashAt(batch, index), () => false);
    const share = storedShare(file, batch, index);
    const opening = recordStep(record);
    const worker = workerFault(file, batch, index, record);
    if (result.fault !== null || worker !== null) {
      const fault = result.fault ?? 'worker-wrong';
      const says = result.fault === null ? worker! : result.says;
      return { share, fault, steps: [opening, { step: 'verdict', says, facts: [['fault', fault]] }] };
    }
    const { parts, job } = result;
    const coinbase = shareCoinbase(job, record);
    const header = shareHeader(job, record);
    return {
      share,
      fault: null,
      steps: [
        opening,
        commitmentStep(parts),
        ...proofSteps(parts, record, coinbase, header),
        {
          step: 'verdict',
          says: 'checkShare accepts it.',
          facts: [['hash, display', toDisplayHex(result.hash)]],
        },
      ],
    };
  } finally {
    shards.close();
  }
}
