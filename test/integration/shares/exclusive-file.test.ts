import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { toHex } from '../../../src/lib/index.js';
import { ExclusiveFile } from '../../../src/shares/index.js';
import { newFolder, openShard } from './shard-test.js';
import { templateOn } from './share-source.js';

const ENTRY = fileURLToPath(new URL('./appending-process.js', import.meta.url));

describe('a shard', () => {
  it('is opened only when the process that wrote it has ended, and has all that it committed', async () => {
    const path = join(newFolder(), 'shard.sqlite');
    const child = spawn(process.execPath, [ENTRY, path, '1', '1000000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 30_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (said.split('\n').length < 50) await sleep(10);

    let opened = false;
    const opening = openShard(path).then((shard) => {
      opened = true;
      return shard;
    });
    await sleep(700);
    expect(opened).toBe(false);
    // It wrote on meanwhile, as a process does that is killed while the disk is slow.
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;

    const hashes = new Set(Array.from(await (await opening).hashesOn(templateOn(1).prevHash), toHex));
    const acknowledged = said.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(acknowledged.filter((hash) => !hashes.has(hash))).toEqual([]);
  });

  it('that another process keeps is not had, until it is released', () => {
    const path = join(newFolder(), 'right');
    const first = ExclusiveFile.take(path, 0);
    expect(ExclusiveFile.take(path, 50)).toBeNull();
    first!.release();
    ExclusiveFile.take(path, 0)!.release();
  });
});
