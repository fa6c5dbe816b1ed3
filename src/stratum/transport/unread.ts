/** What has come on a socket and was not read: it waits in Node, and with TLS before OpenSSL as well. */
import type { Socket } from 'node:net';

/** A connection as it is before OpenSSL. */
export interface BeforeTls {
  /** Came, and was not given to it. */
  readonly heldBytes: number;
  /** Of the lines that were worth what they take: shares, and new names. */
  paidBytes: number;
  /** Of lines that may be, by what the first of them is spelled like. */
  waitingBytes: number;
}

const BEFORE_TLS = new WeakMap<Socket, BeforeTls>();

export function setBeforeTls(secure: Socket, before: BeforeTls): void {
  BEFORE_TLS.set(secure, before);
}

/** Null without TLS. What comes with it has had its turns on the way. */
export function beforeTls(socket: Socket): BeforeTls | null {
  return BEFORE_TLS.get(socket) ?? null;
}

/** In bytes. Hot path. */
export function unreadBytes(socket: Socket): number {
  return socket.readableLength + (BEFORE_TLS.get(socket)?.heldBytes ?? 0);
}
