/**
 * A `mining.submit` in one of the two spellings that nearly all firmware uses, read by one expression in half the time that
 * JSON.parse and the search for the id take. It knows no escapes, nothing twice and nothing besides, so what it reads is
 * exactly what JSON.parse would; every other line is left to that. Nothing in it repeats side by side: a line costs one pass.
 */

export interface UsualSubmit {
  readonly kind: 'request';
  /** Decimal digits. */
  readonly id: string;
  readonly method: 'mining.submit';
  /** Five or six texts. */
  readonly params: readonly string[];
}

const ID = '"id": ?(0|[1-9][0-9]{0,14})';
const METHOD = '"method": ?"mining\\.submit"';
/** Username, job id, extranonce2, time, nonce, version bits. ASCII without quotes and backslashes. */
const TEXT = '"([ !#-[\\]-~]*)"';
const PARAMS = `"params": ?\\[${Array(5).fill(TEXT).join(', ?')}(?:, ?${TEXT})?\\]`;
const ID_FIRST = new RegExp(`^\\{${ID}, ?${METHOD}, ?${PARAMS}\\}$`);
/** cgminer's, and of all that descend from it. */
const PARAMS_FIRST = new RegExp(`^\\{${PARAMS}, ?${ID}, ?${METHOD}\\}$`);
const ID_GROUP_BEHIND = 7;

/** Null where it is spelled otherwise, or is something else. */
export function usualSubmit(line: string): UsualSubmit | null {
  const isParamsFirst = line.startsWith('{"params"');
  const found = (isParamsFirst ? PARAMS_FIRST : ID_FIRST).exec(line);
  if (found === null) return null;
  const first = isParamsFirst ? 1 : 2;
  const params = found.slice(first, first + (found[first + 5] === undefined ? 5 : 6));
  const id = found[isParamsFirst ? ID_GROUP_BEHIND : 1]!;
  return { kind: 'request', id, method: 'mining.submit', params };
}
