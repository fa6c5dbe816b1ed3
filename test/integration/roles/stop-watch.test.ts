import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const ENTRY = fileURLToPath(new URL('./standing-process.js', import.meta.url));

async function run(watchMs: number, standsMs: number): Promise<{ signal: string | null; said: string }> {
  const child = spawn(process.execPath, [ENTRY, String(watchMs), String(standsMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, said };
}

it('a process whose loop stands still is ended when its time is over, and says why', async () => {
  const { signal, said } = await run(500, 60_000);
  expect(signal).toBe('SIGKILL');
  expect(said).toContain('the node did not stop in time and is killed');
});

it('a process that ends in time is not kept by its watch', async () => {
  expect(await run(25_000, 0)).toEqual({ signal: null, said: '' });
});
