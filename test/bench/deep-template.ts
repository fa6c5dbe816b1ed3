/** Templates as large as mainnet's, made up: 3,000 transactions, and a Merkle branch of 12. */
import { sha256d, toHex, utf8 } from '../../src/lib/index.js';
import type { BlockTemplate, RawTemplate } from '../../src/mining/index.js';
import { templateOn } from '../integration/shares/share-source.js';

const BRANCH = 12;
const TRANSACTIONS = 3_000;
/** Of a common segwit payment, about; 3,000 of them are 1.2 MB. */
const TRANSACTION_BYTES = 400;

export function deepTemplate(nowSeconds: number): BlockTemplate {
  return {
    ...templateOn(1),
    minTime: nowSeconds - 3600,
    curTime: nowSeconds,
    branch: Array.from({ length: BRANCH }, (_, i) => sha256d(utf8(`branch ${i}`))),
    transactionCount: TRANSACTIONS,
  };
}

/** As `getblocktemplate` answers it, parsed. */
export function deepRawTemplate(): RawTemplate {
  return {
    version: 0x20000000,
    rules: ['csv', '!segwit', 'taproot'],
    previousblockhash: '00'.repeat(31).concat('01'),
    transactions: Array.from({ length: TRANSACTIONS }, (_, i) => {
      const txid = toHex(sha256d(utf8(`transaction ${i}`)));
      return {
        data: txid.repeat(Math.ceil(TRANSACTION_BYTES / 32)).slice(0, 2 * TRANSACTION_BYTES),
        txid,
        fee: 1_000,
      };
    }),
    coinbasevalue: 315_500_000,
    mintime: 1_767_222_000,
    curtime: 1_767_225_600,
    bits: '1702905c',
    height: 930_000,
    default_witness_commitment: `6a24aa21a9ed${'00'.repeat(32)}`,
  };
}
