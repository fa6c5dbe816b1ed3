/** A coinbase as a miner would be given it, and the outputs it is meant to have, for bitcoind to read once. */
import { bitsOfDifficulty, type Network, opReturn } from '../bitcoin/index.js';
import type { Config } from '../config/index.js';
import { concatBytes } from '../lib/index.js';
import {
  type BlockTemplate,
  COMMITMENT_MAGIC,
  EXTRANONCE_BYTES,
  makeJob,
  minerId,
  type Payout,
  poolShape,
  type RoundBinding,
  shareCommitment,
  soloShape,
} from '../mining/index.js';

export interface SampleCoinbase {
  /** Without witness. */
  readonly coinbase: Uint8Array;
  readonly outputs: readonly { readonly valueSats: bigint; readonly script: Uint8Array }[];
}

/** Any payout does: P2WPKH of twenty zero bytes. */
const SOMEBODY = {
  type: 'bitcoin',
  script: Uint8Array.of(0, 20, ...new Uint8Array(20)),
} as const satisfies Payout;

export function sampleCoinbase(
  template: BlockTemplate,
  pool: Config['pool'],
  binding: RoundBinding,
  network: Network,
): SampleCoinbase {
  const isPool = pool.mode === 'pool';
  const shape = isPool ? poolShape(template, pool.tag, binding.reserveScript) : soloShape(template, pool.tag);
  const bits = bitsOfDifficulty(1);
  const job = makeJob(
    { template, shape, signature: new Uint8Array(0), binding, payout: SOMEBODY, bits },
    network,
  );
  const commitment = shareCommitment(binding, minerId(SOMEBODY), bits);
  const recipient = isPool ? binding.reserveScript : SOMEBODY.script;
  return {
    coinbase: concatBytes(job.prefix, new Uint8Array(EXTRANONCE_BYTES), job.suffix),
    outputs: [
      { valueSats: template.coinbaseValueSats, script: recipient },
      ...(template.witnessCommitment === null ? [] : [{ valueSats: 0n, script: template.witnessCommitment }]),
      ...(isPool ? [{ valueSats: 0n, script: opReturn(concatBytes(COMMITMENT_MAGIC, commitment)) }] : []),
    ],
  };
}
