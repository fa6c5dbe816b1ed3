/**
 * Searches the nonces of one block header. The vector loop (`sha256-lanes.ts`) only compares the top 32 bits of
 * the hash with the target's; a group of four that passes is hashed again, in full, and compared in full here.
 * The search allocates nothing; a find does.
 */
import { compress, INITIAL_STATE, sha256d } from '../lib/index.js';
import { emitLanesModule, LANE_MEMORY, type Scan } from './sha256-lanes.js';

declare const __compiled: unique symbol;
/** A compiled `WebAssembly.Module`. It may be posted to a thread, which then shares the machine code. */
export type LanesModule = { readonly [__compiled]: true };

// The part of the JavaScript API of WebAssembly that is used; `lib: ES2023` has no declaration of it.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => LanesModule;
  Instance: new (
    module: LanesModule,
  ) => { readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly scan: Scan } };
};

export function compileLanes(): LanesModule {
  return new WebAssembly.Module(emitLanesModule());
}

/** `hash` (internal order: its last byte is the most significant) as a number is at most `target`, 32 bytes LE. */
export function meetsTarget(hash: Uint8Array, targetLe: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) if (hash[i] !== targetLe[i]) return hash[i]! < targetLe[i]!;
  return true;
}

export class NonceScanner {
  /** Nonces tried since construction. */
  hashes = 0;
  /** Header of the last find, with its nonce, and its hash in internal order; overwritten by the next. */
  readonly found = { header: new Uint8Array(80), hash: new Uint8Array(32) };

  private readonly scan: Scan;
  private readonly memory: Int32Array;
  private readonly midstate: Int32Array;
  private readonly words = new Int32Array(16);
  private readonly headerView = new DataView(this.found.header.buffer);
  private targetLe = new Uint8Array(32);

  constructor(module: LanesModule) {
    const { memory, scan } = new WebAssembly.Instance(module).exports;
    this.scan = scan;
    this.memory = new Int32Array(memory.buffer);
    this.midstate = this.memory.subarray(LANE_MEMORY.midstate / 4, LANE_MEMORY.midstate / 4 + 8);
  }

  /** The header's nonce bytes are ignored. Call again after any change of header or target. */
  load(header: Uint8Array, targetLe: Uint8Array): void {
    this.found.header.set(header);
    for (let i = 0; i < 16; i++) this.words[i] = this.headerView.getInt32(4 * i);
    compress(this.midstate, INITIAL_STATE, this.words);
    for (let i = 0; i < 3; i++) {
      this.memory[LANE_MEMORY.tail / 4 + i] = this.headerView.getInt32(64 + 4 * i);
    }
    this.targetLe = Uint8Array.from(targetLe);
    this.memory[LANE_MEMORY.targetTop / 4] = new DataView(this.targetLe.buffer).getInt32(28, true);
  }

  /**
   * The first nonce ≥ `from` and < `to` (≤ 2^32) whose hash meets the target, with header and hash in `found`;
   * -1 when there is none. `from` and `to` are multiples of 4, or `from` continues after a find.
   */
  next(from: number, to: number): number {
    let nonce = from;
    while (nonce < to) {
      if (nonce % 4 === 0) {
        const groups = (to - nonce) / 4;
        const skipped = this.scan(nonce | 0, groups);
        this.hashes += 4 * Math.min(skipped + 1, groups);
        nonce += 4 * skipped;
      }
      // One candidate group, or its rest after an earlier find in it.
      const end = Math.min(to, nonce - (nonce % 4) + 4);
      for (; nonce < end; nonce++) if (this.meets(nonce)) return nonce;
    }
    return -1;
  }

  private meets(nonce: number): boolean {
    this.headerView.setUint32(76, nonce, true);
    const hash = sha256d(this.found.header);
    if (!meetsTarget(hash, this.targetLe)) return false;
    this.found.hash.set(hash);
    return true;
  }
}
