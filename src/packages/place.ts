/**
 * Where a package may be had: gateways and nodes that the operator named, and URLs that others say. What is named may
 * be anywhere; what is foreign, and what a place redirects to beyond the named hosts, only on the public internet.
 */
import type { Cid } from '../rounds/index.js';

export interface Place {
  /** `{cid}` stands for the CID: `https://host/ipfs/{cid}?format=car`. */
  readonly url: string;
  /** `named`: by the operator, in the configuration or on the command line. */
  readonly trust: 'named' | 'foreign';
}

export function placeUrl({ url }: Place, cid: Cid): URL {
  return new URL(url.replaceAll('{cid}', cid.toString()));
}

/** As it is told and logged: without a password. */
export function placeName(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

/**
 * Hosts, with their ports, that `place` may lead to whatever their address: the named ones, and of each the name that
 * an IPFS gateway redirects to, to give each CID an origin of its own. A foreign place leads to none.
 */
export function namedHosts(place: Place, places: readonly Place[], cid: Cid): ReadonlySet<string> {
  if (place.trust === 'foreign') return new Set();
  const hosts = places.filter(({ trust }) => trust === 'named').map((named) => placeUrl(named, cid).host);
  return new Set(hosts.flatMap((host) => [host, `${cid}.ipfs.${host}`]));
}
