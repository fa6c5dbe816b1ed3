/** The addresses whose PROXY headers are believed; nobody else's are. */
import { BlockList, isIP } from 'node:net';
import { plainAddress } from './peer.js';

export class TrustedProxies {
  private readonly list = new BlockList();
  readonly isEmpty: boolean;

  /** `networks`: addresses or CIDR blocks, as the configuration has checked them. */
  constructor(networks: readonly string[]) {
    this.isEmpty = networks.length === 0;
    for (const network of networks) {
      const [address = '', prefix] = network.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.list.addAddress(address, family);
      else this.list.addSubnet(address, Number(prefix), family);
    }
  }

  has(remoteAddress: string): boolean {
    if (this.isEmpty) return false;
    const address = plainAddress(remoteAddress);
    const family = isIP(address);
    return family !== 0 && this.list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}
