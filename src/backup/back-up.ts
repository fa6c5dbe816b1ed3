/**
 * `orcapool backup`: copies the state of a node, running or not, into one archive, and reads it back. The archive
 * appears under its name only when it is whole, on disk and checked.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { logDamage, syncPath } from '../disk/index.js';
import { hashOfFile, readArchive, writeArchive } from './archive.js';
import type { SealKey } from './archive-key.js';
import { BackupError } from './backup-error.js';
import { copyDatabase, damageOf } from './copy-database.js';
import { type Manifest, type ManifestFile, newManifest } from './manifest.js';
import { makeFolders, stateFiles } from './state-files.js';

export interface BackupStep {
  readonly step: 'copy' | 'write' | 'verify';
  readonly done: number;
  /** In the step's own unit: pages for copies, bytes otherwise. */
  readonly total: number;
}

export interface BackupResult {
  readonly manifest: Manifest;
  readonly bytes: number;
  /** `contents`: every file was read back and is what was copied; `bytes`: the archive is what was written, and only the recipients can look inside. */
  readonly verified: 'contents' | 'bytes';
}

export type OnBackupStep = (step: BackupStep) => void;

async function manifestFile(folder: string, path: string): Promise<ManifestFile> {
  const place = join(folder, path);
  return { path, bytes: statSync(place).size, sha256: await hashOfFile(place) };
}

function damagedError(path: string, says: string): BackupError {
  return new BackupError(
    'BACKUP_DAMAGED',
    `${path} is damaged and was not backed up (${says}): restore it first`,
  );
}

async function snapshot(
  datadir: string,
  folder: string,
  nowMs: number,
  onStep: OnBackupStep,
): Promise<Manifest> {
  const { databases, files: before } = stateFiles(datadir);
  makeFolders(folder, before);
  for (const path of databases) {
    const copy = join(folder, path);
    const altered = logDamage(join(datadir, path));
    if (altered !== null) throw damagedError(path, altered);
    await copyDatabase(join(datadir, path), copy, (done, total) => onStep({ step: 'copy', done, total }));
    const damage = damageOf(copy);
    if (damage !== null) throw damagedError(path, damage);
  }
  const kept: string[] = [];
  // Behind the databases: what a block in the journal needs was on disk before it.
  const { files } = stateFiles(datadir);
  makeFolders(folder, files);
  for (const path of files) {
    // A running node removes templates nobody needs any more.
    if (await copyFile(join(datadir, path), join(folder, path)).then(() => true, isGone)) kept.push(path);
  }
  return newManifest({
    network: readFileSync(join(datadir, 'network'), 'utf8').trim(),
    takenAt: new Date(nowMs).toISOString(),
    files: await Promise.all([...kept, ...databases].map((path) => manifestFile(folder, path))),
  });
}

function isGone(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

/** Throws `BackupError`, and the system's and SQLite's errors. Nothing is left behind by a failure. */
export async function backUp(
  datadir: string,
  target: string,
  key: SealKey,
  nowMs: number,
  onStep: OnBackupStep,
): Promise<BackupResult> {
  if (stateFiles(datadir).databases.length === 0) {
    throw new BackupError('BACKUP_EMPTY', `there is no state of a node in ${datadir}`);
  }
  if (existsSync(target)) {
    throw new BackupError(
      'BACKUP_EXISTS',
      `${target} exists already and is not overwritten: choose another name`,
    );
  }
  const place = mkdtempSync(join(dirname(resolve(target)), '.orcapool-backup-'));
  try {
    const folder = join(place, 'state');
    mkdirSync(folder);
    const manifest = await snapshot(datadir, folder, nowMs, onStep);
    const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const counting = (step: BackupStep['step']): ((bytes: number) => void) => {
      let done = 0;
      return (bytes) => {
        done += bytes;
        onStep({ step, done, total });
      };
    };
    const partial = join(place, 'archive');
    const written = await writeArchive(partial, folder, manifest, key, counting('write'));
    if ((await hashOfFile(partial)) !== written) {
      throw new BackupError(
        'BACKUP_DAMAGED',
        'the disk returned other bytes than were written: use another one',
      );
    }
    if (key.kind !== 'recipients') await readArchive(partial, key, null, counting('verify'));
    renameSync(partial, target);
    syncPath(dirname(target));
    const verified = key.kind === 'recipients' ? 'bytes' : 'contents';
    return { manifest, bytes: statSync(target).size, verified };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
