/**
 * Event ids: UUIDv7 (RFC 9562, 5.7), so ids sort by the time they were made. Within one process they also sort by
 * the order they were made: inside a millisecond, and while the clock stands or steps back, the 12 bits `rand_a`
 * count on, and where they run out the time in the id moves one millisecond ahead (6.2, method 1).
 */
import { randomFillSync } from 'node:crypto';

const POOLED_IDS = 256;
const RANDOM_BYTES = 8;
const COUNTER_MAX = 0xfff;

/** `timeMs` < 2^48, `counter` < 2^12, `random` 8 bytes of which the first two bits give way to the variant. */
export function uuidV7(timeMs: number, counter: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(timeMs / 0x1_0000_0000));
  view.setUint32(2, timeMs % 0x1_0000_0000);
  view.setUint16(6, 0x7000 | counter);
  bytes.set(random, 8);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export class EventIds {
  private lastMs = -1;
  private counter = 0;
  private readonly pool = new Uint8Array(POOLED_IDS * RANDOM_BYTES);
  private used = this.pool.length;

  /** An id greater, as text, than every id this object gave before. */
  next(nowMs: number): string {
    const random = this.random();
    if (nowMs > this.lastMs) {
      this.lastMs = nowMs;
      this.counter = 0;
    } else if (this.counter < COUNTER_MAX) {
      this.counter++;
    } else {
      this.lastMs++;
      this.counter = 0;
    }
    return uuidV7(this.lastMs, this.counter, random);
  }

  private random(): Uint8Array {
    if (this.used === this.pool.length) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    this.used += RANDOM_BYTES;
    return this.pool.subarray(this.used - RANDOM_BYTES, this.used);
  }
}
