/**
 * Reads what `ByteWriter` writes. Canonical only: a varint longer than needed, a read past the end, or bytes left
 * over at `end()` is a `ByteReaderError`, because two encodings of one thing are two hashes of one thing.
 */
import { CodedError } from './coded-error.js';

export class ByteReaderError extends CodedError<
  'BYTES_TRUNCATED' | 'BYTES_TRAILING' | 'VARINT_NOT_MINIMAL' | 'VARINT_TOO_LARGE'
> {}

export class ByteReader {
  offset = 0;

  /** Without a DataView, because tables make a reader for each of a hundred thousand rows. */
  constructor(private readonly buffer: Uint8Array) {}

  get left(): number {
    return this.buffer.length - this.offset;
  }

  private take(count: number): number {
    if (count > this.left) {
      throw new ByteReaderError(
        'BYTES_TRUNCATED',
        `wanted ${count} bytes at offset ${this.offset}, ${this.left} left`,
      );
    }
    const at = this.offset;
    this.offset += count;
    return at;
  }

  u8(): number {
    return this.buffer[this.take(1)]!;
  }

  u16(): number {
    const at = this.take(2);
    return this.buffer[at]! | (this.buffer[at + 1]! << 8);
  }

  u32(): number {
    return this.u32At(this.take(4));
  }

  u64(): bigint {
    const at = this.take(8);
    return BigInt(this.u32At(at)) | (BigInt(this.u32At(at + 4)) << 32n);
  }

  u128(): bigint {
    return this.u64() | (this.u64() << 64n);
  }

  private u32At(at: number): number {
    const { buffer } = this;
    return (buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24)) >>> 0;
  }

  varint(): number {
    const first = this.u8();
    if (first < 0xfd) return first;
    const value = first === 0xfd ? this.u16() : first === 0xfe ? this.u32() : Number(this.u64());
    const least = first === 0xfd ? 0xfd : first === 0xfe ? 0x1_0000 : 0x1_0000_0000;
    if (value < least)
      throw new ByteReaderError('VARINT_NOT_MINIMAL', `varint ${value} is longer than it need be`);
    if (value > Number.MAX_SAFE_INTEGER) throw new ByteReaderError('VARINT_TOO_LARGE', 'varint above 2^53');
    return value;
  }

  bytes(count: number): Uint8Array {
    const at = this.take(count);
    return this.buffer.slice(at, at + count);
  }

  /** The same without a copy: whoever changes either changes both. */
  view(count: number): Uint8Array {
    const at = this.take(count);
    return this.buffer.subarray(at, at + count);
  }

  varbytes(): Uint8Array {
    return this.bytes(this.varint());
  }

  end(): void {
    if (this.left > 0) throw new ByteReaderError('BYTES_TRAILING', `${this.left} bytes left over`);
  }
}
