/**
 * Where the load's connections come from: loopback addresses from 127.1.0.1 on, each with no more connections than the
 * guard gives an address that it does not know. Connections go round the addresses, as the rigs of many farms connect.
 */

/** The default of `stratum.strangersPerAddress`; also how often an address may connect within a minute or so. */
export const PER_ADDRESS = 128;

/** How many addresses so many connections take. */
export function addressesFor(connections: number, perAddress: number): number {
  return Math.ceil(connections / perAddress);
}

/** `index`: from 0. */
export function sourceAddress(index: number): string {
  const number = (1 << 16) + 1 + index;
  if (number >= 1 << 24) throw new RangeError(`127.0.0.0/8 has no address ${index} for the load`);
  return `127.${number >> 16}.${(number >> 8) & 0xff}.${number & 0xff}`;
}
