import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { FaultyDisk } from '../../disk-fault/faulty-disk.js';
import { newFolder } from './shard-test.js';

const DATABASE = new URL('../../../src/shares/shard-database.js', import.meta.url).href;
/** As a listener begins: its shard is opened, and a range of extranonces reserved. Killed, so that nothing is closed. */
const PROGRAM = `
  const { ShardDatabase } = await import('${DATABASE}');
  const database = new ShardDatabase(process.argv[1]);
  database.together(() => database.reserveExtranonce1(4096));
  process.kill(process.pid, 'SIGKILL');
`;

it('a new shard takes four syncs until its first row is on disk, and one that is there three', async () => {
  const folder = newFolder();
  const path = join(folder, 'shards', 'shard-0.sqlite');
  const disk = await FaultyDisk.make(folder, join(folder, 'shards'));
  mkdirSync(join(folder, 'shards'));
  const syncs = join(folder, 'syncs');
  const begin = (): number => {
    const before = existsSync(syncs) ? statSync(syncs).size : 0;
    const env = { ...process.env, ...disk.env, FAULTY_DISK_SYNCS: syncs };
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, path], {
      env,
      encoding: 'utf8',
    });
    expect([signal, stderr]).toEqual(['SIGKILL', '']);
    return statSync(syncs).size - before;
  };
  // The file; the log's head, the folder, the commit.
  expect(begin()).toBe(4);
  expect(begin()).toBeLessThanOrEqual(3);
});
