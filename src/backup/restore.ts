/**
 * `orcapool restore`: an archive becomes a data directory. Everything is unpacked and checked first, so that a failure
 * leaves nothing half restored: beside its place, which it then takes in one rename, or inside it where the directory is
 * there, because a mount point cannot be renamed over and what is beside it may not be writable. The folder in which it
 * was unpacked goes last, and no node works on a directory that still has it.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { syncPath } from '../disk/index.js';
import { readArchive } from './archive.js';
import type { OpenKey } from './archive-key.js';
import { BackupError } from './backup-error.js';
import { damageOf } from './copy-database.js';
import type { Manifest } from './manifest.js';

/** In a data directory: a restore that has not finished. */
export const UNFINISHED_RESTORE = '.restoring';
/** What a new file system has in it. */
const NO_STATE: ReadonlySet<string> = new Set(['lost+found']);

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
  const isThere = existsSync(place);
  if (isThere) expectEmpty(place, datadir);
  mkdirSync(dirname(place), { recursive: true });
  const folder = isThere
    ? join(place, UNFINISHED_RESTORE)
    : mkdtempSync(join(dirname(place), `.${basename(place)}-restoring-`));
  try {
    if (isThere) mkdirSync(folder);
    const result = await unpack(archive, key, folder, settle, onUnpacked);
    if (isThere) moveInto(place, folder);
    else renameSync(folder, place);
    syncPath(isThere ? place : dirname(place));
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectEmpty(place: string, datadir: string): void {
  const names = readdirSync(place).filter((name) => !NO_STATE.has(name));
  if (names.length === 0) return;
  const why = names.includes(UNFINISHED_RESTORE) ? ' (an earlier restore did not finish there)' : '';
  throw new BackupError(
    'RESTORE_NOT_EMPTY',
    `${datadir} is not empty${why}: move it away, or restore to another --datadir`,
  );
}

/** Everything in `folder`, or where that fails nothing; the emptied folder is left. */
function moveInto(place: string, folder: string): void {
  const moved: string[] = [];
  try {
    for (const name of readdirSync(folder)) {
      renameSync(join(folder, name), join(place, name));
      moved.push(name);
    }
  } catch (error) {
    for (const name of moved) rmSync(join(place, name), { recursive: true, force: true });
    throw error;
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
