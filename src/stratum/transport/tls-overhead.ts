/**
 * What a TLS client sends beyond what it says. Records of one byte, or key updates, take OpenSSL as long as lines (2 to 8 µs
 * each), and nothing behind it hears of them before that: so who sends many is let go.
 */
import type { Socket } from 'node:net';
import { TokenBucket } from '../guard/token-bucket.js';

/** A record has 22 bytes of its own, and a line of Stratum 40 at least. */
const SENT_PER_SAID = 4;
/** A handshake, and some hundred bytes that come one by one; these come back in half a minute. */
const BURST_BYTES = 32 << 10;
const BYTES_PER_MS = 1;

export class TlsOverhead {
  private readonly bucket: TokenBucket;
  private sent = 0;
  private said = 0;

  /** `sender`: as TLS comes from it; `speaker`: what it says with that. */
  constructor(
    private readonly sender: Pick<Socket, 'bytesRead'>,
    private readonly speaker: Pick<Socket, 'bytesRead'>,
    nowMs: number,
  ) {
    this.bucket = new TokenBucket(BURST_BYTES, BYTES_PER_MS, nowMs);
  }

  /** Of all that came until now. */
  isTooMuch(nowMs: number): boolean {
    const { bytesRead: sent } = this.sender;
    const { bytesRead: said } = this.speaker;
    const overhead = sent - this.sent - SENT_PER_SAID * (said - this.said);
    this.sent = sent;
    this.said = said;
    this.bucket.take(nowMs, Math.max(0, overhead));
    return this.bucket.left(nowMs) < 0;
  }
}
