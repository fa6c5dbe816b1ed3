/**
 * A miner's own words in the coinbase of the blocks it finds. They end up in logs, events, pages and block explorers,
 * so only characters that mean nothing to any of them are let in, and few enough that the coinbase fits every miner.
 */
import { utf8 } from '../lib/index.js';

export const MAX_SIGNATURE_BYTES = 20;

/** Nothing that breaks out of a log line, a page, a shell or a block explorer. */
const SAFE = /^[A-Za-z0-9 _.:/@#+*!?()[\]~^=-]*$/;

/** Null for words that are too long or hold an unsafe character. */
export function signatureOf(text: string): Uint8Array | null {
  return SAFE.test(text) && text.length <= MAX_SIGNATURE_BYTES ? utf8(text) : null;
}

export function signatureText(signature: Uint8Array): string {
  return String.fromCharCode(...signature);
}

/** Whether `signatureOf` could have given these bytes. */
export function isSignature(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_SIGNATURE_BYTES && SAFE.test(signatureText(bytes));
}
