/**
 * Addresses to output scripts and back: base58check (p2pkh, p2sh), bech32 for witness version 0 (BIP173) and bech32m
 * for version 1 and above (BIP350). Only scripts that a wallet of today spends are accepted: a witness program of
 * another version or length is a valid address, but what would be paid to it might belong to whoever comes first.
 *
 * The checksum is judged before the network, so that a typing mistake is never called a wrong network. Testnet4 and
 * signet share every prefix, and base58 cannot tell regtest from them either.
 */
import { base58, bech32, bech32m } from '@scure/base';
import { CodedError, concatBytes, equalBytes, sha256d } from '../lib/index.js';
import { type Network, networks } from './networks.js';
import { push } from './script.js';

export class AddressError extends CodedError<
  'ADDRESS_MALFORMED' | 'ADDRESS_CHECKSUM' | 'ADDRESS_WRONG_NETWORK' | 'ADDRESS_UNSUPPORTED'
> {}

export type AddressType = 'p2pkh' | 'p2sh' | 'p2wpkh' | 'p2wsh' | 'p2tr';

export interface Address {
  readonly type: AddressType;
  /** The output script that pays it. */
  readonly script: Uint8Array;
}

/** BIP173's bound; base58 addresses are shorter. */
const MAX_ADDRESS_CHARACTERS = 90;
const BASE58_PATTERN = /^[1-9A-HJ-NP-Za-km-z]+$/;
const SEGWIT_PATTERN = /^[a-z]+1[02-9ac-hj-np-z]{6,}$/;
const HASH_BYTES = 20;
const BASE58_CHECKSUM_BYTES = 4;

const OP_1 = 0x51;
const P2PKH_HEAD = Uint8Array.of(0x76, 0xa9, 0x14);
const P2PKH_TAIL = Uint8Array.of(0x88, 0xac);
const P2SH_HEAD = Uint8Array.of(0xa9, 0x14);
const P2SH_TAIL = Uint8Array.of(0x87);

/** Throws `AddressError`. */
export function decodeAddress(text: string, network: Network): Address {
  if (text.length > MAX_ADDRESS_CHARACTERS) throw malformed(text);
  const lower = text.toLowerCase();
  const segwit = networks.some(({ bech32Hrp }) => lower.startsWith(`${bech32Hrp}1`));
  return segwit ? decodeSegwit(text, network) : decodeBase58(text, network);
}

function decodeSegwit(text: string, network: Network): Address {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) {
    throw new AddressError('ADDRESS_MALFORMED', `"${text}" mixes upper and lower case: copy it again`);
  }
  if (!SEGWIT_PATTERN.test(lower)) throw malformed(text);

  const plain = bech32.decodeUnsafe(lower);
  const decoded = plain ?? bech32m.decodeUnsafe(lower);
  if (decoded === undefined) throw checksum(text);
  const version = decoded.words[0];
  if (version === undefined || version > 16) throw malformed(text);
  if ((version === 0) !== (plain !== undefined)) throw checksum(text);
  const program = bech32.fromWordsUnsafe(decoded.words.slice(1));
  if (!program || program.length < 2 || program.length > 40) throw malformed(text);
  if (version === 0 && program.length !== 20 && program.length !== 32) throw malformed(text);

  wantNetwork(text, network, ({ bech32Hrp }) => bech32Hrp === decoded.prefix);
  if (version > 1 || (version === 1 && program.length !== 32)) {
    throw new AddressError(
      'ADDRESS_UNSUPPORTED',
      `"${text}" is a witness version ${version} address of ${program.length} bytes, which no wallet can spend ` +
        'safely today: use a p2wpkh, p2wsh or p2tr address',
      { version, length: program.length },
    );
  }
  const type = version === 1 ? 'p2tr' : program.length === 20 ? 'p2wpkh' : 'p2wsh';
  return { type, script: witnessScript(version, program) };
}

function decodeBase58(text: string, network: Network): Address {
  if (!BASE58_PATTERN.test(text)) throw malformed(text);
  const bytes = base58.decode(text);
  const payload = bytes.subarray(0, 1 + HASH_BYTES);
  if (bytes.length !== payload.length + BASE58_CHECKSUM_BYTES) throw malformed(text);
  const expected = sha256d(payload).subarray(0, BASE58_CHECKSUM_BYTES);
  if (!equalBytes(bytes.subarray(payload.length), expected)) throw checksum(text);

  const version = payload[0]!;
  const hash = payload.subarray(1);
  wantNetwork(
    text,
    network,
    ({ p2pkhVersion, p2shVersion }) => version === p2pkhVersion || version === p2shVersion,
  );
  return version === network.p2pkhVersion
    ? { type: 'p2pkh', script: concatBytes(P2PKH_HEAD, hash, P2PKH_TAIL) }
    : { type: 'p2sh', script: concatBytes(P2SH_HEAD, hash, P2SH_TAIL) };
}

function wantNetwork(text: string, wanted: Network, belongs: (candidate: Network) => boolean): void {
  if (belongs(wanted)) return;
  const names = networks.filter(belongs).map(({ name }) => name);
  if (names.length === 0) throw malformed(text);
  throw new AddressError(
    'ADDRESS_WRONG_NETWORK',
    `"${text}" is a ${names.join('/')} address, and this is ${wanted.name}: use a ${wanted.name} address`,
    { belongsTo: names, wanted: wanted.name },
  );
}

function malformed(text: string): AddressError {
  const shown = text.slice(0, MAX_ADDRESS_CHARACTERS);
  return new AddressError('ADDRESS_MALFORMED', `"${shown}" is not a Bitcoin address`);
}

function checksum(text: string): AddressError {
  return new AddressError('ADDRESS_CHECKSUM', `"${text}" has a typing mistake: its checksum does not match`);
}

/** The address that `decodeAddress` turns into `script`; null for a script without one. */
export function encodeAddress(script: Uint8Array, network: Network): string | null {
  const hash = hashBetween(script, P2PKH_HEAD, P2PKH_TAIL);
  if (hash !== null) return base58Text(network.p2pkhVersion, hash);
  const scriptHash = hashBetween(script, P2SH_HEAD, P2SH_TAIL);
  if (scriptHash !== null) return base58Text(network.p2shVersion, scriptHash);
  const program = script.subarray(2);
  if (script[1] !== program.length) return null;
  if (script[0] === 0 && (program.length === 20 || program.length === 32)) {
    return bech32.encode(network.bech32Hrp, [0, ...bech32.toWords(program)]);
  }
  if (script[0] === OP_1 && program.length === 32) {
    return bech32m.encode(network.bech32Hrp, [1, ...bech32m.toWords(program)]);
  }
  return null;
}

function witnessScript(version: number, program: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(version === 0 ? 0 : OP_1 + version - 1), push(program));
}

function hashBetween(script: Uint8Array, head: Uint8Array, tail: Uint8Array): Uint8Array | null {
  const end = head.length + HASH_BYTES;
  if (script.length !== end + tail.length) return null;
  if (!equalBytes(script.subarray(0, head.length), head) || !equalBytes(script.subarray(end), tail))
    return null;
  return script.subarray(head.length, end);
}

function base58Text(version: number, hash: Uint8Array): string {
  const payload = concatBytes(Uint8Array.of(version), hash);
  return base58.encode(concatBytes(payload, sha256d(payload).subarray(0, BASE58_CHECKSUM_BYTES)));
}
