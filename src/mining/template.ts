/**
 * From bitcoind's `getblocktemplate` (BIP22, BIP23, BIP145) to what a miner's work depends on. Digesting hashes the
 * whole Merkle row, so it happens once per template and away from the sockets; the raw transactions are handed on
 * for storage and never sent to listeners.
 */

import { coinbaseBranch, isCanonicalBits, MINING_VERSION_BITS } from '../bitcoin/index.js';
import {
  ByteWriter,
  CodedError,
  concatBytes,
  fromDisplayHex,
  fromHex,
  HexError,
  sha256,
  toHex,
} from '../lib/index.js';

export class TemplateError extends CodedError<'TEMPLATE_MALFORMED' | 'TEMPLATE_RULE_UNKNOWN'> {}

/** The part of `getblocktemplate`'s answer that is read. */
export interface RawTemplate {
  readonly version: number;
  readonly rules?: readonly string[];
  readonly previousblockhash: string;
  readonly transactions: readonly { readonly data: string; readonly txid: string; readonly fee?: number }[];
  readonly coinbasevalue: number;
  readonly longpollid?: string;
  readonly mintime: number;
  readonly curtime: number;
  readonly bits: string;
  readonly height: number;
  readonly default_witness_commitment?: string;
  /** On a signet: the script that a block's signature has to satisfy. */
  readonly signet_challenge?: string;
}

/** What a share's proof of work depends on, and so what the log and a claim keep of a template. */
export interface JobTemplate {
  readonly height: number;
  readonly prevHash: Uint8Array;
  readonly version: number;
  /** The network's, compact. */
  readonly bits: number;
  readonly branch: readonly Uint8Array[];
}

export interface BlockTemplate extends JobTemplate {
  /** 16 hex digits, a hash of the content: equal ids are equal work. */
  readonly id: string;
  /** The earliest header time the network accepts, in seconds. */
  readonly minTime: number;
  readonly curTime: number;
  readonly coinbaseValueSats: bigint;
  /** The commitment output's script (BIP141); null on a template without one. */
  readonly witnessCommitment: Uint8Array | null;
  readonly transactionCount: number;
  readonly feesSats: bigint;
}

export interface DigestedTemplate {
  readonly template: BlockTemplate;
  /** Serialised with witness, in block order, the coinbase excluded. */
  readonly transactions: readonly Uint8Array[];
  /** Of these, one behind the other, 32 bytes each in internal order. */
  readonly txids: Uint8Array;
}

/**
 * Rules a template may demand ("!name", BIP9) that the coinbase and block built here obey. A node that demands
 * another is on a chain, or wants a block form, that this software would get wrong.
 */
const IMPLEMENTED_RULES: ReadonlySet<string> = new Set(['segwit']);

/** Throws `TemplateError`: `TEMPLATE_RULE_UNKNOWN` for a mandatory rule not implemented, else `TEMPLATE_MALFORMED`. */
export function digestTemplate(raw: RawTemplate): DigestedTemplate {
  try {
    for (const rule of raw.rules ?? []) refuseUnknownRule(rule, raw);
    return digest(raw);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError('TEMPLATE_MALFORMED', `unreadable block template: ${String(error)}`, {}, error);
  }
}

/** OP_TRUE: a signet whose blocks need nobody's signature. */
const OPEN_CHALLENGE = '51';

function refuseUnknownRule(rule: string, { signet_challenge: challenge }: RawTemplate): void {
  if (rule === '!signet' && challenge === OPEN_CHALLENGE) return;
  if (rule === '!signet') {
    throw new TemplateError(
      'TEMPLATE_RULE_UNKNOWN',
      "blocks of this signet need a signature of its owners, which no pool has: use testnet4, or a signet of one's own " +
        `(bitcoind -signet -signetchallenge=${OPEN_CHALLENGE})`,
      { rule: 'signet' },
    );
  }
  if (!rule.startsWith('!') || IMPLEMENTED_RULES.has(rule.slice(1))) return;
  throw new TemplateError(
    'TEMPLATE_RULE_UNKNOWN',
    `the node demands the block rule "${rule.slice(1)}", which this pool does not implement: ` +
      'it follows another chain or needs a newer pool; use a Bitcoin Core node of this network',
    { rule: rule.slice(1) },
  );
}

function digest(raw: RawTemplate): DigestedTemplate {
  const bits = Number.parseInt(toHex(fromHex(raw.bits, 4)), 16);
  if (!isCanonicalBits(bits)) throw new HexError('HEX_MALFORMED', `bits "${raw.bits}"`);
  let feesSats = 0n;
  for (const transaction of raw.transactions) feesSats += BigInt(transaction.fee ?? 0);
  const txids = raw.transactions.map(({ txid }) => fromDisplayHex(txid));
  const template = templateOf({
    height: wholeNumber(raw.height, 'height'),
    prevHash: fromDisplayHex(raw.previousblockhash),
    // Firmwares that send what they changed of the job's version, where BIP310 wants the bits themselves, are understood
    // only while none is set in it. Nobody is obliged to signal.
    version: (wholeNumber(raw.version, 'version') & ~MINING_VERSION_BITS) >>> 0,
    bits,
    branch: coinbaseBranch(txids),
    minTime: wholeNumber(raw.mintime, 'mintime'),
    curTime: wholeNumber(raw.curtime, 'curtime'),
    coinbaseValueSats: BigInt(wholeNumber(raw.coinbasevalue, 'coinbasevalue', Number.MAX_SAFE_INTEGER)),
    witnessCommitment:
      raw.default_witness_commitment === undefined ? null : fromHex(raw.default_witness_commitment),
    transactionCount: raw.transactions.length,
    feesSats,
  });
  return {
    template,
    transactions: raw.transactions.map(({ data }) => fromHex(data)),
    txids: concatBytes(...txids),
  };
}

function wholeNumber(value: number, field: string, most = 0xffff_ffff): number {
  if (!Number.isSafeInteger(value) || value < 0 || value > most) {
    throw new TemplateError('TEMPLATE_MALFORMED', `${field} is not a whole number up to ${most}: ${value}`, {
      field,
    });
  }
  return value;
}

/** The template with its id. For this room. */
export function templateOf(facts: Omit<BlockTemplate, 'id'>): BlockTemplate {
  return { id: contentId(facts), ...facts };
}

function contentId(template: Omit<BlockTemplate, 'id'>): string {
  const writer = new ByteWriter(1024)
    .u32(template.height)
    .bytes(template.prevHash)
    .u32(template.version)
    .u32(template.bits)
    .u32(template.minTime)
    .u32(template.curTime)
    .u64(template.coinbaseValueSats)
    .varbytes(template.witnessCommitment ?? new Uint8Array(0));
  for (const hash of template.branch) writer.bytes(hash);
  return toHex(sha256(writer.finish()).subarray(0, 8));
}
