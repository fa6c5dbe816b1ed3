/**
 * What a TLS client sends beyond what it says, and beyond what of that is worth it. Records of one byte, or key updates, take
 * OpenSSL as long as lines (2 to 8 µs each), and nothing behind it hears of them before that: so who sends many is let go.
 * Records of eight bytes are as dear a byte as a share is, and may be of pings: so who brings more of such than of shares
 * comes behind those who do not.
 */
import { TokenBucket } from '../guard/token-bucket.js';

/** A record has 22 bytes of its own, and a line of Stratum 40 at least. */
const SENT_PER_SAID = 4;
/** A record of a share has 180 bytes, of which 160 are the share; with an older cipher, and a line's end by itself, 300. */
const SENT_PER_PAID = 2.5;
/** A handshake, and some hundred bytes that come one by one; these come back in half a minute. */
const BURST_BYTES = 32 << 10;
const BYTES_PER_MS = 1;
/** More than the longest record, of which nothing is heard before its end, and than a handshake. */
const MUCH_BYTES = 18 << 10;
/** However much was sent for nothing, some hundred shares make up for it. */
const MOST_OWED_BYTES = 128 << 10;

/** All bytes until now: sent as TLS, said with that, of lines that were worth it, and of lines that wait and may be. */
export interface TlsBytes {
  readonly sent: number;
  readonly said: number;
  readonly paid: number;
  readonly waiting: number;
}

export class TlsOverhead {
  private readonly beyondSaid: Beyond;
  private readonly beyondPaid: Beyond;
  /** As of the last look. */
  isMuch = false;

  constructor(nowMs: number) {
    this.beyondSaid = new Beyond(SENT_PER_SAID, nowMs);
    this.beyondPaid = new Beyond(SENT_PER_PAID, nowMs);
  }

  isTooMuch({ sent, said, paid, waiting }: TlsBytes, nowMs: number): boolean {
    const left = this.beyondSaid.left(sent, said, nowMs);
    const leftOfWorth = this.beyondPaid.left(sent, paid, nowMs) + SENT_PER_PAID * waiting;
    this.isMuch = Math.min(left, leftOfWorth) < BURST_BYTES - MUCH_BYTES;
    return left < 0;
  }
}

/** Bytes that were sent beyond so many for each that counts. */
class Beyond {
  private readonly bucket: TokenBucket;
  private sent = 0;
  private counted = 0;

  constructor(
    private readonly perCounted: number,
    nowMs: number,
  ) {
    this.bucket = new TokenBucket(BURST_BYTES, BYTES_PER_MS, nowMs);
  }

  /** Of what may be: what counts at a record's end makes up for its beginning, and for nothing to come. */
  left(sent: number, counted: number, nowMs: number): number {
    const beyond = sent - this.sent - this.perCounted * (counted - this.counted);
    this.sent = sent;
    this.counted = counted;
    const left = Math.min(BURST_BYTES, this.bucket.left(nowMs) - beyond);
    this.bucket.set(Math.max(-MOST_OWED_BYTES, left), nowMs);
    return left;
  }
}
