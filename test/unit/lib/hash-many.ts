/**
 * Hashes 20,000 shares by the hasher named in the command line and prints, as JSON, the last hash and by how many bytes
 * the heap grew meanwhile (with `--expose-gc`; not a number without). Run as a program or thread of its own.
 */
import { PackedTemplate, toHex } from '../../../src/lib/index.js';
import { HASHERS } from './hashers.js';

const hasher = HASHERS.find(({ name }) => name === process.argv[2])!;
const collect = (globalThis as { gc?: () => void }).gc;

const template = new PackedTemplate({
  prevHash: new Uint8Array(32).fill(1),
  bits: 0x1d00ffff,
  branch: Array.from({ length: 12 }, (_, i) => new Uint8Array(32).fill(i)),
});
const coinbase = { prefix: new Uint8Array(80).fill(2), suffix: new Uint8Array(208).fill(3) };
const share = { extranonce: new Uint8Array(12), version: 0x2000_0000, time: 1, nonce: 0 };
const out = new Uint8Array(32);

function hashMany(): void {
  for (let i = 0; i < 20_000; i++) {
    share.nonce = i;
    share.extranonce[i & 7] = i;
    hasher.hash(coinbase, template, share, out);
  }
}

// The compiler allocates too, until it has done its work.
for (let i = 0; i < 3; i++) hashMany();
collect?.();
const before = process.memoryUsage().heapUsed;
hashMany();
const grown = process.memoryUsage().heapUsed - before;
process.stdout.write(JSON.stringify({ last: toHex(out), grown: collect === undefined ? null : grown }));
