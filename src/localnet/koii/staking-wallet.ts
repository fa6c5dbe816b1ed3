/** A staking wallet: an Ed25519 key in the form Koii has it in, seed and public key together. */
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { base58 } from '@scure/base';
import { errorCode } from '../../lib/index.js';

export interface StakingWallet {
  /** Base58. */
  readonly address: string;
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  readonly secretKey: Uint8Array;
}

export function makeStakingWallet(): StakingWallet {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicKey = Buffer.from(x!, 'base64url');
  return walletOf(new Uint8Array([...Buffer.from(d!, 'base64url'), ...publicKey]));
}

/** The wallet of a file, as Koii keeps it: the bytes of the secret key as a JSON array. Made where there is none. */
export async function keptWallet(file: string): Promise<StakingWallet> {
  try {
    return walletOf(Uint8Array.from(JSON.parse(await readFile(file, 'utf8')) as number[]));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const wallet = makeStakingWallet();
  await writeFile(file, JSON.stringify([...wallet.secretKey]), { mode: 0o600 });
  return wallet;
}

function walletOf(secretKey: Uint8Array): StakingWallet {
  const publicKey = secretKey.slice(32);
  return { address: base58.encode(publicKey), publicKey, secretKey };
}
