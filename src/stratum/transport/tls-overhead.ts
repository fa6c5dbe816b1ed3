/**
 * What a TLS client sends beyond what it says. Records of one byte, or key updates, take OpenSSL as long as lines (2 to 8 µs
 * each), and nothing behind it hears of them before that: so who sends many is let go.
 */
import { TokenBucket } from '../guard/token-bucket.js';

/** A record has 22 bytes of its own, and a line of Stratum 40 at least. */
const SENT_PER_SAID = 4;
/** A handshake, and some hundred bytes that come one by one; these come back in half a minute. */
const BURST_BYTES = 32 << 10;
const BYTES_PER_MS = 1;
/** More than the longest record, of which nothing is heard before its end, and than a handshake. */
const MUCH_BYTES = 18 << 10;

export class TlsOverhead {
  private readonly bucket: TokenBucket;
  private sent = 0;
  private said = 0;
  /** As of the last look. */
  isMuch = false;

  constructor(nowMs: number) {
    this.bucket = new TokenBucket(BURST_BYTES, BYTES_PER_MS, nowMs);
  }

  /** `sent`, as TLS, and `said` with that: all bytes until now. */
  isTooMuch(sent: number, said: number, nowMs: number): boolean {
    const overhead = sent - this.sent - SENT_PER_SAID * (said - this.said);
    this.sent = sent;
    this.said = said;
    // What is said at a record's end makes up for its beginning, and for nothing to come.
    const left = Math.min(BURST_BYTES, this.bucket.left(nowMs) - overhead);
    this.bucket.set(left, nowMs);
    this.isMuch = left < BURST_BYTES - MUCH_BYTES;
    return left < 0;
  }
}
