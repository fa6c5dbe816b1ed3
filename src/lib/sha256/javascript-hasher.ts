/**
 * The hash of a share in JavaScript, for every place without the add-on. Hot path: it works on preallocated arrays, and
 * a digest stays words from one hash to the next. The coinbase's first block is that of the share before nearly always
 * (version, outpoint, height and tag stand there), so its state is kept and the block compared.
 */
import { compress, INITIAL_STATE } from './compress.js';
import { PACKED, type PackedTemplate } from './packed-template.js';
import type { CutCoinbase, ShareFields, ShareHasher } from './share-hasher.js';

const PAD = 0x8000_0000 | 0;
const state = new Int32Array(8);
const block = new Int32Array(16);
/** A digest to be hashed, and the padding of 32 bytes. */
const digest = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, PAD, 0, 0, 0, 0, 0, 0, 256);
/** Two hashes to be hashed as one message, and the padding of 64 bytes. */
const pair = new Int32Array(16);
const PADDING_64 = Int32Array.of(PAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 512);
/** The end of a header: bytes 64 to 80, and the padding of 80 bytes. */
const headerEnd = Int32Array.of(0, 0, 0, 0, PAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640);

const firstBlock = new Int32Array(16);
const firstState = new Int32Array(8);
compress(firstState, INITIAL_STATE, firstBlock);

let message = new Uint8Array(1024);
let messageView = new DataView(message.buffer);

/** Lays the coinbase out with its padding; returns how many bytes that makes, a multiple of 64. */
function layOut({ prefix, suffix }: CutCoinbase, extranonce: Uint8Array): number {
  const middle = prefix.length + extranonce.length;
  const length = middle + suffix.length;
  const padded = (length + 72) & ~63;
  if (padded > message.length) {
    message = new Uint8Array(2 * padded);
    messageView = new DataView(message.buffer);
  }
  message.set(prefix);
  for (let i = 0; i < extranonce.length; i++) message[prefix.length + i] = extranonce[i]!;
  message.set(suffix, middle);
  message[length] = 0x80;
  for (let i = length + 1; i < padded; i++) message[i] = 0;
  messageView.setUint32(padded - 8, Math.floor(length / 0x2000_0000));
  messageView.setUint32(padded - 4, length << 3);
  return padded;
}

/** Leaves the state after the message's first block in `state`. */
function compressFirst(): void {
  let same = true;
  for (let i = 0; i < 16; i++) {
    const word = messageView.getInt32(4 * i);
    if (firstBlock[i] !== word) {
      firstBlock[i] = word;
      same = false;
    }
  }
  if (!same) compress(firstState, INITIAL_STATE, firstBlock);
  for (let i = 0; i < 8; i++) state[i] = firstState[i]!;
}

/** Leaves the coinbase's id in the first half of `pair`. */
function hashCoinbase(coinbase: CutCoinbase, extranonce: Uint8Array): void {
  const padded = layOut(coinbase, extranonce);
  compressFirst();
  for (let at = 64; at < padded; at += 64) {
    for (let i = 0; i < 16; i++) block[i] = messageView.getInt32(at + 4 * i);
    compress(state, state, block);
  }
  for (let i = 0; i < 8; i++) digest[i] = state[i]!;
  compress(pair, INITIAL_STATE, digest);
}

/** Leaves the Merkle root in the first half of `pair`, where it found the coinbase's id. */
function fold({ view, branchLength }: PackedTemplate): void {
  const end = PACKED.branch + 32 * branchLength;
  for (let at = PACKED.branch; at < end; at += 32) {
    for (let i = 0; i < 8; i++) pair[8 + i] = view.getInt32(at + 4 * i);
    compress(state, INITIAL_STATE, pair);
    compress(digest, state, PADDING_64);
    compress(pair, INITIAL_STATE, digest);
  }
}

function swapped(x: number): number {
  return (x >>> 24) | ((x >>> 8) & 0xff00) | ((x << 8) & 0xff_0000) | (x << 24);
}

function write(words: Int32Array, out: Uint8Array): void {
  for (let i = 0; i < 8; i++) {
    const word = words[i]!;
    const at = 4 * i;
    out[at] = word >>> 24;
    out[at + 1] = word >>> 16;
    out[at + 2] = word >>> 8;
    out[at + 3] = word;
  }
}

function hashHeader({ view }: PackedTemplate, { version, time, nonce }: ShareFields): void {
  block[0] = swapped(version);
  for (let i = 0; i < 8; i++) block[1 + i] = view.getInt32(PACKED.prevHash + 4 * i);
  for (let i = 0; i < 7; i++) block[9 + i] = pair[i]!;
  compress(state, INITIAL_STATE, block);
  headerEnd[0] = pair[7]!;
  headerEnd[1] = swapped(time);
  headerEnd[2] = view.getInt32(PACKED.bits);
  headerEnd[3] = swapped(nonce);
  compress(digest, state, headerEnd);
  compress(state, INITIAL_STATE, digest);
}

export const javascriptHasher: ShareHasher = {
  name: 'JavaScript',
  hash(coinbase, template, share, out) {
    hashCoinbase(coinbase, share.extranonce);
    fold(template);
    hashHeader(template, share);
    write(state, out);
  },
};
