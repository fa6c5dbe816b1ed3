/** What any IPFS tool makes of packages and proofs: the reference packages read them, and write the same bytes. */

import { CarBufferReader } from '@ipld/car/buffer-reader';
import { decode, encode } from '@ipld/dag-cbor';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CID } from 'multiformats/cid';
import { fromHex, toHex } from '../../../src/lib/index.js';
import { type CborValue, decodeCbor, encodeCbor } from '../../../src/rounds/cbor.js';
import { Cid, decodePackage } from '../../../src/rounds/index.js';
import { bytesOf } from './claim-source.js';
import { PACKAGES } from './claim-vectors.js';

const DAG_CBOR = 0x71;

describe('the reference packages of IPLD', () => {
  it.each(PACKAGES.accepted)('read $name as the same blocks', ({ package: hex, cid }) => {
    const reader = CarBufferReader.fromBytes(fromHex(hex));
    expect(reader.getRoots().map((root) => toHex(root.bytes))).toEqual([cid]);
    const opened = decodePackage(fromHex(hex), null);
    expect(reader.getRoots().map(String)).toEqual([opened.cid.toString()]);
    for (const { cid: own, bytes } of reader.blocks()) {
      if (own.code === DAG_CBOR) expect(toHex(encode(decode(bytes)))).toBe(toHex(bytes));
    }
  });

  const value: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.bigInt(0n, (1n << 64n) - 1n),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
      fc.constant(null),
      fc.string().map((text) => Cid.of('raw', bytesOf(text))),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,16}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;

  /** As `@ipld/dag-cbor` wants it: its own CIDs, numbers where they fit. */
  function theirs(of: CborValue): unknown {
    if (of instanceof Cid) return CID.decode(of.bytes);
    if (Array.isArray(of)) return of.map(theirs);
    if (typeof of !== 'object' || of === null || ArrayBuffer.isView(of)) return of;
    return Object.fromEntries(Object.entries(of).map(([name, one]) => [name, theirs(one)]));
  }

  it('write every value of our subset as we do, and we read it back', () => {
    fc.assert(
      fc.property(value, (of) => {
        const bytes = encodeCbor(of);
        expect(toHex(encode(theirs(of)))).toBe(toHex(bytes));
        expect(toHex(encodeCbor(decodeCbor(bytes)))).toBe(toHex(bytes));
      }),
    );
  });

  it('write what we accept, of any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        let read: CborValue;
        try {
          read = decodeCbor(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(CBOR|CID)_/) });
          return;
        }
        expect(toHex(encode(theirs(read)))).toBe(toHex(bytes));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a CID', () => {
  it('is written as multiformats writes it, and read back', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('raw', 'dag-cbor'), (text, codec) => {
        const cid = Cid.of(codec as 'raw' | 'dag-cbor', bytesOf(text));
        expect(CID.decode(cid.bytes).toString()).toBe(cid.toString());
        expect(Cid.parse(cid.toString()).bytes).toEqual(cid.bytes);
      }),
    );
  });
});
