/**
 * How large a coinbase, and a notify, each kind of miner takes. The coinbase here is small by design: one payout, the
 * witness commitment and `ORC1` make at most 248 bytes with the longest tag and signature, which is within the
 * smallest bound known, so no miner needs another form than the rest. All a class can take away is the signature,
 * the one part that is a miner's own; that happens only to a class whose bound is below those 248 bytes.
 *
 * Firmware that takes more than the default (DATUM gives an Antminer S21 2,250 bytes, a Whatsminer or a Bitaxe 6,500,
 * ePIC boards 16,000) needs no entry: nothing here grows.
 */
import { EXTRANONCE_BYTES } from './coinbase.js';
import type { Job } from './job.js';

export interface CoinbaseClass {
  readonly name: string;
  /** How its user agents begin; empty for the class of all the others. */
  readonly userAgents: readonly string[];
  /** Of the whole coinbase without witness, extranonce included. */
  readonly coinbaseBytes: number;
  /** Of the document that the miner parses a notify into: 16 a value and one a character, in ArduinoJson 6. */
  readonly documentBytes: number | null;
  /** Where the figures are from. */
  readonly source: string;
}

const OTHERS: CoinbaseClass = {
  name: 'others',
  userAgents: [],
  coinbaseBytes: 750,
  documentBytes: null,
  source:
    'DATUM gateway, datum_coinbaser.c: type 2, stock firmware of Antminers up to the S19, 730 to 755 bytes, ' +
    'which datum_stratum.c calls universally compatible except with NiceHash',
};

export const COINBASE_CLASSES: readonly CoinbaseClass[] = [
  {
    name: 'esp32',
    userAgents: ['NerdMinerV2/', 'HAN_SOLOminer/'],
    coinbaseBytes: 255,
    documentBytes: 4096,
    source:
      'NerdMiner_v2: utils.cpp prints the coinbase as hex into 512 characters, the last of them NUL, and cuts off ' +
      'what is longer; stratum.h, BUFFER_JSON_DOC',
  },
  {
    name: 'nicehash',
    userAgents: ['NiceHash/'],
    coinbaseBytes: 500,
    documentBytes: null,
    source: 'DATUM gateway, datum_coinbaser.c: type 1, with no output before the extranonce',
  },
  OTHERS,
];

export function coinbaseClassOf(userAgent: string): CoinbaseClass {
  return (
    COINBASE_CLASSES.find(({ userAgents }) => userAgents.some((start) => userAgent.startsWith(start))) ??
    OTHERS
  );
}

/** In bytes, without witness. */
export function coinbaseLength({ prefix, suffix }: Job): number {
  return prefix.length + EXTRANONCE_BYTES + suffix.length;
}
