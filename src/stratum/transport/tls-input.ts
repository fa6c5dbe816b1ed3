/**
 * What a TLS client sends, on its way to OpenSSL. That works on it before anything behind it hears of it: a handshake takes
 * from half a millisecond to six, with an RSA key of 4,096 bits; a key update 8 µs, of which 64 KiB have 2,500. So it is given
 * a slice of what came, in turns with whatever else strangers or proven miners want, and no more is read meanwhile.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { NextLine, Waiting } from '../guard/waiting-rows.js';
import { asksForRetry, TlsHello } from './tls-hello.js';
import type { BeforeTls } from './unread.js';

/** Half a millisecond of the worst that it may be. A ClientHello has less, and a record with a share a tenth. */
const SLICE_BYTES = 2048;
/** A record of 16 KiB that does not end, and as much again for what its pieces came in. */
const MOST_INSIDE_BYTES = 34 << 10;
const NOTHING = Buffer.alloc(0);
const FREE: Waiting['debt'] = { spend: () => {}, isOwing: () => false };

/** Those with whom it takes turns, as of now. */
export type Turns = () => { add(waiting: Waiting): void; remove(waiting: Waiting): void };

export class TlsInput extends Duplex implements Waiting, BeforeTls {
  readonly debt = FREE;
  /** What comes is worth little of what it takes: others come before it. */
  isLate = false;
  paidBytes = 0;
  waitingBytes = 0;
  /** Came, and was not given on yet. */
  private rest: Buffer = NOTHING;
  private isWanted = false;
  private hasEnded = false;
  private given = 0;
  /** Of what was given, when something was last heard of it. */
  private heard = 0;
  /** Null once the keys are there. */
  private hello: TlsHello | null = new TlsHello();
  /** Told how many bytes have been given on in all, and worked on. */
  onGiven: (bytes: number) => void = () => {};
  /** Told when the client begins with more than any has to say; it is not given on. */
  onTooLong: () => void = () => {};

  constructor(
    private readonly socket: Socket,
    private readonly turns: Turns,
  ) {
    super({ readableHighWaterMark: 1 });
    // Whoever has shut its side down is still given its answers.
    socket.allowHalfOpen = true;
    socket.on('data', (chunk: Buffer) => {
      socket.pause();
      this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
      this.wait();
    });
    socket.on('end', () => {
      this.hasEnded = true;
      this.wait();
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** With what OpenSSL has of a record that has not ended. */
  get heldBytes(): number {
    return this.rest.length + Math.min(2 * (this.given - this.heard), MOST_INSIDE_BYTES);
  }

  /** Something was heard of all that was given. */
  hasHeard(): void {
    this.heard = this.given;
  }

  /** Both sides have their keys. */
  isSecure(): void {
    this.hello = null;
    this.hasHeard();
  }

  get next(): NextLine {
    return this.isLate ? 'long' : 'other';
  }

  workOff(): boolean {
    if (this.destroyed || !this.isWanted) return false;
    this.isWanted = false;
    if (this.rest.length === 0) {
      this.push(null);
      return false;
    }
    const slice = this.rest.subarray(0, SLICE_BYTES);
    this.rest = slice.length === this.rest.length ? NOTHING : this.rest.subarray(SLICE_BYTES);
    if (this.hello?.take(slice) === false) {
      this.onTooLong();
      return false;
    }
    this.given += slice.length;
    this.push(slice);
    this.onGiven(this.given);
    return false;
  }

  override _read(): void {
    this.isWanted = true;
    this.wait();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.hello !== null && asksForRetry(chunk)) this.hello.again();
    this.socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.rest = NOTHING;
    this.turns().remove(this);
    this.socket.destroy();
    done(error);
  }

  private wait(): void {
    if (!this.isWanted) return;
    if (this.rest.length > 0 || this.hasEnded) this.turns().add(this);
    else this.socket.resume();
  }
}
