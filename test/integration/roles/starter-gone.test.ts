import { type ChildProcess, fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { END_WITH_STARTER } from '../../../src/lib/index.js';
import { atTestEnd, temporaryFolder } from '../../bitcoind.js';

const MODULE = new URL('../../../src/roles/starter-gone.js', import.meta.url).href;

/** Ends with 7 when it finds its starter gone. */
async function started(keepsAlive: boolean): Promise<ChildProcess> {
  const file = join(await temporaryFolder(), 'child.mjs');
  const work = keepsAlive ? 'setInterval(() => {}, 1_000);' : '';
  await writeFile(
    file,
    `import { starterGone } from ${JSON.stringify(MODULE)}; void starterGone().then(() => process.exit(7)); ${work}`,
  );
  const child = fork(file, { execArgv: [] });
  atTestEnd(async () => void child.kill('SIGKILL'));
  return child;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('a process that was started with a channel', () => {
  it('ends with whoever started it where they want it so', async () => {
    const child = await started(true);
    child.send(END_WITH_STARTER);
    const end = endOf(child);
    child.disconnect();
    expect(await end).toBe(7);
  });

  it('outlives anybody else', async () => {
    const child = await started(true);
    child.send('something of their own');
    await sleep(500);
    child.disconnect();
    await sleep(500);
    expect(child.exitCode).toBeNull();
  });

  it('ends by itself all the same', async () => {
    expect(await endOf(await started(false))).toBe(0);
  });
});
