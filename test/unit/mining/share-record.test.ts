import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../src/lib/index.js';
import {
  readShareRecord,
  SHARE_RECORD_BYTES,
  type ShareRecord,
  writeShareRecord,
} from '../../../src/mining/index.js';

// By hand: job, miner, bits, signature, 12 extranonce bytes as they are, time, nonce, version; little-endian.
const RECORD: ShareRecord = {
  job: 1,
  miner: 0x01020304,
  bits: 0x1d00ffff,
  signature: 0xffffffff,
  extranonce: fromHex('000102030405060708090a0b'),
  time: 0x6a5b4c3d,
  nonce: 0x80000000,
  version: 0x20000000,
};
const BYTES =
  '01000000' +
  '04030201' +
  'ffff001d' +
  'ffffffff' +
  '000102030405060708090a0b' +
  '3d4c5b6a' +
  '00000080' +
  '00000020';

describe('the share record', () => {
  it('is these 40 bytes', () => {
    const into = new Uint8Array(SHARE_RECORD_BYTES);
    writeShareRecord(RECORD, into, 0);
    expect(toHex(into)).toBe(BYTES);
    expect(readShareRecord(fromHex(BYTES), 0)).toEqual(RECORD);
  });

  it('comes back from anywhere in a batch, and touches nothing beside it', () => {
    const u32 = fc.nat({ max: 0xffff_ffff });
    const record = fc.record({
      job: u32,
      miner: u32,
      bits: u32,
      signature: u32,
      extranonce: fc.uint8Array({ minLength: 12, maxLength: 12 }),
      time: u32,
      nonce: u32,
      version: u32,
    });
    fc.assert(
      fc.property(record, fc.nat({ max: 5 }), fc.nat({ max: 9 }), (share, row, offset) => {
        const whole = new Uint8Array(offset + 6 * SHARE_RECORD_BYTES + 3).fill(0xee);
        // A view into a larger buffer, as a batch read from disk is.
        const batch = whole.subarray(offset);
        writeShareRecord(share, batch, row * SHARE_RECORD_BYTES);
        expect(readShareRecord(batch, row * SHARE_RECORD_BYTES)).toEqual({
          ...share,
          extranonce: Uint8Array.from(share.extranonce),
        });
        const start = offset + row * SHARE_RECORD_BYTES;
        const beside = whole.filter((_, i) => i < start || i >= start + SHARE_RECORD_BYTES);
        expect(beside.every((byte) => byte === 0xee)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('owns its extranonce: the batch may be overwritten', () => {
    const batch = fromHex(BYTES);
    const record = readShareRecord(batch, 0);
    batch.fill(0);
    expect(toHex(record.extranonce)).toBe('000102030405060708090a0b');
  });
});
