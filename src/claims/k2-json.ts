/** K2's values in JSON that a Koii task sends: keys and blockhashes in base58, numbers up to 64 bits. */
import { base58 } from '@scure/base';
import { z } from 'zod';

const MOST_U64 = 2n ** 64n - 1n;

/** 32 bytes. */
export const k2Key = z.string().transform((text, context) => {
  const bytes = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(text) ? base58.decode(text) : null;
  if (bytes?.length === 32) return bytes;
  context.addIssue({ code: 'custom', message: 'must be 32 bytes in base58' });
  return z.NEVER;
});

/** A JSON number where that is exact, or decimal text. */
export const wholeNumber = z.unknown().transform((value, context) => {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text === 'string' && /^(0|[1-9]\d{0,19})$/.test(text)) {
    const number = BigInt(text);
    if (number <= MOST_U64) return number;
  }
  context.addIssue({ code: 'custom', message: 'must be a whole number below 2^64, or its decimal text' });
  return z.NEVER;
});
