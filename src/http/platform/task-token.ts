/** The platform's calls prove themselves by `x-task-token`; whoever reaches the port has not the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { HttpError } from '../http-error.js';

const HEADER = 'x-task-token';

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Whether the call claims to be the platform's. */
export function bringsToken(request: Request): boolean {
  return request.headers[HEADER] !== undefined;
}

/** Throws `HttpError` TOKEN_NEEDED or TOKEN_WRONG. `token`: null where none is set, and then nobody is the platform. */
export function needToken(request: Request, token: string | null): void {
  const given = request.headers[HEADER];
  if (token === null || given === undefined) {
    throw new HttpError(
      401,
      'TOKEN_NEEDED',
      token === null ? 'this node takes no calls of the platform' : `this call needs the header ${HEADER}`,
      token === null
        ? 'Set http.token, and give the Koii task the same.'
        : 'Send the token that http.token of the node is set to.',
    );
  }
  // Equal lengths, whatever was sent.
  if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(token))) {
    throw new HttpError(
      401,
      'TOKEN_WRONG',
      `the header ${HEADER} is not this node's`,
      'Send the value of http.token.',
    );
  }
}
