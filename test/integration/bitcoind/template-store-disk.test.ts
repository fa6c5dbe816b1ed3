/** Whether templates wait for the disk, on one whose syncs fail: see `test/disk-fault/`. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../bitcoind.js';
import { FaultyDisk } from '../../disk-fault/faulty-disk.js';

const ID = 'aaaaaaaaaaaaaaaa';
const SCRIPT = `
  const { TemplateStore } = await import(process.argv[1]);
  const store = await TemplateStore.open(process.argv[2]);
  const template = { id: '${ID}', height: 1, prevHash: new Uint8Array(32), witnessCommitment: null };
  console.log(await store.write(template, [new Uint8Array(100)]).then(() => 'written', ({ code, syscall }) => code + ' ' + syscall));
`;
const ROOM = new URL('../../../src/bitcoind/index.js', import.meta.url).href;

/** What becomes of a template when syncs of paths like `path` fail, and what is in the folder then. */
async function written(folder: string, path: string): Promise<{ said: string; files: readonly string[] }> {
  const disk = await FaultyDisk.make(await temporaryFolder(), path);
  await disk.set('sync-error');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', SCRIPT, ROOM, folder],
    { env: { PATH: process.env.PATH, ...disk.env } },
  );
  return { said: stdout.trim(), files: readdirSync(folder) };
}

describe('a template is written', () => {
  it('when its bytes are on the disk, before it has its name', async () => {
    const folder = join(await temporaryFolder(), 'templates');
    const { said, files } = await written(folder, '.partial');
    expect(said).toBe('EIO fdatasync');
    expect(files).toEqual([`${ID}.partial`]);
  });

  it('when its name is on the disk', async () => {
    const folder = join(await temporaryFolder(), 'templates');
    const { said, files } = await written(folder, '/templates$');
    expect(said).toBe('EIO fsync');
    // So it was renamed before.
    expect(files).toEqual([`${ID}.template`]);
  });

  it('on a disk that is well', async () => {
    const folder = join(await temporaryFolder(), 'templates');
    expect((await written(folder, '/elsewhere/')).said).toBe('written');
  });
});
