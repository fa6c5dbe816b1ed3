/**
 * What a caller is told when a request cannot be answered: `{error: {code, message, hint}}`, whatever went wrong.
 * The code is stable; the message says what happened, the hint what to do about it. Nothing of the inside (paths,
 * stacks, other errors' texts) gets out: an unexpected error is logged and answered as `INTERNAL`.
 */
import type { NextFunction, Request, Response } from 'express';
import { CodedError, errorMessage, type Logger } from '../lib/index.js';

export type HttpErrorCode =
  | 'ROUTE_UNKNOWN'
  | 'ROUND_MALFORMED'
  | 'ROUND_UNKNOWN'
  | 'ROUND_CLOSED'
  | 'ROUND_NOT_CLOSED'
  | 'ROUND_IDLE'
  | 'ROUND_OPEN'
  | 'DRAWS_MISSING'
  | 'TOKEN_NEEDED'
  | 'TOKEN_WRONG'
  | 'FACTS_REFUSED'
  | 'AUDIT_ABSTAINS'
  | 'QUERY_INVALID'
  | 'ADDRESS_MALFORMED'
  | 'ADDRESS_UNKNOWN'
  | 'BODY_MALFORMED'
  | 'BODY_NOT_JSON'
  | 'BODY_TOO_LARGE'
  | 'BODY_INVALID'
  | 'PROOF_INVALID'
  | 'CLAIM_MISMATCH'
  | 'JOB_UNKNOWN'
  | 'SUBMISSION_ID_REUSED'
  | 'SHARES_UNAVAILABLE'
  | 'STREAM_FULL'
  | 'BUSY'
  | 'REQUEST_MALFORMED'
  | 'INTERNAL'
  /** Followed by the reason a share was rejected for: SHARE_DUPLICATE, SHARE_LOW_DIFFICULTY. */
  | `SHARE_${string}`;

export class HttpError extends CodedError<HttpErrorCode> {
  constructor(
    readonly status: number,
    code: HttpErrorCode,
    message: string,
    readonly hint: string,
  ) {
    super(code, message, { status });
  }
}

export interface ErrorBody {
  readonly error: { readonly code: HttpErrorCode; readonly message: string; readonly hint: string };
}

export function errorBody({ code, message, hint }: HttpError): ErrorBody {
  return { error: { code, message, hint } };
}

/** Last of the routes: nothing else took the request. */
export function refuseUnknownRoute(request: Request): never {
  throw new HttpError(
    404,
    'ROUTE_UNKNOWN',
    `this node does not serve ${request.method} ${request.path.slice(0, 100)}`,
    'GET /healthz, /task/:round, /submission/:round, /audit, /metrics, /api/v1/pool, /api/v1/workers/:address, ' +
      '/api/v1/workers/:address/receipts, /api/v1/rounds/:round/package, /api/v1/rounds/:round/draws, ' +
      '/api/v1/rounds/:round/audits, /api/v1/rounds/:round/miners/:address/proof and /api/v1/events, ' +
      'and POST /healthz, /task/:round, /submission/:round and /audit are served.',
  );
}

/** Express's last resort: everything thrown in a route comes here. */
export function answerErrors(logger: Logger) {
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) {
      logger.warn({ path: request.path, error: errorMessage(error) }, 'an answer broke off');
      response.destroy();
      return;
    }
    const told = toHttpError(error);
    if (told.code === 'INTERNAL') {
      logger.error({ path: request.path, error: errorMessage(error) }, 'a request could not be answered');
    }
    if (told.status === 503) response.set('retry-after', '5');
    response.status(told.status).json(errorBody(told));
  };
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') {
    return new HttpError(
      413,
      'BODY_TOO_LARGE',
      'the body is over 64 KiB',
      'One share with its proof is far smaller.',
    );
  }
  if (type === 'entity.parse.failed') {
    return new HttpError(400, 'BODY_MALFORMED', 'the body is not JSON', 'Send one JSON object.');
  }
  // Express and its body parser mark what the caller did wrong with a 4xx status.
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpError(
      status,
      'REQUEST_MALFORMED',
      'the request cannot be read',
      'Check its path, encoding and body.',
    );
  }
  return new HttpError(500, 'INTERNAL', 'the node failed to answer', "The node's log says why.");
}
