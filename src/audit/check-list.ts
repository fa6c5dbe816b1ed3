/**
 * The checks as docs/claim-format.md numbers and names them ("Checks"), for whoever shows a verdict to people. A test
 * compares the two: a number never gets another check.
 */
export type CheckResult = 'invalid' | 'suspect' | 'unweighed';

export interface CheckEntry {
  readonly no: number;
  readonly name: string;
  /** What a failure makes of the submission; `unweighed`: the claim of the round before earns nothing. */
  readonly makes: CheckResult;
}

const NAMES = [
  'submission-form',
  'submission-round',
  'submission-late',
  'stake',
  'unavailable',
  'package-form',
  'claim-root',
  'claim-figures',
  'claim-binding',
  'reserve-epoch',
  'receipt-key',
  'miner-sums',
  'payout-form',
  'coinbase-form',
  'coinbase-height',
  'coinbase-outputs',
  'coinbase-tags',
  'coinbase-value',
  'branch-length',
  'prevhash-chain',
  'prevhash-round',
  'nbits',
  'share-time',
  'share-rows',
  'share-bits',
  'share-version',
  'share-work',
  'records-order',
  'miner-row',
  'proof-missing',
  'proof-unavailable',
  'proof-form',
  'proof-draws',
  'proof-shares',
  'tip',
  'coinbase-fees',
  'stale-seen',
  'block-withheld',
  'blocks-too-few',
] as const;

export type CheckName = (typeof NAMES)[number];

const UNWEIGHED: ReadonlySet<string> = new Set<CheckName>(['proof-missing']);
const SUSPECT: ReadonlySet<string> = new Set<CheckName>([
  'coinbase-fees',
  'stale-seen',
  'block-withheld',
  'blocks-too-few',
]);

export const CHECKS: readonly CheckEntry[] = NAMES.map((name, i) => ({
  no: i + 1,
  name,
  makes: SUSPECT.has(name) ? 'suspect' : UNWEIGHED.has(name) ? 'unweighed' : 'invalid',
}));

export function checkNumber(name: CheckName): number {
  return NAMES.indexOf(name) + 1;
}

/** Null for a number that is no check's. */
export function explainCheck(no: number): CheckEntry | null {
  return CHECKS[no - 1] ?? null;
}
