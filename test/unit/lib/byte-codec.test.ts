import { describe, expect, it } from '@jest/globals';
import { ByteReader, ByteWriter, fromHex, toHex } from '../../../src/lib/index.js';

// Bitcoin's CompactSize at every edge between its four forms (developer reference, "CompactSize Unsigned Integers").
const VARINTS: readonly (readonly [number, string])[] = [
  [0, '00'],
  [252, 'fc'],
  [253, 'fdfd00'],
  [65_535, 'fdffff'],
  [65_536, 'fe00000100'],
  [4_294_967_295, 'feffffffff'],
  [4_294_967_296, 'ff0000000001000000'],
  [Number.MAX_SAFE_INTEGER, 'ffffffffffffff1f00'],
];

describe('ByteWriter and ByteReader', () => {
  it('write little-endian integers and read them back', () => {
    const bytes = new ByteWriter(1).u8(0x01).u16(0x0302).u32(0x07060504).u64(0x0f0e0d0c0b0a0908n).finish();
    expect(toHex(bytes)).toBe('0102030405060708090a0b0c0d0e0f');
    const reader = new ByteReader(bytes);
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([
      0x01,
      0x0302,
      0x07060504,
      0x0f0e0d0c0b0a0908n,
    ]);
    reader.end();
  });

  it.each(VARINTS)('spell %d as varint %s', (value, hex) => {
    expect(toHex(new ByteWriter().varint(value).finish())).toBe(hex);
    const reader = new ByteReader(fromHex(hex));
    expect(reader.varint()).toBe(value);
    reader.end();
  });

  it.each(['fdfc00', 'feffff0000', 'ffffffffff00000000'])(
    'refuse %s, a varint longer than it need be',
    (hex) => {
      const reader = new ByteReader(fromHex(hex));
      expect(() => reader.varint()).toThrow(expect.objectContaining({ code: 'VARINT_NOT_MINIMAL' }));
    },
  );

  it('refuse a varint above 2^53', () => {
    const reader = new ByteReader(fromHex('ffffffffffffffffff'));
    expect(() => reader.varint()).toThrow(expect.objectContaining({ code: 'VARINT_TOO_LARGE' }));
  });

  it('refuse to read past the end, and bytes left over', () => {
    const reader = new ByteReader(fromHex('0500ff'));
    expect(() => new ByteReader(fromHex('0500ff')).varbytes()).toThrow(
      expect.objectContaining({ code: 'BYTES_TRUNCATED' }),
    );
    expect(reader.u16()).toBe(5);
    expect(() => reader.u16()).toThrow(expect.objectContaining({ code: 'BYTES_TRUNCATED' }));
    expect(() => reader.end()).toThrow(expect.objectContaining({ code: 'BYTES_TRAILING' }));
    expect(reader.u8()).toBe(0xff);
    reader.end();
  });

  it('read a view into a larger buffer, and hand out copies', () => {
    const whole = fromHex('aabb0102cc');
    const reader = new ByteReader(whole.subarray(2, 4));
    const bytes = reader.bytes(2);
    whole[2] = 9;
    expect(toHex(bytes)).toBe('0102');
    const writer = new ByteWriter(2).u8(1);
    const first = writer.finish();
    writer.u32(7);
    expect(toHex(first)).toBe('01');
    expect(toHex(writer.finish())).toBe('0107000000');
  });
});
