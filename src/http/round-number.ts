/** A round in a path. JSON numbers carry it, so it ends where they are exact. */
import { HttpError } from './http-error.js';

const CANONICAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** Throws `HttpError` ROUND_MALFORMED for anything but a decimal number up to 2^53 - 1 without leading zeros. */
export function roundNumber(text: unknown): bigint {
  if (typeof text === 'string' && CANONICAL.test(text) && Number.isSafeInteger(Number(text)))
    return BigInt(text);
  throw new HttpError(
    400,
    'ROUND_MALFORMED',
    'the round in the path is not a round number',
    'A round is a decimal number without leading zeros, as in /task/1.',
  );
}

export function unknownRound(round: bigint): HttpError {
  return new HttpError(
    404,
    'ROUND_UNKNOWN',
    `this node knows nothing of round ${round}`,
    'GET /api/v1/pool tells the present round.',
  );
}
