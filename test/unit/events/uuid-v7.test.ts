import { describe, expect, it } from '@jest/globals';
import { EventIds, uuidV7 } from '../../../src/events/index.js';
import { fromHex } from '../../../src/lib/index.js';

describe('uuidV7', () => {
  it('makes the example of RFC 9562, A.6', () => {
    // unix_ts_ms 0x017F22E279B0, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F (62 bits)
    expect(uuidV7(0x017f22e279b0, 0xcc3, fromHex('18c4dc0c0c07398f'))).toBe(
      '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
    );
  });
});

describe('EventIds', () => {
  it('gives ids in ascending order, also within a millisecond and when the clock steps back', () => {
    const ids = new EventIds();
    const given = [
      ...Array.from({ length: 10_000 }, () => ids.next(1_700_000_000_000)),
      ids.next(1_600_000_000_000),
      ids.next(1_700_000_000_500),
    ];
    expect([...given].sort()).toEqual(given);
    expect(new Set(given).size).toBe(given.length);
  });

  it('carries the time it was made', () => {
    expect(new EventIds().next(0x017f22e279b0).slice(0, 14)).toBe('017f22e2-79b0-');
  });
});
