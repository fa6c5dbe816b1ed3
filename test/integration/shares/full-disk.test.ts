import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { integrityOf, loggedHashes } from './logged-hashes.js';
import { newFolder } from './shard-test.js';

const ENTRY = fileURLToPath(new URL('./appending-process.js', import.meta.url));
/** In blocks of 512 bytes: no file may grow beyond 400 KiB, so a write to the log fails in the middle. */
const FILE_BLOCKS = 800;

describe('a disk that takes no more', () => {
  it('fails shares honestly: what was acknowledged is stored, what was refused is not', async () => {
    const path = join(newFolder(), 'shard.sqlite');
    const child = spawn(
      'sh',
      ['-c', `ulimit -f ${FILE_BLOCKS}; exec "$0" "$@"`, process.execPath, ENTRY, path, '1', '4000'],
      { stdio: ['ignore', 'pipe', 'inherit'], timeout: 30_000, killSignal: 'SIGKILL' },
    );
    let said = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      said += text;
    });
    await once(child, 'close');
    const lines = said.split('\n');
    const acknowledged = lines.filter((line) => /^[0-9a-f]{64}$/.test(line));
    const refused = lines.filter((line) => line.startsWith('failed ')).map((line) => line.split(' '));

    expect(acknowledged.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(([, code]) => code))).toEqual(new Set(['SHARE_LOG_FAILED']));
    expect(loggedHashes(path).sort()).toEqual(acknowledged.sort());
    expect(integrityOf(path)).toBe('ok');
  });
});
