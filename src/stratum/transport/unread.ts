/** What has come on a socket and was not read: it waits in Node, and with TLS before OpenSSL as well. */
import type { Socket } from 'node:net';

const BEFORE_TLS = new WeakMap<Socket, { readonly heldBytes: number }>();

export function countUnread(secure: Socket, input: { readonly heldBytes: number }): void {
  BEFORE_TLS.set(secure, input);
}

/** What it says has had its turns on the way. */
export function isOverTls(socket: Socket): boolean {
  return BEFORE_TLS.has(socket);
}

/** In bytes. Hot path. */
export function unreadBytes(socket: Socket): number {
  return socket.readableLength + (BEFORE_TLS.get(socket)?.heldBytes ?? 0);
}
