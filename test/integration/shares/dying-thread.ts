/** A stand-in for a shard's thread that opens, and ends without a word when shares are committed. */
import { parentPort } from 'node:worker_threads';
import type { FromShard, ToShard } from '../../../src/shares/shard-call.js';

const port = parentPort!;
port.on('message', ({ id, method }: ToShard) => {
  if (method === 'commit') process.exit(3);
  port.postMessage({ id, ok: true, value: 1 } satisfies FromShard);
});
port.postMessage({ id: 0, ok: true, value: [] } satisfies FromShard);
