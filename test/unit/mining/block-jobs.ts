/** Real blocks cut into a job and the share that solved it; any 12 bytes of the coinbase serve as extranonce. */
import { bitsToTarget, decodeHeader, targetToLe } from '../../../src/bitcoin/index.js';
import { fromHex } from '../../../src/lib/index.js';
import { EXTRANONCE_BYTES, type Job, type Share, type ShareContext } from '../../../src/mining/index.js';
import { readVectors } from '../../read-vectors.js';

export interface BlockVector {
  readonly hash: string;
  readonly height: number;
  readonly header: string;
  readonly coinbase: string;
  readonly branch: readonly string[];
}

const vectors = readVectors<{
  readonly mainnet: readonly BlockVector[];
  readonly testnet3: readonly BlockVector[];
}>('blocks');

export const BLOCKS: readonly BlockVector[] = [...vectors.mainnet, ...vectors.testnet3];

/** `at`: where in the coinbase the 12 bytes begin. Judged at the block's own bits. */
export function jobOfBlock(block: BlockVector, at: number): { job: Job; share: Share } {
  const header = decodeHeader(fromHex(block.header));
  const coinbase = fromHex(block.coinbase);
  const target = targetToLe(bitsToTarget(header.bits));
  const suffix = coinbase.slice(at + EXTRANONCE_BYTES);
  const empty = new Uint8Array(0);
  return {
    job: {
      template: {
        height: block.height,
        prevHash: header.prevHash,
        version: header.version,
        bits: header.bits,
        branch: block.branch.map((hash) => fromHex(hash, 32)),
      },
      shape: { kind: 'pool', scriptHead: empty, middle: suffix, tail: empty },
      prefix: coinbase.slice(0, at),
      suffix,
      bits: header.bits,
      target,
      blockTarget: target,
    },
    share: {
      extranonce: coinbase.slice(at, at + EXTRANONCE_BYTES),
      time: header.time,
      nonce: header.nonce,
      version: header.version,
    },
  };
}

/** Fresh, no rolled versions, any time, nothing counted before. */
export const LENIENT: ShareContext = {
  stale: false,
  versionMask: 0,
  minTime: 0,
  maxTime: 0xffff_ffff,
  easierTarget: null,
  isDuplicate: () => false,
};
