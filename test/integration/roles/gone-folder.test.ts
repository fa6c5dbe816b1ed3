import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url));

it.each(['node --network regtest', 'localnet', 'verify shares'])(
  '`orcapool %s` says that its folder is gone, and ends',
  (words) => {
    const folder = mkdtempSync(join(tmpdir(), 'orcapool-gone-'));
    const script = `cd '${folder}' && rmdir '${folder}' && exec '${process.execPath}' '${MAIN}' ${words}`;
    const { status, stderr, error } = spawnSync('sh', ['-c', script], { encoding: 'utf8', timeout: 30_000 });
    expect(error).toBeUndefined();
    expect([status, stderr]).toEqual([
      1,
      'The folder you are in does not exist any more: change into one that does.\n',
    ]);
  },
);
