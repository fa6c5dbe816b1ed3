/**
 * The Bitcoin networks Orcapool knows, as Bitcoin Core's `kernel/chainparams.cpp` and `chainparamsbase.cpp` define
 * them, plus the pool's own bounds. Checkpoints exist to tell forks apart that share our genesis block.
 */
import { fromDisplayHex } from '../lib/index.js';
import { workOfBits } from './bits.js';
import { bitsOfDifficulty } from './difficulty.js';

export type NetworkName = 'mainnet' | 'testnet4' | 'signet' | 'regtest';

export interface Checkpoint {
  readonly height: number;
  /** Internal order. */
  readonly hash: Uint8Array;
}

export interface Network {
  readonly name: NetworkName;
  /** As `getblockchaininfo` names it. */
  readonly bitcoindChain: string;
  readonly genesisHash: Uint8Array;
  readonly checkpoint: Checkpoint | null;
  readonly bech32Hrp: string;
  readonly p2pkhVersion: number;
  readonly p2shVersion: number;
  readonly defaultRpcPort: number;
  /** Bounds of one share's work. */
  readonly minWork: bigint;
  readonly maxWork: bigint;
  /**
   * When set, a share is a block only below this target instead of the template's own: on regtest every second
   * hash meets the network's, and a pool whose every share is a block shows nothing of what a pool does.
   */
  readonly blockTargetBits: number | null;
  /** Blocks from one halving of the subsidy to the next. */
  readonly halvingBlocks: number;
  readonly retargeting: Retargeting;
  /** Compact; no block's target is above it. */
  readonly easiestBits: number;
}

/**
 * When a block's bits are other than those of the block before it. `by-time`: a block 20 minutes after the one before
 * may have the easiest bits of all, so they depend on a header's time (testnet's rule, BIP94 included).
 */
export type Retargeting = 'every-2016-blocks' | 'by-time' | 'never';

const SMALLEST_SHARE = workOfBits(bitsOfDifficulty(1e-6));
const MAX_WORK = (1n << 96n) - 1n;

const NETWORKS: Readonly<Record<NetworkName, Network>> = {
  mainnet: {
    name: 'mainnet',
    bitcoindChain: 'main',
    genesisHash: fromDisplayHex('000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f'),
    checkpoint: {
      height: 935_000,
      hash: fromDisplayHex('0000000000000000000147034958af1652b2b91bba607beacc5e72a56f0fb5ee'),
    },
    bech32Hrp: 'bc',
    p2pkhVersion: 0x00,
    p2shVersion: 0x05,
    defaultRpcPort: 8332,
    minWork: SMALLEST_SHARE,
    maxWork: MAX_WORK,
    blockTargetBits: null,
    halvingBlocks: 210_000,
    retargeting: 'every-2016-blocks',
    easiestBits: 0x1d00ffff,
  },
  testnet4: {
    name: 'testnet4',
    bitcoindChain: 'testnet4',
    genesisHash: fromDisplayHex('00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043'),
    checkpoint: null,
    bech32Hrp: 'tb',
    p2pkhVersion: 0x6f,
    p2shVersion: 0xc4,
    defaultRpcPort: 48332,
    minWork: SMALLEST_SHARE,
    maxWork: MAX_WORK,
    blockTargetBits: null,
    halvingBlocks: 210_000,
    retargeting: 'by-time',
    easiestBits: 0x1d00ffff,
  },
  signet: {
    name: 'signet',
    bitcoindChain: 'signet',
    genesisHash: fromDisplayHex('00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6'),
    checkpoint: null,
    bech32Hrp: 'tb',
    p2pkhVersion: 0x6f,
    p2shVersion: 0xc4,
    defaultRpcPort: 38332,
    minWork: SMALLEST_SHARE,
    maxWork: MAX_WORK,
    blockTargetBits: null,
    halvingBlocks: 210_000,
    retargeting: 'every-2016-blocks',
    easiestBits: 0x1e0377ae,
  },
  regtest: {
    name: 'regtest',
    bitcoindChain: 'regtest',
    genesisHash: fromDisplayHex('0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'),
    checkpoint: null,
    bech32Hrp: 'bcrt',
    p2pkhVersion: 0x6f,
    p2shVersion: 0xc4,
    defaultRpcPort: 18443,
    // Down to two hashes a share, so that valid shares are cheap to make in benches.
    minWork: 2n,
    maxWork: MAX_WORK,
    // About 4.2 million hashes a block: a fraction of a minute for one CPU, some 200 times a test share.
    blockTargetBits: 0x1e03ffff,
    halvingBlocks: 150,
    retargeting: 'never',
    easiestBits: 0x207fffff,
  },
};

export const networks: readonly Network[] = Object.values(NETWORKS);

export function network(name: NetworkName): Network {
  return NETWORKS[name];
}
