/** A miner's words about itself, fit for logs and pages: ASCII, and not too many. */
const MAX_LENGTH = 256;

export function printable(text: string): string {
  const words = text.slice(0, MAX_LENGTH).replace(/[^\x20-\x7e]/g, '?');
  // A slice would keep the whole text alive, 8 KB of it, for as long as the session is remembered.
  return Buffer.from(words, 'latin1').toString('latin1');
}
