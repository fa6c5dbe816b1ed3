import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { pack } from 'tar-stream';
import {
  backUp,
  drill,
  type OpenKey,
  restore,
  type SealKey,
  UNFINISHED_RESTORE,
} from '../../../src/backup/index.js';
import { network } from '../../../src/bitcoin/index.js';
import { ShareShard, skipExtranonces, verifyShares } from '../../../src/shares/index.js';
import type { DiskFault } from '../../disk-fault/faulty-disk.js';
import { runOnDisk } from '../../disk-fault/run-on-disk.js';
import { silentLogger, steady } from '../../surroundings.js';
import { altered, HEAD_BYTES, logOf, withLog } from '../disk/write-ahead-logs.js';
import { loggedHashes } from '../shares/logged-hashes.js';
import { filledShard } from '../shares/real-shard.js';
import { appendAll } from '../shares/shard-surroundings.js';
import { newFolder, openShard } from '../shares/shard-test.js';
import { partsOn, ShareSource } from '../shares/share-source.js';

const APPENDING = fileURLToPath(new URL('../shares/appending-process.js', import.meta.url));
const NOW_MS = Date.UTC(2026, 10, 21, 7, 0, 0);
const OPEN = { kind: 'open' } as const;
const ignore = (): void => {};

/** A K2 address. */
const SUBMITTER = 'So11111111111111111111111111111111111111112';

/** A data directory with two shards of 40 shares each and a template. */
async function stateOfTwoShards(): Promise<string> {
  const datadir = newFolder();
  mkdirSync(join(datadir, 'shares'));
  mkdirSync(join(datadir, 'templates'));
  writeFileSync(join(datadir, 'network'), 'regtest\n');
  writeFileSync(join(datadir, 'templates', '00000000000000aa.template'), 'transactions');
  writeFileSync(join(datadir, 'templates', '00000000000000bb.partial'), 'half');
  mkdirSync(join(datadir, 'claims'));
  writeFileSync(join(datadir, 'claims', '7.car'), 'package');
  writeFileSync(join(datadir, 'claims', '7.json'), 'claim');
  writeFileSync(join(datadir, 'claims', '7.draws.car'), 'proof');
  writeFileSync(join(datadir, 'claims', '7.left'), 'hashes');
  writeFileSync(join(datadir, 'claims', '6.json.damaged'), 'damaged');
  for (const folder of ['7', 'blocks', 'aside']) {
    mkdirSync(join(datadir, 'audits', folder), { recursive: true });
    writeFileSync(join(datadir, 'audits', folder, `${SUBMITTER}.json`), `audit in ${folder}`);
    writeFileSync(join(datadir, 'audits', folder, `${SUBMITTER}.json.part`), 'half');
  }
  mkdirSync(join(datadir, 'rounds'));
  writeFileSync(join(datadir, 'rounds', '7.json'), 'facts');
  writeFileSync(join(datadir, 'claims', '8.json.part'), 'half');
  writeFileSync(join(datadir, 'node.pid'), '1');
  for (const index of [0, 1]) {
    const shard = await openShard(join(datadir, 'shares', `shard-${index}.sqlite`));
    await appendAll(shard, (await ShareSource.on(shard, partsOn(index + 1))).take(40));
    await shard.close();
  }
  return datadir;
}

async function archived(datadir: string, key: SealKey = OPEN): Promise<string> {
  const archive = join(newFolder(), 'pool.tar.gz');
  await backUp(datadir, archive, key, NOW_MS, ignore);
  return archive;
}

async function restored(archive: string, key: OpenKey = OPEN): Promise<string> {
  const datadir = join(newFolder(), 'restored');
  await restore(archive, key, datadir, async () => {}, ignore);
  return datadir;
}

function hashesIn(datadir: string): string[] {
  return [0, 1].flatMap((index) => loggedHashes(join(datadir, 'shares', `shard-${index}.sqlite`)));
}

