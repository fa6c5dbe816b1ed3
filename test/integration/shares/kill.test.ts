import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { integrityOf, loggedHashes } from './logged-hashes.js';
import { newFolder, openShard } from './shard-test.js';

const ENTRY = fileURLToPath(new URL('./appending-process.js', import.meta.url));

/** Runs the process until `killAfter` shares are acknowledged, kills it with SIGKILL; what it had said by then. */
async function killedAfter(path: string, worker: number, killAfter: number): Promise<string[]> {
  const child = spawn(process.execPath, [ENTRY, path, String(worker), '1000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > killAfter + 1) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  // A kill can cut the last line short.
  return said.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
}

describe('a writer killed with SIGKILL', () => {
  it('has every acknowledged share in its log, once, and the log opens clean, round after round', async () => {
    const path = join(newFolder(), 'shard.sqlite');
    const acknowledged: string[] = [];
    for (const [round, killAfter] of [1, 37, 150, 400, 900].entries()) {
      const hashes = await killedAfter(path, round + 1, killAfter);
      expect(hashes.length).toBeGreaterThanOrEqual(killAfter);
      acknowledged.push(...hashes);

      const shard = await openShard(path);
      await shard.close();
      const logged = loggedHashes(path);
      const present = new Set(logged);
      expect(acknowledged.filter((hash) => !present.has(hash))).toEqual([]);
      expect(present.size).toBe(logged.length);
      expect(integrityOf(path)).toBe('ok');
    }
  });
});
