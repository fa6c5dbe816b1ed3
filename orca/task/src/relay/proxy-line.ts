/**
 * The PROXY protocol's header in version 1 (HAProxy's `proxy-protocol.txt`, 2.1): one line of text before everything
 * else, by which the pool knows whose connection the relay brings.
 */
import { isIP, type Socket } from 'node:net';

export type Ends = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>;

/** What the socket says of itself; null for one that is gone already. */
export function proxyLine(socket: Ends): string | null {
  const [from, to] = [plain(socket.remoteAddress), plain(socket.localAddress)];
  const { remotePort, localPort } = socket;
  if (remotePort === undefined || localPort === undefined || isIP(from) === 0) return null;
  const family = isIP(from) === 6 ? 'TCP6' : 'TCP4';
  return `PROXY ${family} ${from} ${to} ${remotePort} ${localPort}\r\n`;
}

/** Without an IPv6 zone, and IPv4 as such where a socket for both has it. */
function plain(address = ''): string {
  const [host = ''] = address.split('%');
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(host);
  return mapped === null ? host : mapped[1]!;
}
