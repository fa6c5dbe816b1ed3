/** A block found on a template: a coinbase that pays a script, and a nonce searched for at regtest's own target. */
import {
  bitsToTarget,
  encodeHeader,
  encodeTransactionStripped,
  foldBranch,
  hashMeets,
  pushHeight,
  type TransactionOutput,
  targetToLe,
} from '../../../src/bitcoin/index.js';
import type { BlockCandidate } from '../../../src/bitcoind/index.js';
import { concatBytes, fromHex, sha256d, utf8 } from '../../../src/lib/index.js';
import type { DigestedTemplate } from '../../../src/mining/index.js';

export const PAID_SCRIPT = fromHex(`0014${'ab'.repeat(20)}`);

export interface Findings {
  /** Makes coinbases, and so blocks, on one template differ. */
  readonly mark?: string;
  /** Beyond what the template allows. */
  readonly tooMuchSats?: bigint;
  /** A hash above the target instead of below. */
  readonly miss?: boolean;
}

export function findBlock({ template }: DigestedTemplate, findings: Findings = {}): BlockCandidate {
  const outputs: TransactionOutput[] = [
    { valueSats: template.coinbaseValueSats + (findings.tooMuchSats ?? 0n), script: PAID_SCRIPT },
  ];
  if (template.witnessCommitment !== null)
    outputs.push({ valueSats: 0n, script: template.witnessCommitment });
  const coinbase = encodeTransactionStripped({
    version: 2,
    inputs: [
      {
        prevHash: new Uint8Array(32),
        prevIndex: 0xffff_ffff,
        script: concatBytes(pushHeight(template.height), utf8(findings.mark ?? 'found')),
        sequence: 0xffff_ffff,
        witness: [],
      },
    ],
    outputs,
    lockTime: 0,
  });
  const target = targetToLe(bitsToTarget(template.bits));
  const merkleRoot = foldBranch(sha256d(coinbase), template.branch);
  for (let nonce = 0; ; nonce++) {
    const { version, prevHash, curTime: time, bits } = template;
    const header = encodeHeader({ version, prevHash, merkleRoot, time, bits, nonce });
    if (hashMeets(sha256d(header), target) === (findings.miss ?? false)) continue;
    return { header, coinbase, templateId: template.id, height: template.height, worker: 'rig' };
  }
}
