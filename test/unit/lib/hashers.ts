/** Every hasher of shares this machine has, and shares made up for them. */
import fc from 'fast-check';
import type { CutCoinbase, ShareFields, ShareHasher, TemplateFields } from '../../../src/lib/index.js';
import { loadAddOn } from '../../../src/lib/sha256/add-on.js';
import { javascriptHasher } from '../../../src/lib/sha256/javascript-hasher.js';

/** Where the build leaves it. */
export const ADD_ON_PATH = './share-hash.node';

export const addOn = loadAddOn(ADD_ON_PATH);

export const HASHERS: readonly ShareHasher[] =
  addOn.hasher === null ? [javascriptHasher] : [javascriptHasher, addOn.hasher];

export interface MadeUpShare {
  readonly coinbase: CutCoinbase;
  readonly template: TemplateFields;
  readonly share: ShareFields;
}

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const u32 = fc.nat({ max: 0xffff_ffff });

export const templates: fc.Arbitrary<TemplateFields> = fc.record({
  prevHash: bytes(32),
  bits: u32,
  branch: fc.array(bytes(32), { maxLength: 32 }),
});

export const coinbases: fc.Arbitrary<CutCoinbase> = fc.record({
  prefix: fc.uint8Array({ maxLength: 130 }),
  suffix: fc.uint8Array({ maxLength: 400 }),
});

export const shares: fc.Arbitrary<ShareFields> = fc.record({
  extranonce: fc.uint8Array({ maxLength: 16 }),
  version: u32,
  time: u32,
  nonce: u32,
});
