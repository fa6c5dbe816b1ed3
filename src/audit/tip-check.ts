/** Check 35: the tip that a submission names. */
import { toDisplayHex } from '../lib/index.js';
import type { ClaimSubmission } from '../rounds/index.js';
import type { ChainView } from './chain-facts.js';
import { type Finding, failed, PASSED, unknown } from './finding.js';

export function tip({ tipHash, tipHeight }: ClaimSubmission, chain: ChainView): Finding {
  const answer = chain.block(tipHash);
  if (answer.kind === 'unknown') return unknown(answer.reason);
  const name = toDisplayHex(tipHash);
  if (answer.kind === 'nowhere')
    return failed('a block of the best chain or one deep beside it', `${name}, none`);
  const { height } = answer.block;
  return height === tipHeight ? PASSED : failed(`height ${height} of ${name}`, `height ${tipHeight}`);
}
