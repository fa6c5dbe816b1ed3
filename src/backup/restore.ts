/**
 * `orcapool restore`: an archive becomes a data directory. Everything is unpacked and checked beside its place, and
 * takes it in one rename, so that a failure leaves nothing half restored.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readArchive } from './archive.js';
import type { OpenKey } from './archive-key.js';
import { BackupError } from './backup-error.js';
import { damageOf } from './copy-database.js';
import type { Manifest } from './manifest.js';

/** Called with the bytes unpacked so far. */
export type OnUnpacked = (bytes: number) => void;

/**
 * `settle`: what must be done with a restored state before a node may use it, and what is checked of it. Throws
 * `BackupError`, and what `settle` throws.
 */
export async function restore<Settled>(
  archive: string,
  key: OpenKey,
  datadir: string,
  settle: (folder: string, manifest: Manifest) => Promise<Settled>,
  onUnpacked: OnUnpacked,
): Promise<{ manifest: Manifest; settled: Settled }> {
  const place = resolve(datadir);
  if (existsSync(place) && readdirSync(place).length > 0) {
    throw new BackupError(
      'RESTORE_NOT_EMPTY',
      `${datadir} is not empty: move it away, or restore to another --datadir`,
    );
  }
  mkdirSync(dirname(place), { recursive: true });
  const folder = mkdtempSync(join(dirname(place), `.${basename(place)}-restoring-`));
  try {
    const result = await unpack(archive, key, folder, settle, onUnpacked);
    if (existsSync(place)) rmdirSync(place);
    renameSync(folder, place);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same into a folder that is removed again: does this archive restore? */
export async function drill<Settled>(
  archive: string,
  key: OpenKey,
  settle: (folder: string, manifest: Manifest) => Promise<Settled>,
  onUnpacked: OnUnpacked,
): Promise<{ manifest: Manifest; settled: Settled }> {
  const folder = mkdtempSync(join(dirname(resolve(archive)), '.orcapool-drill-'));
  try {
    return await unpack(archive, key, folder, settle, onUnpacked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the key was made. */
const OWNER_ONLY = 0o600;

async function unpack<Settled>(
  archive: string,
  key: OpenKey,
  folder: string,
  settle: (folder: string, manifest: Manifest) => Promise<Settled>,
  onUnpacked: OnUnpacked,
): Promise<{ manifest: Manifest; settled: Settled }> {
  let bytes = 0;
  const manifest = await readArchive(archive, key, folder, (more) => {
    bytes += more;
    onUnpacked(bytes);
  });
  for (const { path } of manifest.files) {
    if (path.endsWith('.pem')) chmodSync(join(folder, path), OWNER_ONLY);
    const damage = path.endsWith('.sqlite') ? damageOf(join(folder, path)) : null;
    if (damage !== null) throw new BackupError('BACKUP_DAMAGED', `${path} is damaged: ${damage}`);
  }
  return { manifest, settled: await settle(folder, manifest) };
}
