/**
 * A damaged shard with an altered write-ahead log, as a copy with a log that SQLite reads to its end. Which byte was altered is
 * asked of the shard's own digests where the log's checksum leaves a choice.
 */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { type MendedLog, mendLog } from '../disk/index.js';
import { checkPages } from './check-pages.js';

/** `copy`: made where the log was altered; the caller removes it. Null where it was not. Throws the system's errors. */
export function mendedLog(from: string, copy: string): MendedLog | null {
  const log = `${from}-wal`;
  if (!existsSync(log)) return null;
  const bytes = readFileSync(log);
  const asItStands = mendLog(bytes);
  if (asItStands === null) return null;
  copyFileSync(from, copy);
  // With who may read it.
  copyFileSync(log, `${copy}-wal`);
  writeLog(copy, asItStands);
  // One that nothing is held against is not chosen: another would be altered in its place.
  if (asItStands.choices === 1 || isWhole(copy)) return asItStands;
  for (let choice = 0; choice < asItStands.choices; choice++) {
    const mended = mendLog(bytes, choice)!;
    writeLog(copy, mended);
    if (isWhole(copy)) return mended;
  }
  writeLog(copy, asItStands);
  return asItStands;
}

function writeLog(copy: string, { bytes }: MendedLog): void {
  rmSync(`${copy}-shm`, { force: true });
  writeFileSync(`${copy}-wal`, bytes);
}

function isWhole(copy: string): boolean {
  const database = new Database(copy, { readonly: true });
  try {
    checkPages(database);
    return true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}
