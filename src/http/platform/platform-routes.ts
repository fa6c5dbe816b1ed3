/**
 * The platform's side of the four endpoints: what a Koii task posts to its container and asks of it. Each
 * needs the token; a verdict is a bare `true` or `false`, and 503 says that this node cannot tell.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { k2Key, wholeNumber } from '../../claims/index.js';
import { CodedError, fromHex, toHex } from '../../lib/index.js';
import { HttpError } from '../http-error.js';
import { firstIssue } from '../query.js';
import { roundNumber, unknownRound } from '../round-number.js';
import type { AuditWish, PlatformDesk } from './platform-desk.js';
import { bringsToken, needToken } from './task-token.js';

/** Less than the 20 s that a task waits. */
const CLOSING_PATIENCE_MS = 15_000;

const onChain = z.object({
  submission: z.string().min(1).max(512),
  submissionSlot: wholeNumber,
  deadlineSlot: wholeNumber,
  stake: wholeNumber,
});
const auditBody = onChain.extend({
  submitter: k2Key,
  round: wholeNumber,
  seed: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits')
    .transform((hex) => fromHex(hex)),
  beacon: k2Key.nullable().default(null),
  before: onChain.nullable().optional(),
  packageUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  denied: z.array(z.string().max(64)).max(8).nullable().default(null),
});

function bodyOf(request: Request): unknown {
  if (request.body !== undefined) return request.body;
  throw new HttpError(
    415,
    'BODY_NOT_JSON',
    'this call comes with a JSON body',
    'Send one JSON object with content-type: application/json.',
  );
}

/** `POST /task/:round`: what K2 says of the round; the same may be posted again and again. */
export function tellRoundRoute(desk: PlatformDesk | null, token: string | null) {
  return async (request: Request, response: Response): Promise<void> => {
    needToken(request, token);
    const round = roundNumber(request.params.round);
    const body = bodyOf(request);
    const said = (body as { round?: unknown } | null)?.round;
    if (desk === null || String(said) !== String(round)) {
      throw new HttpError(
        400,
        'BODY_INVALID',
        desk === null
          ? 'solo mining has no rounds'
          : `the body is of round ${said}, the path of round ${round}`,
        'Post the facts of the round that the path names, to a node that mines for a pool.',
      );
    }
    try {
      await desk.hear(body);
    } catch (error) {
      if (!(error instanceof CodedError) || error instanceof HttpError) throw error;
      const unreadable = error.code === 'FACTS_UNREADABLE';
      throw new HttpError(
        unreadable ? 400 : 409,
        unreadable ? 'BODY_INVALID' : 'FACTS_REFUSED',
        error.message,
        'Correct the facts, or the settings they have to agree with.',
      );
    }
    response.json({ round_number: Number(round), known: true, receipt_key: toHex(desk.receiptKey) });
  };
}

/** `GET /submission/:round` with the token waits until the round is closed, and then goes on as without one. */
export function closeRoundRoute(desk: PlatformDesk | null, token: string | null): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (!bringsToken(request)) {
      next();
      return;
    }
    needToken(request, token);
    const round = roundNumber(request.params.round);
    if (desk === null || !desk.isExpected(round)) throw unknownRound(round);
    desk.untilClosed(round, CLOSING_PATIENCE_MS).then((closed) => {
      if (closed) next();
      else {
        next(
          new HttpError(
            503,
            'ROUND_OPEN',
            `round ${round} is not closed yet`,
            'Ask again: the claim is not lost.',
          ),
        );
      }
    }, next);
  };
}

/** `POST /audit` and `/audit/:round`. */
export function judgeRoute(desk: PlatformDesk | null, token: string | null) {
  return async (request: Request, response: Response): Promise<void> => {
    needToken(request, token);
    const parsed = auditBody.safeParse(bodyOf(request));
    if (!parsed.success) {
      throw new HttpError(
        400,
        'BODY_INVALID',
        `the audit cannot be made: ${firstIssue(parsed.error)}`,
        'docs/operations.md, "The Koii task", lists the fields.',
      );
    }
    const wish: AuditWish = { ...parsed.data, before: parsed.data.before };
    const { round } = request.params;
    if (round !== undefined && roundNumber(round) !== wish.round) {
      throw new HttpError(
        400,
        'BODY_INVALID',
        'path and body name different rounds',
        'Send the round of the body.',
      );
    }
    const verdict =
      desk === null
        ? { kind: 'abstain' as const, reason: 'solo mining audits nobody' }
        : await desk.judge(wish);
    if (verdict.kind === 'abstain') {
      throw new HttpError(
        503,
        'AUDIT_ABSTAINS',
        `no verdict: ${verdict.reason}`,
        'Ask again before the audit window ends; without an answer, do not vote.',
      );
    }
    response.json(verdict.kind === 'valid');
  };
}
