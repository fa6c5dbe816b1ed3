/** Whom a connection is from, as everything behind the entrance knows it. */

export type PortKind = 'ordinary' | 'high';

export interface Peer {
  /** IPv4 in four decimals, also where it came mapped into IPv6. */
  readonly ip: string;
  readonly port: PortKind;
  readonly encrypted: boolean;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const MAPPED_GROUPS = /^(?:0:){5}ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i;

/** `address` as a socket or a proxy tells it. */
export function plainAddress(address: string): string {
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const groups = MAPPED_GROUPS.exec(address);
  if (groups === null) return address;
  const [high, low] = [Number.parseInt(groups[1]!, 16), Number.parseInt(groups[2]!, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
