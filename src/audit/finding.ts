/** What a check finds. `unknown` is a fault of ours, or of our bitcoind; `skipped` says why there was nothing to examine. */

import { CodedError } from '../lib/index.js';

/** Ids and hex, so small that it can be told to everybody, and enough to find the same again in the public bytes. */
export type Evidence = Readonly<Record<string, string>>;

export type Finding =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' | 'suspect' | 'unweighed'; readonly evidence: Evidence }
  | { readonly kind: 'unknown' | 'skipped'; readonly reason: string };

export const PASSED: Finding = { kind: 'passed' };

export function failed(expected: string, found: string, where: Evidence = {}): Finding {
  return { kind: 'failed', evidence: { ...where, expected, found } };
}

export function suspect(expected: string, found: string, where: Evidence = {}): Finding {
  return { kind: 'suspect', evidence: { ...where, expected, found } };
}

export function unweighed(expected: string, found: string, where: Evidence = {}): Finding {
  return { kind: 'unweighed', evidence: { ...where, expected, found } };
}

export function unknown(reason: string): Finding {
  return { kind: 'unknown', reason };
}

export function skipped(reason: string): Finding {
  return { kind: 'skipped', reason };
}

/** The first failure or suspicion among all rows; failing that the first that is unknown. */
export function overAll<Row>(rows: Iterable<Row>, check: (row: Row) => Finding): Finding {
  let open: Finding = PASSED;
  for (const row of rows) {
    const finding = check(row);
    if (finding.kind === 'failed' || finding.kind === 'suspect') return finding;
    if (finding.kind === 'unknown' && open.kind === 'passed') open = finding;
  }
  return open;
}

/** What is said of bytes on purpose is a fact of theirs, and has a code; any other error is a fault of ours and goes on. */
export function codeOf(error: unknown): string {
  if (error instanceof CodedError) return error.code;
  throw error;
}
