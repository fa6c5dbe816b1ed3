/** What a check finds. `unknown` is a fault of ours, or of our bitcoind; `skipped` says why there was nothing to examine. */

import { CodedError, sha256, toHex, utf8 } from '../lib/index.js';

/**
 * Ids and hex, so small that it can be told to everybody, and enough to find the same again in the public bytes: at most
 * 2,048 bytes as JSON (docs/claim-format.md, "Evidence"), whatever a claimant put into them.
 */
export type Evidence = Readonly<Record<string, string>>;

/** Three such values and the short ones, which no check has more of, are within the bound. */
const LONGEST_VALUE = 512;
const SHOWN_OF_LONGER = 400;

/** What is longer is told by its beginning and its hash, so that whoever has the bytes knows them again. */
function short(value: string): string {
  if (value.length <= LONGEST_VALUE) return plain(value);
  const hash = toHex(sha256(utf8(value)));
  return `${plain(value.slice(0, SHOWN_OF_LONGER))}... (${value.length} characters, SHA-256 ${hash})`;
}

/** A character of it is one in JSON, in whatever bytes somebody wrote it. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, "'");
}

function evidenceOf(expected: string, found: string, where: Evidence): Evidence {
  return Object.fromEntries(
    Object.entries({ ...where, expected, found }).map(([name, value]) => [name, short(value)]),
  );
}

export type Finding =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed' | 'suspect' | 'unweighed'; readonly evidence: Evidence }
  | { readonly kind: 'unknown' | 'skipped'; readonly reason: string };

export const PASSED: Finding = { kind: 'passed' };

export function failed(expected: string, found: string, where: Evidence = {}): Finding {
  return { kind: 'failed', evidence: evidenceOf(expected, found, where) };
}

export function suspect(expected: string, found: string, where: Evidence = {}): Finding {
  return { kind: 'suspect', evidence: evidenceOf(expected, found, where) };
}

export function unweighed(expected: string, found: string, where: Evidence = {}): Finding {
  return { kind: 'unweighed', evidence: evidenceOf(expected, found, where) };
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
