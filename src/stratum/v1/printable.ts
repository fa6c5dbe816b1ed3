/** A miner's words about itself, fit for logs and pages: ASCII, and not too many. */
const MAX_LENGTH = 256;

export function printable(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(/[^\x20-\x7e]/g, '?');
}
