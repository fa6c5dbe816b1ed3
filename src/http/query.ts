/** Input through zod, with the first thing that is wrong told in a sentence. */
import type { Request } from 'express';
import type { z } from 'zod';
import { HttpError } from './http-error.js';

/** "limit must be ..."; a name nobody knows is told as such. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Throws `HttpError` QUERY_INVALID. */
export function queryOf<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  const parsed = schema.safeParse({ ...request.query });
  if (parsed.success) return parsed.data;
  throw new HttpError(
    400,
    'QUERY_INVALID',
    `the query cannot be used: ${firstIssue(parsed.error)}`,
    'Leave the parameter out, or correct it.',
  );
}
