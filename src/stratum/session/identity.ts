/**
 * Who logs in: `<payout address>[.worker]`, the address a Bitcoin one of this network or a K2 public key in base58. The
 * worker may stand behind `_` as well, as ckpool takes it: no address has one. Any name does: what logs and pages could
 * not show as it is stands there as `_`, and a long one is cut. Nobody stays without work for the name of a machine.
 * Nothing is registered anywhere: the address is the account.
 */
import { base58 } from '@scure/base';
import { decodeAddress, type Network } from '../../bitcoin/index.js';
import { CodedError, errorMessage } from '../../lib/index.js';
import type { Payout } from '../../mining/index.js';

export type PoolMode = 'pool' | 'solo';

export class IdentityError extends CodedError<
  'USERNAME_EMPTY' | 'USERNAME_ADDRESS' | 'USERNAME_SOLO_NEEDS_BITCOIN'
> {}

export interface Identity {
  readonly payout: Payout;
  /** As the miner wrote it, bech32 in lower case. */
  readonly address: string;
  /** At most 64 of `A-Z a-z 0-9 _ . -`; empty when the username names none. */
  readonly worker: string;
}

const K2_KEY_BYTES = 32;
const MAX_WORKER = 64;
const NOT_OF_A_WORKER = /[^A-Za-z0-9_.-]/gu;
const BASE58_PATTERN = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
const BECH32_PATTERN = /^(?:bc|tb|bcrt)1/i;

/**
 * `known`: whose address it may be; then that is not read again, which takes longer than all the rest. Throws
 * `IdentityError`, whose message tells the miner's owner what to write instead.
 */
export function parseUsername(
  username: string,
  network: Network,
  mode: PoolMode,
  known: Identity | null = null,
): Identity {
  const [written, name] = splitUsername(username);
  if (written === '' && name === '') {
    throw new IdentityError('USERNAME_EMPTY', 'log in with <Bitcoin or K2 address>[.worker] as the username');
  }
  const worker = name.replace(NOT_OF_A_WORKER, '_').slice(0, MAX_WORKER);
  const address = looksLikeBech32(written) ? written.toLowerCase() : written;
  if (address === known?.address) return { payout: known.payout, address, worker };
  const payout = parsePayout(address, network);
  if (mode === 'solo' && payout.type === 'k2') {
    throw new IdentityError(
      'USERNAME_SOLO_NEEDS_BITCOIN',
      'this node mines solo and pays in the block itself: log in with a Bitcoin address, not a K2 one',
    );
  }
  return { payout, address, worker };
}

/** Address and worker as they were written; of none of both the empty text. */
export function splitUsername(username: string): readonly [address: string, worker: string] {
  const text = username.trim();
  const end = text.search(/[._]/);
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

function parsePayout(address: string, network: Network): Payout {
  const key = k2Key(address);
  if (key !== null) return { type: 'k2', key };
  try {
    return { type: 'bitcoin', script: decodeAddress(address, network).script };
  } catch (error) {
    throw new IdentityError('USERNAME_ADDRESS', errorMessage(error), {}, error);
  }
}

/** A mistyped bech32 address must not pass for a K2 key, which has no checksum. */
function k2Key(address: string): Uint8Array | null {
  if (looksLikeBech32(address) || !BASE58_PATTERN.test(address)) return null;
  const bytes = base58.decode(address);
  return bytes.length === K2_KEY_BYTES ? bytes : null;
}

function looksLikeBech32(text: string): boolean {
  return BECH32_PATTERN.test(text) && (text === text.toLowerCase() || text === text.toUpperCase());
}
