/** Hashes of 32 bytes, one behind the other in one buffer: millions of them, and no object each. */
export const HASH_BYTES = 32;

export class HashList {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  add(hash: Uint8Array): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes.set(hash, this.length);
    this.length += HASH_BYTES;
  }

  /** All of them; it is empty then. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
