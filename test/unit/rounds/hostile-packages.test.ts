import { describe, expect, it } from '@jest/globals';
import { CarReader, MAX_BLOCK_BYTES } from '../../../src/rounds/car.js';
import { Cid, decodePackage, PackageReader } from '../../../src/rounds/index.js';
import { APPOINTMENT, draftOf } from './claim-source.js';
import { faultOf, HOSTILE } from './hostile-packages.js';

describe('a package is refused with', () => {
  it.each(HOSTILE)('$name: $fault', ({ fault, bytes }) => {
    expect(faultOf(bytes)).toBe(fault);
  });
});

describe('a reader', () => {
  const built = draftOf({ shares: 12, miners: 3, jobs: 3, appointment: APPOINTMENT }).draft.finish();

  it('accepts the package they were made from', () => {
    expect(faultOf(built.package)).toBeNull();
  });

  it('takes the package it asked for, and no other', () => {
    expect(decodePackage(built.package, built.cid).root).toEqual(built.root);
    const other = Cid.of('dag-cbor', Uint8Array.of(1));
    const refusal = expect.objectContaining({ code: 'BLOCK_UNEXPECTED' });
    expect(() => decodePackage(built.package, other)).toThrow(refusal);
    // The CID that the archive's header names, which its blocks do not depend on.
    const renamed = built.package.with(20, built.package[20]! ^ 1);
    expect(() => decodePackage(renamed, built.cid)).toThrow(refusal);
    expect(() => decodePackage(renamed, null)).toThrow(refusal);
  });

  it('refuses at the first wrong block, before the rest has come', () => {
    const reader = new PackageReader(Cid.of('dag-cbor', Uint8Array.of(1)));
    expect(() => reader.push(built.package.subarray(0, 600))).toThrow(
      expect.objectContaining({ code: 'BLOCK_UNEXPECTED' }),
    );
  });

  it('holds no more than one block of what never ends', () => {
    const reader = new CarReader();
    reader.push(built.package.subarray(0, 59));
    // A section of as much as is let in, byte by byte short of its end; one byte more of length is refused.
    reader.push(Uint8Array.of(0xa4, 0x80, 0x40));
    for (let i = 0; i < MAX_BLOCK_BYTES / 4096; i++) expect(reader.push(new Uint8Array(4096))).toEqual([]);
    const greedy = new CarReader();
    greedy.push(built.package.subarray(0, 59));
    expect(() => greedy.push(Uint8Array.of(0xa5, 0x80, 0x40))).toThrow(
      expect.objectContaining({ code: 'CAR_SECTION' }),
    );
  });
});
