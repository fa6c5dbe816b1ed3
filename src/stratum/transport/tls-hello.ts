/**
 * How long a message a TLS client announces before it is known: OpenSSL makes room for it at once, 128 KiB for a ClientHello
 * of which eleven bytes came. A thousand of these are as many megabytes that nothing counts, so a longer one than any client
 * has is not given to it. Only the heads are read, of records and of the first message; nothing else before the keys may be long
 * (`ossl_statem_server_max_message_size` in ssl/statem/statem_srvr.c), but for a second ClientHello, where the server asked for that.
 */

/** With keys of the newest kind, names and tickets a browser's has 2 KiB. */
const MOST_BYTES = 16 << 10;

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
const RECORD_HEAD = 5;
const MESSAGE_HEAD = 4;

/** A ServerHello with this for its random number asks for another ClientHello (RFC 8446, 4.1.3). */
const RETRY_RANDOM = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
/** Behind the heads of record and message, and a version. */
const RANDOM_AT = RECORD_HEAD + MESSAGE_HEAD + 2;

/** Whether what a server sends is such a ServerHello. */
export function asksForRetry(sent: Uint8Array): boolean {
  return (
    sent[0] === HANDSHAKE && RETRY_RANDOM.equals(sent.subarray(RANDOM_AT, RANDOM_AT + RETRY_RANDOM.length))
  );
}

export class TlsHello {
  private readonly head: number[] = [];
  /** Of the record under way, behind its head. */
  private recordLeft = 0;
  private isHandshake = false;
  private readonly message: number[] = [];
  /** Of the message under way, behind its head. */
  private messageLeft = 0;
  private isExpected = true;

  /** Another ClientHello is to come. */
  again(): void {
    this.isExpected = true;
  }

  /** What came next from the client. False when it announces too much. */
  take(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.recordLeft === 0) {
        this.head.push(bytes[at++]!);
        if (this.head.length === RECORD_HEAD) this.beginRecord();
        continue;
      }
      const part = bytes.subarray(at, at + this.recordLeft);
      at += part.length;
      this.recordLeft -= part.length;
      if (this.isHandshake && !this.read(part)) return false;
    }
    return true;
  }

  private beginRecord(): void {
    const [type, , , high, low] = this.head.splice(0);
    this.isHandshake = type === HANDSHAKE;
    this.recordLeft = (high! << 8) | low!;
  }

  private read(part: Uint8Array): boolean {
    for (let at = 0; at < part.length; ) {
      if (this.messageLeft > 0) {
        const skipped = Math.min(this.messageLeft, part.length - at);
        this.messageLeft -= skipped;
        at += skipped;
        continue;
      }
      // What follows in records of this kind may have been encrypted.
      if (!this.isExpected) return true;
      this.message.push(part[at++]!);
      if (this.message.length < MESSAGE_HEAD) continue;
      const [type, high, middle, low] = this.message.splice(0);
      this.messageLeft = (high! << 16) | (middle! << 8) | low!;
      if (type !== CLIENT_HELLO || this.messageLeft > MOST_BYTES) return false;
      this.isExpected = false;
    }
    return true;
  }
}
