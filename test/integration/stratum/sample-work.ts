/** Works on an invented chain: tips are told apart by a byte, refreshes of a tip by their time. */
import { bitsOfDifficulty, type Network, network } from '../../../src/bitcoin/index.js';
import { sha256d, utf8 } from '../../../src/lib/index.js';
import { type BlockTemplate, poolShape, type RoundBinding, soloShape } from '../../../src/mining/index.js';
import type { Work } from '../../../src/stratum/index.js';

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;

export const REGTEST = network('regtest');

/** Blocks as hard as mainnet's: no share is one, and any difficulty may be given out. */
export const HARD_REGTEST: Network = { ...REGTEST, blockTargetBits: bitsOfDifficulty(2 ** 46) };

export const RESERVE_SCRIPT = Uint8Array.of(0x51, 0x20, ...new Uint8Array(32).fill(7));

export const BINDING: RoundBinding = {
  taskId: new Uint8Array(32).fill(1),
  nodeKey: new Uint8Array(32).fill(2),
  round: 9n,
  seed: new Uint8Array(32).fill(3),
  reserveScript: RESERVE_SCRIPT,
};

/** Display order is the other way round. */
const TXIDS = Uint8Array.from({ length: 5 * 32 }, (_, i) => i);

export interface SampleWork {
  readonly job: number;
  readonly tip: number;
  readonly solo?: boolean;
  readonly bits?: number;
  readonly version?: number;
  readonly round?: bigint;
  readonly startMs?: number;
}

export function sampleWork({ job, tip, solo, bits, version, round, startMs = START_MS }: SampleWork): Work {
  const curTime = Math.floor(startMs / 1000);
  const template: BlockTemplate = {
    id: job.toString(16).padStart(16, '0'),
    height: 100 + tip,
    prevHash: sha256d(Uint8Array.of(tip)),
    version: version ?? 0x20000000,
    bits: bits ?? 0x207fffff,
    branch: [sha256d(utf8('a')), sha256d(utf8('b')), sha256d(Uint8Array.of(job & 0xff))],
    minTime: curTime - 3600,
    curTime,
    coinbaseValueSats: 5_000_000_000n,
    witnessCommitment: Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed, ...new Uint8Array(32).fill(4)),
    transactionCount: 5,
    feesSats: 0n,
  };
  const binding = round === undefined ? BINDING : { ...BINDING, round };
  const shape = solo
    ? soloShape(template, 'test', job - 1)
    : poolShape(template, 'test', RESERVE_SCRIPT, job - 1);
  return { job, template, txids: TXIDS, shape, binding };
}
