/** One run of the command `orcapool` on a disk that fails: see `faulty-disk.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { newFolder } from '../integration/shares/shard-test.js';
import { type DiskFault, FaultyDisk } from './faulty-disk.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** `faulty`: the path below which the disk is as `fault` says. `env`: beside what every command has. */
export async function startOn(
  fault: DiskFault,
  faulty: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const disk = await FaultyDisk.make(newFolder(), faulty);
  await disk.set(fault);
  return spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, ...disk.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
}

/** The same, to its end. */
export async function runOnDisk(
  ...asked: Parameters<typeof startOn>
): Promise<{ code: number | null; said: string }> {
  const child = await startOn(...asked);
  let said = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