/** A gzipped tar of any entries. */
async function archiveOf(...entries: readonly (readonly [name: string, content: string])[]): Promise<string> {
  const tar = pack();
  for (const [name, content] of entries) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  const path = join(newFolder(), 'hostile.tar.gz');
  writeFileSync(path, gzipSync(Buffer.concat(chunks)));
  return path;
}

function manifestOf(...files: readonly { path: string; bytes: number; sha256: string }[]): string {
  return JSON.stringify({
    format: 'orcapool-backup/1',
    network: 'regtest',
    takenAt: '2026-11-21T07:00:00.000Z',
    files,
  });
}

describe('a backup', () => {
  it('restores to the same shares, and holds nothing that is not state', async () => {
    const datadir = await stateOfTwoShards();
    writeFileSync(join(datadir, 'receipt-key.pem'), 'key', { mode: 0o600 });
    const copy = await restored(await archived(datadir));
    // Nobody else reads a key.
    expect(statSync(join(copy, 'receipt-key.pem')).mode & 0o777).toBe(0o600);
    expect(hashesIn(copy)).toEqual(hashesIn(datadir));
    expect(readdirSync(copy).sort()).toEqual([
      'audits',
      'claims',
      'network',
      'receipt-key.pem',
      'rounds',
      'shares',
      'templates',
    ]);
    expect(readdirSync(join(copy, 'claims')).sort()).toEqual(['7.car', '7.draws.car', '7.json', '7.left']);
    expect(readdirSync(join(copy, 'audits')).sort()).toEqual(['7', 'blocks']);
    for (const folder of ['7', 'blocks']) {
      const [name, ...others] = readdirSync(join(copy, 'audits', folder));
      expect([name, others]).toEqual([`${SUBMITTER}.json`, []]);
      expect(readFileSync(join(copy, 'audits', folder, name!), 'utf8')).toBe(`audit in ${folder}`);
    }
    expect(readdirSync(join(copy, 'rounds'))).toEqual(['7.json']);
    expect(readdirSync(join(copy, 'shares')).sort()).toEqual(['shard-0.sqlite', 'shard-1.sqlite']);
    expect(readdirSync(join(copy, 'templates'))).toEqual(['00000000000000aa.template']);
    expect((await verifyShares(join(copy, 'shares'), network('regtest'))).checked).toBe(80);
  });

  it('of a shard that is being written has every share acknowledged before it began, and each stands', async () => {
    const datadir = await stateOfTwoShards();
    const child = spawn(
      process.execPath,
      [APPENDING, join(datadir, 'shares', 'shard-2.sqlite'), '9', '1000000'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 60_000,
        killSignal: 'SIGKILL',
      },
    );
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (said.split('\n').length < 500) await sleep(10);
    const before = said.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line));
    const archive = await archived(datadir);
    const written = said.split('\n').length;
    child.kill('SIGKILL');
    await once(child, 'close');
    // It was writing all the while.
    expect(written).toBeGreaterThan(before.length + 20);

    const copy = await restored(archive);
    const hashes = new Set(loggedHashes(join(copy, 'shares', 'shard-2.sqlite')));
    expect(before.filter((hash) => !hashes.has(hash))).toEqual([]);
    const { checked, failed } = await verifyShares(join(copy, 'shares'), network('regtest'));
    expect(failed).toBe(0);
    expect(checked).toBe(80 + hashes.size);
  });

  it('is not written over another file, nor of a folder without state', async () => {
    const datadir = await stateOfTwoShards();
    const archive = await archived(datadir);
    const before = readFileSync(archive);
    await expect(backUp(datadir, archive, OPEN, NOW_MS, ignore)).rejects.toMatchObject({
      code: 'BACKUP_EXISTS',
    });
    expect(readFileSync(archive).equals(before)).toBe(true);
    const other = join(newFolder(), 'b');
    await expect(backUp(newFolder(), other, OPEN, NOW_MS, ignore)).rejects.toMatchObject({
      code: 'BACKUP_EMPTY',
    });
  });

  it('of a damaged shard is refused, and leaves nothing behind', async () => {
    const datadir = await stateOfTwoShards();
    const path = join(datadir, 'shares', 'shard-1.sqlite');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096, 3 * 4096);
    writeFileSync(path, bytes);
    const folder = newFolder();
    await expect(backUp(datadir, join(folder, 'b'), OPEN, NOW_MS, ignore)).rejects.toThrow(
      /shard-1.sqlite|malformed/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a sealed backup', () => {
  it('opens with its passphrase and no other', async () => {
    const key = { kind: 'passphrase', passphrase: 'correct horse battery staple' } as const;
    const datadir = await stateOfTwoShards();
    const archive = await archived(datadir, key);
    expect(readFileSync(archive).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    expect(hashesIn(await restored(archive, key))).toEqual(hashesIn(datadir));
    const wrong = { kind: 'passphrase', passphrase: 'wrong' } as const;
    await expect(restored(archive, wrong)).rejects.toMatchObject({ code: 'BACKUP_NOT_OPENED' });
    await expect(restored(archive, OPEN)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  }, 60_000);

  it('for a recipient opens with its identity, and says that nobody here could look inside', async () => {
    const identity = await generateIdentity();
    const recipient = await identityToRecipient(identity);
    const datadir = await stateOfTwoShards();
    const archive = join(newFolder(), 'b');
    const key = { kind: 'recipients', recipients: [recipient] } as const;
    expect((await backUp(datadir, archive, key, NOW_MS, ignore)).verified).toBe('bytes');
    const copy = await restored(archive, { kind: 'identities', identities: [identity] });
    expect(hashesIn(copy)).toEqual(hashesIn(datadir));
    const wrong = { kind: 'recipients', recipients: ['age1nonsense'] } as const;
    await expect(backUp(datadir, join(newFolder(), 'b'), wrong, NOW_MS, ignore)).rejects.toMatchObject({
      code: 'BACKUP_KEY',
    });
  });
});

describe('restoring', () => {
  it('gives nothing but what was backed up, whichever bit of the archive is another, and leaves nothing behind', async () => {
    const datadir = await stateOfTwoShards();
    const archive = await archived(datadir);
    const bytes = readFileSync(archive);
    const folder = newFolder();
    const altered = join(folder, 'altered');
    let refused = 0;
    for (let i = 0; i < 40; i++) {
      const at = Math.floor((bytes.length * (i + 0.5)) / 40);
      const copy = Buffer.from(bytes);
      copy[at] = copy[at]! ^ 0x10;
      writeFileSync(altered, copy);
      const target = join(folder, 'restored');
      const said = await restore(altered, OPEN, target, async () => {}, ignore).then(
        () => 'restored',
        (error: { code: string }) => error.code,
      );
      // A few bits of the wrapping (gzip's time and system) say nothing of what is inside.
      if (said === 'restored') expect(hashesIn(target)).toEqual(hashesIn(datadir));
      else expect(said).toMatch(/^BACKUP_(?:DAMAGED|UNKNOWN)$/);
      refused += said === 'restored' ? 0 : 1;
      rmSync(target, { recursive: true, force: true });
      expect(readdirSync(folder)).toEqual(['altered']);
    }
    expect(refused).toBeGreaterThan(30);
    for (const length of [0, 1, 100, bytes.length >> 1, bytes.length - 1]) {
      writeFileSync(altered, bytes.subarray(0, length));
      await expect(drill(altered, OPEN, async () => {}, ignore)).rejects.toMatchObject({
        code: expect.stringMatching(/^BACKUP_(?:DAMAGED|UNKNOWN)$/),
      });
    }
    expect(readdirSync(folder)).toEqual(['altered']);
  });

  it('leaves nothing behind when the packing breaks while a file is being made', async () => {
    const contents = Array.from({ length: 20 }, () => randomBytes(300).toString('hex'));
    const entries = contents.map((content, i) => [`claims/${i}.car`, content] as const);
    const files = entries.map(([path, content]) => ({
      path,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    }));
    const archive = await archiveOf(['manifest.json', manifestOf(...files)], ...entries);
    // gzip's own sum, at its end: told while the files, which are right, are still being written.
    const broken = readFileSync(archive);
    broken[broken.length - 8]! ^= 1;
    const folder = newFolder();
    writeFileSync(join(folder, 'broken'), broken);
    for (let i = 0; i < 100; i++) {
      await expect(drill(join(folder, 'broken'), OPEN, async () => {}, ignore)).rejects.toMatchObject({
        code: 'BACKUP_DAMAGED',
      });
      expect(readdirSync(folder)).toEqual(['broken']);
    }
  });

  it('writes nowhere but where a data directory has its files', async () => {
    const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const names = [
      '../evil',
      '/etc/evil',
      'shares/../../evil',
      'shares/shard-0.sqlite-wal',
      'node.pid',
      'templates/x',
    ];
    for (const path of names) {
      const named = await archiveOf(['manifest.json', manifestOf({ path, bytes: 0, sha256 })], [path, '']);
      await expect(restored(named)).rejects.toMatchObject({ code: 'BACKUP_UNKNOWN' });
      const unnamed = await archiveOf(['manifest.json', manifestOf()], [path, '']);
      await expect(restored(unnamed)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    }
    const twice = await archiveOf(
      ['manifest.json', manifestOf({ path: 'network', bytes: 0, sha256 })],
      ['network', ''],
      ['network', ''],
    );
    await expect(restored(twice)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
    const longer = await archiveOf(
      ['manifest.json', manifestOf({ path: 'network', bytes: 0, sha256 })],
      ['network', 'more than it says'],
    );
    await expect(restored(longer)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
  });

  it('never overwrites what is there', async () => {
    const datadir = await stateOfTwoShards();
    const archive = await archived(datadir);
    await expect(restore(archive, OPEN, datadir, async () => {}, ignore)).rejects.toMatchObject({
      code: 'RESTORE_NOT_EMPTY',
    });
    const empty = newFolder();
    await restore(archive, OPEN, empty, async () => {}, ignore);
    expect(hashesIn(empty)).toEqual(hashesIn(datadir));
  });

  it('fills a directory that is there without putting another in its place: it may be a mount point', async () => {
    const datadir = await stateOfTwoShards();
    const archive = await archived(datadir);
    const mounted = newFolder();
    // What an ext4 file system begins with.
    mkdirSync(join(mounted, 'lost+found'));
    const { ino } = statSync(mounted);
    const failing = restore(archive, OPEN, mounted, async () => Promise.reject(new Error('no')), ignore);
    await expect(failing).rejects.toThrow('no');
    expect(readdirSync(mounted)).toEqual(['lost+found']);
    await restore(archive, OPEN, mounted, async () => {}, ignore);
    expect(statSync(mounted).ino).toBe(ino);
    expect(hashesIn(mounted)).toEqual(hashesIn(datadir));
    expect(readdirSync(mounted)).not.toContain(UNFINISHED_RESTORE);
  });

  it('that did not finish is said where the next one is tried', async () => {
    const archive = await archived(await stateOfTwoShards());
    const half = newFolder();
    mkdirSync(join(half, UNFINISHED_RESTORE));
    await expect(restore(archive, OPEN, half, async () => {}, ignore)).rejects.toThrow(
      'an earlier restore did not finish there',
    );
  });

  it('can be tried without keeping anything', async () => {
    const archive = await archived(await stateOfTwoShards());
    const folder = newFolder();
    const here = join(folder, 'b');
    copyFileSync(archive, here);
    let seen = '';
    const { settled } = await drill(
      here,
      OPEN,
      async (place) => {
        seen = place;
        return hashesIn(place).length;
      },
      ignore,
    );
    expect(settled).toBe(80);
    expect(existsSync(seen)).toBe(false);
    expect(readdirSync(folder)).toEqual(['b']);
  });

  it('leaves extranonces far from those handed out since the backup', async () => {
    const datadir = await stateOfTwoShards();
    const archive = await archived(datadir);
    const path = join(datadir, 'shares', 'shard-0.sqlite');
    const shard = await openShard(path);
    const last = await shard.reserveExtranonce1(100_000);
    await shard.close();

    const copy = await restored(archive);
    skipExtranonces(join(copy, 'shares', 'shard-0.sqlite'));
    const options = { retentionMs: 1e9, batchIntervalMs: 3, maxUnacknowledged: 10 };
    const again = await ShareShard.open(
      { path: join(copy, 'shares', 'shard-0.sqlite'), ...options },
      silentLogger,
      steady,
    );
    // Half of 2²⁴ further on, while the other went from `last` to `last` + 100,000.
    expect(await again.reserveExtranonce1(1)).toBe(last + 2 ** 23);
    await again.close();
  });
});

/** `orcapool backup` where the disk under `faulty` is as `fault` says. */
async function commandOn(
  datadir: string,
  fault: DiskFault,
  archive: string,
  faulty = datadir,
): Promise<{ code: number | null; said: string }> {
  return await runOnDisk(fault, faulty, ['backup', archive, '--network', 'regtest', '--datadir', datadir]);
}

describe('a backup of a disk that takes nothing', () => {
  it.each<DiskFault>(['full', 'read-only'])(
    '%s: of a node that was stopped, and of one that was killed, has every share',
    async (fault) => {
      const stopped = await stateOfTwoShards();
      // As kill -9 leaves it, and without the -shm files, as a copy of the files does.
      const killed = await stateOfTwoShards();
      const path = join(killed, 'shares', 'shard-1.sqlite');
      const shard = await openShard(path);
      await appendAll(shard, (await ShareSource.on(shard, partsOn(3), 'late')).take(7));
      for (const name of [path, `${path}-wal`]) copyFileSync(name, `${name}.copy`);
      await shard.close();
      for (const name of [path, `${path}-wal`]) renameSync(`${name}.copy`, name);
      expect(existsSync(`${path}-shm`)).toBe(false);
      for (const [datadir, shares] of [
        [stopped, 80],
        [killed, 87],
      ] as const) {
        const archive = join(newFolder(), 'pool.tar.gz');
        expect(await commandOn(datadir, fault, archive)).toMatchObject({ code: 0 });
        const copy = await restored(archive);
        const { checked, failed } = await verifyShares(join(copy, 'shares'), network('regtest'));
        expect([checked, failed]).toEqual([shares, 0]);
      }
    },
    60_000,
  );

  it('full where the archive goes: says that a disk is full, and leaves nothing there', async () => {
    const datadir = await stateOfTwoShards();
    const folder = newFolder();
    const { code, said } = await commandOn(datadir, 'full', join(folder, 'pool.tar.gz'), folder);
    expect(code).toBe(1);
    expect(said).toMatch(/the disk is full|ENOSPC/);
    expect(said).not.toMatch(/is damaged|restore/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('a shard whose write-ahead log was altered is not backed up: only the front of it would be', async () => {
  const datadir = await stateOfTwoShards();
  const path = join(datadir, 'shares', 'shard-2.sqlite');
  const live = join(newFolder(), 'live.sqlite');
  const database = filledShard(live);
  const log = logOf(live);
  withLog(live, path, log);
  database.close();
  writeFileSync(`${path}-wal`, altered(log, HEAD_BYTES + 2_000));
  await expect(archived(datadir)).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED',
    message: expect.stringContaining('frame 1 of the '),
  });
  writeFileSync(`${path}-wal`, log);
  await archived(datadir);
});
