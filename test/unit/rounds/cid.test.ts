import { describe, expect, it } from '@jest/globals';
import { Cid } from '../../../src/rounds/index.js';
import { bytesOf } from './claim-source.js';

const malformed = expect.objectContaining({ code: 'CID_FORM' });

describe('a CID', () => {
  const good = Cid.of('raw', bytesOf('block'));

  it.each([
    ['version 0', (b: Uint8Array) => b.with(0, 0)],
    ['another codec', (b: Uint8Array) => b.with(1, 0x70)],
    ['another hash', (b: Uint8Array) => b.with(2, 0x13)],
    ['a shorter digest', (b: Uint8Array) => b.with(3, 0x14)],
    ['a byte fewer', (b: Uint8Array) => b.slice(0, -1)],
    ['a byte more', (b: Uint8Array) => Uint8Array.from([...b, 0])],
    ['nothing', () => new Uint8Array(0)],
  ])('of %s is refused', (_what, change) => {
    expect(Cid.decode(good.bytes)).toEqual(good);
    expect(() => Cid.decode(change(good.bytes))).toThrow(malformed);
  });

  it.each([
    ['no base', (t: string) => t.slice(1)],
    ['another base', (t: string) => `z${t.slice(1)}`],
    ['capitals', (t: string) => t.toUpperCase()],
    ['a character more', (t: string) => `${t}a`],
    ['a digit that base32 has not', (t: string) => `${t.slice(0, -2)}1a`],
    ['spare bits', (t: string) => t.slice(0, -1) + String.fromCharCode(t.charCodeAt(58) + 1)],
  ])('with %s is refused', (_what, change) => {
    expect(Cid.parse(good.toString())).toEqual(good);
    expect(() => Cid.parse(change(good.toString()))).toThrow(malformed);
  });
});
