/**
 * One line of Stratum V1 as data. Ids are kept as the JSON text the answer repeats, because miners send numbers,
 * strings, null and nothing at all, and some send integers that a double would round.
 */
import { CodedError } from '../../lib/index.js';

export class RequestError extends CodedError<'REQUEST_NOT_JSON'> {}

export interface Request {
  /** JSON text; "null" for an absent id. */
  readonly id: string;
  readonly method: string;
  /** Null when they are not an array. */
  readonly params: readonly unknown[] | null;
}

const NUMERIC_ID = /"id"\s*:\s*(-?[0-9][0-9.eE+-]*)/;

/** Null for a message that asks nothing (an answer to one of ours). Throws `RequestError` on what is no JSON object. */
export function parseRequest(line: string): Request | null {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch (error) {
    throw new RequestError('REQUEST_NOT_JSON', 'a line is not JSON', {}, error);
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new RequestError('REQUEST_NOT_JSON', 'a line is not a JSON object');
  }
  const { id, method, params } = message as Record<string, unknown>;
  if (typeof method !== 'string') return null;
  return {
    id: idText(id, line),
    method,
    params: Array.isArray(params) ? params : params === undefined || params === null ? [] : null,
  };
}

function idText(id: unknown, line: string): string {
  if (typeof id === 'number' && !Number.isSafeInteger(id)) return NUMERIC_ID.exec(line)?.[1] ?? String(id);
  return JSON.stringify(id) ?? 'null';
}
