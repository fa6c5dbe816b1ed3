/**
 * One line of Stratum V1 as data: a call, or the answer to one of ours. Miners are many and careless, so much is
 * taken: keys in any order, ids of every kind or none, no `params` at all, and a lone number or string where a list of
 * one was meant. Named parameters count as none, for Stratum knows no names.
 */
import { CodedError } from '../../lib/index.js';
import { rawId } from './raw-id.js';
import { usualSubmit } from './usual-submit.js';

export class RequestError extends CodedError<'REQUEST_NOT_JSON'> {}

export interface Request {
  readonly kind: 'request';
  /** JSON text; "null" for an absent id. */
  readonly id: string;
  /** Empty when the message names none. */
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What a miner says to a request of the pool's. */
export interface Reply {
  readonly kind: 'reply';
  readonly id: unknown;
  readonly result: unknown;
}

/** Throws `RequestError` on what is no JSON object. */
export function parseMessage(line: string): Request | Reply {
  return usualSubmit(line) ?? anyMessage(line);
}

/** The same, however it is spelled. */
export function anyMessage(line: string): Request | Reply {
  const message = parsed(line);
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new RequestError('REQUEST_NOT_JSON', 'a line is not a JSON object');
  }
  const { id, method, params, result, error } = message as Record<string, unknown>;
  if (typeof method === 'string') return { kind: 'request', id: rawId(line), method, params: listOf(params) };
  if (method === undefined && (result !== undefined || error !== undefined)) {
    return { kind: 'reply', id, result };
  }
  return { kind: 'request', id: rawId(line), method: '', params: [] };
}

/** As it comes in a line, a character a byte. */
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** Once: a failed attempt costs as much as twenty lines, and one of 8 KiB that fails at its last byte as much as a hundred. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(withoutStrays(line));
  } catch (error) {
    throw new RequestError('REQUEST_NOT_JSON', 'a line is not JSON', { start: line.slice(0, 8) }, error);
  }
}

/** Without one byte order mark before the line, and the ends of strings in C behind it. */
function withoutStrays(line: string): string {
  const from = line.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  let end = line.length;
  while (end > from && line.charCodeAt(end - 1) === 0) end--;
  return line.slice(from, end);
}

function listOf(params: unknown): readonly unknown[] {
  if (Array.isArray(params)) return params;
  return params === undefined || typeof params === 'object' ? [] : [params];
}
