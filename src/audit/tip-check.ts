/**
 * Check 35: the tip that a submission names is the highest block that the claim's templates stand on. So a height that no
 * chain has is found in the bytes and makes nobody wait for it; that the block is on the chain, check 20 says.
 */
import { equalBytes, toDisplayHex } from '../lib/index.js';
import type { ClaimPackage, ClaimSubmission } from '../rounds/index.js';
import { highestTip } from './chain-facts.js';
import { type Finding, failed, PASSED } from './finding.js';

export function tip(
  { tipHash, tipHeight }: ClaimSubmission,
  { tables }: Pick<ClaimPackage, 'tables'>,
): Finding {
  const highest = highestTip(tables);
  const isHighest = tables.templates.some(
    ({ height, prevHash }) => height - 1 === highest && equalBytes(prevHash, tipHash),
  );
  if (tipHeight === highest && isHighest) return PASSED;
  return failed(
    `a block of height ${highest} that a template stands on`,
    `${toDisplayHex(tipHash)} of height ${tipHeight}`,
  );
}
