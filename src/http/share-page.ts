/** A page of shares in a query: `limit` and `before`, the `next` of the page before. */
import { z } from 'zod';
import { errorCode } from '../lib/index.js';
import { HttpError } from './http-error.js';

export const pageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'must be a number from 1 to 500')
    .transform(Number)
    .refine((limit) => limit <= 500, 'must be a number from 1 to 500')
    .default(50),
  // A place in each shard, and of these there may be hundreds.
  before: z
    .string()
    .regex(/^[A-Za-z0-9._,-]{1,8000}$/, 'must be the `next` of an earlier page')
    .optional(),
});

/** What `read` gives; throws `HttpError` where the log does not know the page. */
export async function pageOf<Page>(read: () => Page | Promise<Page>): Promise<Page> {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) !== 'SHARE_CURSOR_MALFORMED') throw error;
    throw new HttpError(
      400,
      'QUERY_INVALID',
      'before is no page of this log',
      'Take `next` of the page before, unchanged.',
    );
  }
}
