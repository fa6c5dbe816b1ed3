/**
 * Mainnet blocks as a pool would have sent them: the coinbase is cut around an "extranonce" that is really a part of
 * its scriptSig, and the branch is made of the block's other transaction ids. Hashes as block explorers print them.
 */
export interface MainnetBlock {
  readonly hash: string;
  readonly prevHash: string;
  readonly merkleRoot: string;
  readonly notify: readonly [
    string,
    string,
    string,
    string,
    readonly string[],
    string,
    string,
    string,
    boolean,
  ];
  readonly extranonce1: string;
  readonly extranonce2: string;
  readonly nonce: number;
}

const COINBASE_HEAD = '01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff';

/** The first payment. ScriptSig 04 ffff001d 01 02; one sibling, f4184fc5…831e9e16. */
export const BLOCK_170: MainnetBlock = {
  hash: '00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee',
  prevHash: '000000002a22cfee1f2c846adbd12b3e183d4f97683f85dad08a79780a84bd55',
  merkleRoot: '7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff',
  notify: [
    'aa',
    '0a84bd55d08a7978683f85da183d4f97dbd12b3e1f2c846a2a22cfee00000000',
    `${COINBASE_HEAD}0704`,
    'ffffffff0100f2052a01000000434104d46c4968bde02899d2aa0963367c7a6ce34eec332b32e42e5f3407e052d64ac625da6f0718e7b302140434bd725706957c092db53805b821a85b23a7ac61725bac00000000',
    ['169e1e83e930853391bc6f35f605c6754cfead57cf8387639d3b4096c54f18f4'],
    '00000001',
    '1d00ffff',
    '496ab951',
    true,
  ],
  extranonce1: 'ffff001d',
  extranonce2: '0102',
  nonce: 1889418792,
};

/** Four transactions, two siblings. ScriptSig 04 4c86041b 02 0602. */
export const BLOCK_100000: MainnetBlock = {
  hash: '000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506',
  prevHash: '000000000002d01c1fccc21636b607dfd930d31d01c3a62104612a1719011250',
  merkleRoot: 'f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766',
  notify: [
    '186a0',
    '1901125004612a1701c3a621d930d31d36b607df1fccc2160002d01c00000000',
    `${COINBASE_HEAD}0804`,
    'ffffffff0100f2052a010000004341041b0e8c2567c12536aa13357b79a073dc4444acb83c4ec7a0e2f99dd7457516c5817242da796924ca4e99947d087fedf9ce467cb9f7c6287078f801df276fdf84ac00000000',
    [
      'c40297f730dd7b5a99567eb8d27b78758f607507c52292d02d4031895b52f2ff',
      '49aef42d78e3e9999c9e6ec9e1dddd6cb880bf3b076a03be1318ca789089308e',
    ],
    '00000001',
    '1b04864c',
    '4d1b2237',
    false,
  ],
  extranonce1: '4c86041b',
  extranonce2: '020602',
  nonce: 274148111,
};
