/**
 * Which addresses are the public internet's (IANA's registries of special-purpose addresses). A URL that somebody else
 * wrote, and one that somebody else redirects to, may lead there and nowhere else: not to the operator's bitcoind, not
 * to a cloud's metadata. Of IPv6 only 2000::/3 is given out at all, so all else is refused with it, and with it IPv4
 * in IPv6's clothes.
 */
import { BlockList, isIP } from 'node:net';

const SPECIAL_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Teredo and other protocols, documentation, 6to4. */
const SPECIAL_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, bits] of subnets) list.addSubnet(net, bits, family);
  return list;
}

const specialV4 = blockList('ipv4', SPECIAL_V4);
const specialV6 = blockList('ipv6', SPECIAL_V6);
const givenOutV6 = blockList('ipv6', [['2000::', 3]]);

const loopback = blockList('ipv4', [['127.0.0.0', 8]]);

/** IPv4's loopback too, for a network whose nodes are all on one machine. False for what is no address. */
export function isPublicOrLoopback(address: string): boolean {
  return isPublicAddress(address) || (isIP(address) === 4 && loopback.check(address, 'ipv4'));
}

/** False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !specialV4.check(address, 'ipv4');
  return family === 6 && givenOutV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
}
