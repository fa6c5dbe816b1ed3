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
writeSync(STDOUT, 'ready\n');

/** Several shares are under way at any time, so that a kill falls into batches of several. */
async function appendForever(left: () => boolean): Promise<void> {
  while (left()) {
    const share = source.next();
    await appended(shard, share).then(
      () => writeSync(STDOUT, `${toHex(share.hash)}\n`),
      (error: { code: string }) => writeSync(STDOUT, `failed ${error.code} ${toHex(share.hash)}\n`),
    );
  }
}

let left = Number(most);
await Promise.all(Array.from({ length: 20 }, () => appendForever(() => left-- > 0)));
await shard.close();
