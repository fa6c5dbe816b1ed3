/**
 * A process that appends shares to a shard and says on its standard output, in hex, each hash whose commit was
 * reported; forked by tests that kill it or starve its disk. Arguments: path of the shard, first extranonce1, and
 * how many shares to append at most. It says `failed <code>` for a share it was refused.
 */
import { writeSync } from 'node:fs';
import { toHex } from '../../../src/lib/index.js';
import { appended, openShard } from './shard-surroundings.js';
import { partsOn, ShareSource } from './share-source.js';

const STDOUT = 1;
const [path, worker, most] = process.argv.slice(2);
const shard = await openShard(path!);
const source = await ShareSource.on(shard, partsOn(Number(worker)), `rig${worker}`);
say('ready');

/** Written before it returns. A pipe whose reader is behind is full for a moment. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(STDOUT, `${line}\n`);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Several shares are under way at any time, so that a kill falls into batches of several. */
async function appendForever(left: () => boolean): Promise<void> {
  while (left()) {
    const share = source.next();
    await appended(shard, share).then(
      () => say(toHex(share.hash)),
      (error: { code: string }) => say(`failed ${error.code} ${toHex(share.hash)}`),
    );
  }
}

let left = Number(most);
await Promise.all(Array.from({ length: 20 }, () => appendForever(() => left-- > 0)));
await shard.close();
