/** A staking wallet: an Ed25519 key in the form Koii has it in, seed and public key together. */
import { generateKeyPairSync } from 'node:crypto';
import { base58 } from '@scure/base';

export interface StakingWallet {
  /** Base58. */
  readonly address: string;
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  readonly secretKey: Uint8Array;
}

export function makeStakingWallet(): StakingWallet {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(x!, 'base64url'));
  const secretKey = new Uint8Array([...Buffer.from(d!, 'base64url'), ...publicKey]);
  return { address: base58.encode(publicKey), publicKey, secretKey };
}
