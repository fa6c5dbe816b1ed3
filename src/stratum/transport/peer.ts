/** Whom a connection is from, as everything behind the entrance knows it. */
import { isIP, SocketAddress } from 'node:net';

export type PortKind = 'ordinary' | 'high';

export interface Peer {
  /** IPv4 in four decimals, also where it came mapped into IPv6; IPv6 in its one short form (RFC 5952). */
  readonly ip: string;
  readonly port: PortKind;
  readonly encrypted: boolean;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;

/** `address` as a socket or a proxy tells it, in the one spelling that limits, events and logs go by. */
export function plainAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const { address: short } = new SocketAddress({ address, family: 'ipv6' });
  return MAPPED.exec(short)?.[1] ?? short;
}
