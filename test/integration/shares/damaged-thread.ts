/** A stand-in for a shard's thread that finds old batches damaged at once, and the newest page when shares are committed. */
import { parentPort } from 'node:worker_threads';
import type { FromShard, ToShard } from '../../../src/shares/shard-call.js';

const port = parentPort!;
const failure = { code: 'SQLITE_CORRUPT', message: 'database disk image is malformed' };
port.on('message', ({ id, method }: ToShard) => {
  const isDamaged = method === 'commit' || method === 'prune';
  port.postMessage((isDamaged ? { id, ok: false, failure } : { id, ok: true, value: 1 }) satisfies FromShard);
});
port.postMessage({ id: 0, ok: true, value: [] } satisfies FromShard);
