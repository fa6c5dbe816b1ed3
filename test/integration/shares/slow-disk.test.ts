import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { FaultyDisk } from '../../disk-fault/faulty-disk.js';
import { loggedHashes } from './logged-hashes.js';
import { newFolder } from './shard-test.js';

const ENTRY = fileURLToPath(new URL('./appending-process.js', import.meta.url));
const BOUND = 25;

it('a disk that cannot keep up: no more than the bound waits for it, the rest is refused and not stored', async () => {
  const folder = newFolder();
  const path = join(folder, 'shard.sqlite');
  const disk = await FaultyDisk.make(folder, path);
  await disk.set('slow 100');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [ENTRY, path, '1', '2000', '60', String(BOUND)],
    { env: { ...process.env, ...disk.env }, timeout: 60_000, killSignal: 'SIGKILL' },
  );
  const lines = stdout.split('\n');
  const acknowledged = lines.filter((line) => /^[0-9a-f]{64}$/.test(line));
  const refused = lines.filter((line) => line.startsWith('failed ')).map((line) => line.split(' ')[1]);
  expect(new Set(refused)).toEqual(new Set(['SHARE_LOG_FULL']));
  expect(lines).toContain(`most ${BOUND}`);
  // Batches as large as the bound, more than one of them.
  expect(acknowledged.length).toBeGreaterThan(BOUND);
  expect(loggedHashes(path).sort()).toEqual(acknowledged.sort());
});
