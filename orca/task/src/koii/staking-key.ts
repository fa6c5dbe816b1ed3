/**
 * The node's staking key. Koii hands it over as an object with a property for each byte: 32 of the seed, then 32 of the
 * public key. It signs two things here: which receipt key the container may use, and what is put into Koii's storage.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { base58 } from '@scure/base';
import { taggedHash, toHex } from '../../../../src/lib/index.js';

/** PKCS #8 of an Ed25519 key, up to the seed (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const tokenOf = taggedHash('orcapool/task-token/1');

export interface StakingKey {
  readonly publicKey: Uint8Array;
  /** Base58. */
  readonly address: string;
  /** Ed25519, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /**
   * By which the container knows this task's calls. The same at every start, because a pod that is still there keeps
   * the environment it was made with; nothing of the key can be told from it.
   */
  taskToken(): string;
}

/** `secretKey`: 64 bytes, seed and public key. */
export function stakingKeyOf(secretKey: Uint8Array): StakingKey {
  const seed = secretKey.slice(0, 32);
  const publicKey = secretKey.slice(32, 64);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  return {
    publicKey,
    address: base58.encode(publicKey),
    sign: (message) => new Uint8Array(sign(null, message, key)),
    taskToken: () => toHex(tokenOf(seed)),
  };
}

/** Of Koii's answer; null for anything else. */
export function readStakingKey(answer: unknown): StakingKey | null {
  const secret = (answer as { _keypair?: { secretKey?: Record<string, number> } } | null)?._keypair
    ?.secretKey;
  if (typeof secret !== 'object' || secret === null) return null;
  const bytes = Object.values(secret);
  if (bytes.length !== 64 || bytes.some((byte) => !Number.isInteger(byte) || byte < 0 || byte > 255))
    return null;
  return stakingKeyOf(Uint8Array.from(bytes));
}
