import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ExclusiveFile } from '../../../src/shares/index.js';
import type { DiskFault } from '../../disk-fault/faulty-disk.js';
import { runOnDisk, startOn } from '../../disk-fault/run-on-disk.js';
import { appendAll } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { partsOn, ShareSource } from './share-source.js';

/** A data directory as kill -9 leaves it, its newest shares in the write-ahead log, and without -shm files. */
async function killedNode(shares: number): Promise<string> {
  const datadir = newFolder();
  mkdirSync(join(datadir, 'shares'));
  writeFileSync(join(datadir, 'network'), 'regtest\n');
  const path = join(datadir, 'shares', 'shard-0.sqlite');
  const shard = await openShard(path);
  await appendAll(shard, (await ShareSource.on(shard, partsOn(1))).take(shares));
  for (const name of [path, `${path}-wal`]) copyFileSync(name, `${name}.copy`);
  await shard.close();
  for (const name of [path, `${path}-wal`]) renameSync(`${name}.copy`, name);
  expect(existsSync(`${path}-shm`)).toBe(false);
  return datadir;
}

/** What is there to stay: SQLite may leave an empty -shm, for which there is room. */
function lasting(datadir: string): string[] {
  return readdirSync(join(datadir, 'shares')).filter((name) => !name.endsWith('-shm'));
}

function verifyWords(datadir: string): string[] {
  return ['verify', 'shares', '--network', 'regtest', '--datadir', datadir];
}

/** `orcapool verify shares` where the disk under `faulty` is as `fault` says; `tmp`: for its copy. */
async function verifyOn(
  datadir: string,
  fault: DiskFault,
  tmp: string,
  faulty = datadir,
): Promise<{ code: number | null; said: string }> {
  return await runOnDisk(fault, faulty, verifyWords(datadir), { TMPDIR: tmp });
}

describe('verifying the log of a killed node on a disk that takes nothing', () => {
  it.each<DiskFault>(['full', 'read-only'])(
    '%s: recomputes every share, in a copy that is removed',
    async (fault) => {
      const datadir = await killedNode(7);
      const before = lasting(datadir);
      const tmp = newFolder();
      const { code, said } = await verifyOn(datadir, fault, tmp);
      expect(said).toContain(`read from a copy, ${tmp}`);
      expect(said).toContain('7 shares recomputed, 0 failed');
      expect(code).toBe(0);
      expect([lasting(datadir), readdirSync(tmp)]).toEqual([before, []]);
    },
    60_000,
  );

  it('says what to do where there is no room for the copy either', async () => {
    const root = newFolder();
    const datadir = join(root, 'data');
    renameSync(await killedNode(3), datadir);
    const tmp = join(root, 'tmp');
    mkdirSync(tmp);
    const { code, said } = await verifyOn(datadir, 'full', tmp, root);
    expect(said).toMatch(/set TMPDIR to a folder with as much room/);
    expect([code, readdirSync(tmp)]).toEqual([1, []]);
  }, 60_000);

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ended by %s: leaves no copy, or one that the next reader removes',
    async (signal) => {
      const datadir = await killedNode(3);
      const [tmp, pipe] = [newFolder(), join(datadir, 'shares', 'shard-0.sqlite-wal.sqlite-wal')];
      // What never ends keeps the copy from being finished.
      execFileSync('mkfifo', [pipe]);
      const child = await startOn('read-only', datadir, verifyWords(datadir), { TMPDIR: tmp });
      let said = '';
      for await (const text of child.stdout!) {
        said += text;
        if (said.includes('read from a copy')) break;
      }
      expect(readdirSync(tmp)).toEqual([expect.stringMatching(/^orcapool-verify-/)]);
      child.kill(signal);
      if (child.signalCode === null) await once(child, 'close');
      expect(child.signalCode).toBe(signal);
      rmSync(pipe);
      const left = readdirSync(tmp);
      expect(left).toHaveLength(signal === 'SIGKILL' ? 1 : 0);

      // That of a reader at work is not touched, nor one that is just begun.
      const [busy, young] = ['orcapool-verify-busyXX', 'orcapool-verify-youngX'].map((name) =>
        join(tmp, name),
      );
      for (const place of [busy!, young!]) mkdirSync(place);
      const lock = ExclusiveFile.take(join(busy!, 'reader.lock'), 0)!;
      for (const name of [...left, 'orcapool-verify-busyXX']) utimesSync(join(tmp, name), 1, 1);
      expect((await verifyOn(datadir, 'read-only', tmp)).code).toBe(0);
      expect(readdirSync(tmp).sort()).toEqual(['orcapool-verify-busyXX', 'orcapool-verify-youngX']);
      lock.release();
    },
    60_000,
  );
});
