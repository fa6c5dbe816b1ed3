/**
 * Real shares for tests of the share log: a made-up template and payout, and nonces ground until the hash meets the
 * easiest target of regtest (two hashes a share). Every share is judged by `checkShare` before it is handed out.
 */
import { difficultyOfHash, network } from '../../../src/bitcoin/index.js';
import {
  type BlockTemplate,
  type CoinbaseShape,
  checkShare,
  type Job,
  makeJob,
  type Payout,
  poolShape,
  type RoundBinding,
  type Share,
  shareCoinbase,
  shareHeader,
} from '../../../src/mining/index.js';
import type { CreditedShare, ShareShard } from '../../../src/shares/index.js';

/** Half of all hashes: ⌊2²⁵⁶ / (0x7fffff·2²³² + 1)⌋ = 2 expected hashes. */
export const EASIEST_BITS = 0x207fffff;

export const RESERVE_SCRIPT: Uint8Array = Uint8Array.of(0x00, 0x14, ...new Uint8Array(20).fill(0x11));
export const PAYOUT: Payout = {
  type: 'bitcoin',
  script: Uint8Array.of(0x00, 0x14, ...new Uint8Array(20).fill(0x22)),
};

export function templateOn(prevByte: number, height = 101): BlockTemplate {
  return {
    id: prevByte.toString(16).padStart(16, '0'),
    height,
    prevHash: new Uint8Array(32).fill(prevByte),
    version: 0x20000000,
    bits: 0x207fffff,
    minTime: 1_700_000_000,
    curTime: 1_700_000_600,
    coinbaseValueSats: 5_000_000_000n,
    witnessCommitment: null,
    branch: [new Uint8Array(32).fill(0x33), new Uint8Array(32).fill(0x44)],
    transactionCount: 3,
    feesSats: 0n,
  };
}

export function bindingOf(round: bigint): RoundBinding {
  return {
    taskId: new Uint8Array(32).fill(0x55),
    nodeKey: new Uint8Array(32).fill(0x66),
    round,
    seed: new Uint8Array(32).fill(0x77),
    reserveScript: RESERVE_SCRIPT,
  };
}

export interface JobParts {
  readonly template: BlockTemplate;
  readonly shape: CoinbaseShape;
  readonly binding: RoundBinding;
}

export function partsOn(prevByte: number, round = 7n): JobParts {
  const template = templateOn(prevByte);
  return { template, shape: poolShape(template, '/orcapool/', RESERVE_SCRIPT), binding: bindingOf(round) };
}

export interface Rows {
  readonly job: number;
  readonly miner: number;
  readonly worker: number;
  /** 0 for none. */
  readonly signature?: number;
}

export class ShareSource {
  private readonly job: Job;
  private extranonce = 0;

  constructor(
    parts: JobParts,
    private readonly rows: Rows,
    payout: Payout = PAYOUT,
    /** The first four extranonce bytes, as a connection has them. */
    private readonly extranonce1 = 0,
    signature: Uint8Array = new Uint8Array(0),
  ) {
    this.job = makeJob({ ...parts, signature, payout, bits: EASIEST_BITS }, network('regtest'));
  }

  /** Registers everything with a shard first. */
  static async on(
    shard: ShareShard,
    parts: JobParts,
    name = 'rig',
    payout = PAYOUT,
    words: Uint8Array = new Uint8Array(0),
  ): Promise<ShareSource> {
    const job = await shard.addJob(parts);
    const miner = await shard.miner(payout);
    const { worker } = await shard.worker(miner, name);
    const signature = await shard.signature(words);
    return new ShareSource(parts, { job, miner, worker, signature }, payout, worker, words);
  }

  /** `from`: the nonce the search begins at. */
  next(from = 0): CreditedShare {
    const extranonce = new Uint8Array(12);
    const view = new DataView(extranonce.buffer);
    view.setUint32(0, this.extranonce1);
    view.setUint32(8, this.extranonce++);
    for (let nonce = from; ; nonce++) {
      const share: Share = { extranonce, time: 1_700_000_600, nonce, version: 0x20000000 };
      const { kind, hash } = checkShare(this.job, share, {
        stale: false,
        versionMask: 0,
        minTime: 0,
        maxTime: 0xffff_ffff,
        easierTarget: null,
        isDuplicate: () => false,
      });
      if (kind !== 'accepted') continue;
      const { job, miner, worker, signature = 0 } = this.rows;
      return {
        record: { job, miner, bits: EASIEST_BITS, signature, ...share },
        hash,
        worker,
        hashDifficulty: difficultyOfHash(hash),
        isExcess: false,
      };
    }
  }

  /** What a block's row has of a share that is one. */
  block(share: CreditedShare): { readonly header: Uint8Array; readonly coinbase: Uint8Array } {
    const { record } = share;
    return { header: shareHeader(this.job, record), coinbase: shareCoinbase(this.job, record) };
  }

  take(count: number): CreditedShare[] {
    return Array.from({ length: count }, () => this.next());
  }
}
