/**
 * Prints what one share's hash takes, in milliseconds, by the way named in the command line: a coinbase of 300 bytes
 * and a branch of 12. Nothing but hashing: `check-share` has the whole verdict.
 */
import { sha256d, shareHasher, utf8 } from '../../src/lib/index.js';
import { Durations, repeat } from './measurement.js';
import { WAYS_TO_HASH, type WayToHash } from './ways-to-hash.js';

const BATCH = 200;

const fields = {
  prevHash: sha256d(utf8('previous')),
  bits: 0x1d00ffff,
  branch: Array.from({ length: 12 }, (_, i) => sha256d(utf8(`branch ${i}`))),
};
const coinbase = { prefix: new Uint8Array(80).fill(1), suffix: new Uint8Array(208).fill(2) };
const share = { extranonce: new Uint8Array(12), version: 0x2000_0000, time: 1_767_225_600, nonce: 0 };

const hash = WAYS_TO_HASH[process.argv[2] as WayToHash](fields);
const batch = (): void => {
  for (let i = 0; i < BATCH; i++) {
    share.nonce = (share.nonce + 1) >>> 0;
    share.extranonce[i & 7] = i;
    hash(coinbase, share);
  }
};
repeat(700, new Durations(), batch);
const batches = new Durations();
repeat(1_500, batches, batch);
process.stdout.write(
  JSON.stringify({ name: shareHasher.name, perShareMs: batches.figures().p50Ms! / BATCH }),
);
