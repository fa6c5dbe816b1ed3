import { describe, expect, it } from '@jest/globals';
import { toDisplayHex, toHex } from '../../../src/lib/index.js';
import {
  decodeJobTemplate,
  digestTemplate,
  encodeJobTemplate,
  type RawTemplate,
} from '../../../src/mining/index.js';
import { readVectors } from '../../read-vectors.js';

const recorded = readVectors<{ readonly branch: readonly string[]; readonly template: RawTemplate }>(
  'template',
);
const raw = recorded.template;

describe('digestTemplate', () => {
  it('takes from a template recorded from bitcoind what work depends on', () => {
    const { template, transactions } = digestTemplate(raw);
    expect(template).toMatchObject({
      height: 104,
      version: 0x20000000,
      bits: 0x207fffff,
      minTime: 1795235575,
      curTime: 1795235575,
      // Before the first halving: 50 BTC, and the fees 1000 + 2000 + 3000.
      coinbaseValueSats: 5_000_006_000n,
      feesSats: 6000n,
      transactionCount: 3,
    });
    expect(toDisplayHex(template.prevHash)).toBe(raw.previousblockhash);
    expect(template.branch.map(toHex)).toEqual(recorded.branch);
    expect(toHex(template.witnessCommitment ?? new Uint8Array(0))).toBe(raw.default_witness_commitment);
    expect(transactions.map(toHex)).toEqual(raw.transactions.map(({ data }) => data));
  });

  it('gives equal content an equal id, and other content another', () => {
    const { id } = digestTemplate(raw).template;
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(digestTemplate({ ...raw, longpollid: 'other' }).template.id).toBe(id);
    const { default_witness_commitment: _, ...withoutWitness } = raw;
    const others: RawTemplate[] = [
      { ...raw, height: 105 },
      { ...raw, version: 0x20000002 },
      { ...raw, bits: '207ffffe' },
      { ...raw, mintime: raw.mintime + 1 },
      { ...raw, curtime: raw.curtime + 1 },
      { ...raw, coinbasevalue: 1 },
      { ...raw, previousblockhash: '00'.repeat(32) },
      { ...raw, transactions: raw.transactions.slice(1) },
      withoutWitness,
    ];
    const ids = others.map((other) => digestTemplate(other).template.id);
    expect(new Set([id, ...ids]).size).toBe(others.length + 1);
  });

  // ESP-Miner sends its bits XORed with the job's version, BIP310 wants them alone: with none set both are the same.
  it('leaves the version bits that miners may roll to them, whatever bitcoind signals with', () => {
    const signalled = digestTemplate({ ...raw, version: 0x3000e005 }).template;
    expect(signalled.version).toBe(0x20000005);
    expect(digestTemplate({ ...raw, version: 0xffffffff }).template.version).toBe(0xe0001fff);
  });

  it('keeps the transactions’ ids in their order, as their hashes are', () => {
    const { txids } = digestTemplate(raw);
    expect(toDisplayHex(txids.subarray(0, 32))).toBe(raw.transactions[0]!.txid);
    expect(txids.length).toBe(32 * raw.transactions.length);
    expect(digestTemplate({ ...raw, transactions: [] }).txids).toEqual(new Uint8Array(0));
  });

  it('needs no witness commitment and no transactions', () => {
    const { default_witness_commitment: _, ...rest } = raw;
    const { template } = digestTemplate({ ...rest, transactions: [] });
    expect(template).toMatchObject({
      witnessCommitment: null,
      branch: [],
      feesSats: 0n,
      transactionCount: 0,
    });
  });

  it.each(['!blake2b', '!reduced_data', '!signet', '!'])('refuses the mandatory rule %s', (rule) => {
    expect(() => digestTemplate({ ...raw, rules: ['csv', '!segwit', rule] })).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_RULE_UNKNOWN', data: { rule: rule.slice(1) } }),
    );
  });

  it('makes blocks for a signet that asks for no signature, and for no other', () => {
    const rules = ['csv', '!segwit', '!signet'];
    expect(digestTemplate({ ...raw, rules, signet_challenge: '51' }).template.height).toBe(104);
    const challenge = '512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be43051ae';
    expect(() => digestTemplate({ ...raw, rules, signet_challenge: challenge })).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_RULE_UNKNOWN',
        message: expect.stringContaining('need a signature of its owners'),
      }),
    );
  });

  it('lets rules pass that need nothing from it', () => {
    expect(digestTemplate({ ...raw, rules: ['csv', 'taproot', 'blake2b'] }).template.height).toBe(104);
  });

  it.each<readonly [string, object | null]>([
    ['no object', null],
    ['empty', {}],
    ['rules that are no list', { ...raw, rules: 7 }],
    ['a fractional height', { ...raw, height: 1.5 }],
    ['a negative version', { ...raw, version: -1 }],
    ['a height as text', { ...raw, height: '104' }],
    ['bits with a sign', { ...raw, bits: '1d80ffff' }],
    ['bits that end in something else', { ...raw, bits: '1d00ffffzz' }],
    ['short bits', { ...raw, bits: '1d00ff' }],
    ['a short previous hash', { ...raw, previousblockhash: '00' }],
    ['a transaction that is no hex', { ...raw, transactions: [{ data: 'zz', txid: '00'.repeat(32) }] }],
    ['a transaction without id', { ...raw, transactions: [{ data: '00' }] }],
    ['a fractional fee', { ...raw, transactions: [{ data: '00', txid: '00'.repeat(32), fee: 0.5 }] }],
    ['a value beyond exact numbers', { ...raw, coinbasevalue: 2 ** 60 }],
    ['a height beyond 32 bits', { ...raw, height: 2 ** 32 }],
  ])('refuses a template with %s', (_what, template) => {
    expect(() => digestTemplate(template as RawTemplate)).toThrow(
      expect.objectContaining({ code: 'TEMPLATE_MALFORMED' }),
    );
  });
});

describe("a template's row", () => {
  it('brings back what work depends on, and refuses more or fewer bytes', () => {
    const { template } = digestTemplate(raw);
    const encoded = encodeJobTemplate(template);
    // prevhash, bits, version, height, length of branch, two hashes.
    expect(encoded).toHaveLength(32 + 4 + 4 + 4 + 1 + 64);
    const { height, prevHash, version, bits, branch } = template;
    expect(decodeJobTemplate(encoded)).toEqual({ height, prevHash, version, bits, branch });
    expect(() => decodeJobTemplate(Uint8Array.from([...encoded, 0]))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRAILING' }),
    );
    expect(() => decodeJobTemplate(encoded.subarray(0, -1))).toThrow(
      expect.objectContaining({ code: 'BYTES_TRUNCATED' }),
    );
  });
});
