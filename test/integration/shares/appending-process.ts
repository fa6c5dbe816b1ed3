/**
 * A process that appends shares to a shard and says on its standard output, in hex, each hash whose commit was
 * reported; forked by tests that kill it or starve its disk. Arguments: path of the shard, first extranonce1, how many
 * shares to append at most, and, if wished, how many to have under way and how many may be unacknowledged. It says
 * `failed <code>` for a share it was refused, and in the end `most <unacknowledged>`.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { toHex } from '../../../src/lib/index.js';
import { appended, openShard } from './shard-surroundings.js';
import { partsOn, ShareSource } from './share-source.js';

const STDOUT = 1;
/** Before a share is handed in again to a log that has too many. */
const FULL_PAUSE_MS = 10;
const [path, worker, most, underWay = '20', bound = '10000'] = process.argv.slice(2);
const shard = await openShard(path!, { maxUnacknowledged: Number(bound) });
const source = await ShareSource.on(shard, partsOn(Number(worker)), `rig${worker}`);
let left = Number(most);
let mostUnacknowledged = 0;
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
    const answer = appended(shard, share);
    mostUnacknowledged = Math.max(mostUnacknowledged, shard.unacknowledged);
    try {
      await answer;
      say(toHex(share.hash));
    } catch (error) {
      const { code } = error as { code: string };
      say(`failed ${code} ${toHex(share.hash)}`);
      if (code === 'SHARE_LOG_FULL') await sleep(FULL_PAUSE_MS);
    }
  }
}

await Promise.all(Array.from({ length: Number(underWay) }, () => appendForever(() => left-- > 0)));
await shard.close();
say(`most ${mostUnacknowledged}`);
