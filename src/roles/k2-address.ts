import { base58 } from '@scure/base';

/** A K2 public key as its owner writes it. */
export function k2Address(key: Uint8Array): string {
  return base58.encode(key);
}
