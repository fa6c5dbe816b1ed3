/**
 * The disk under the data folder: room, permission, and how long it takes to make a write durable. A share is
 * acknowledged only after that, so a slow disk is a slow pool.
 */
import { mkdtemp, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode, errorMessage } from '../../lib/index.js';
import { type Finding, fail, ok, warn } from './finding.js';

const GIB = 2 ** 30;
const LEAST_FREE = GIB;
const WELL_FREE = 5 * GIB;
const SLOW_FSYNC_MS = 20;
const WRITES = 20;

/** The folder itself, or the nearest one above that is there. */
async function existingFolder(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    return existingFolder(parent);
  }
}

/** Sorted durations of writing 4 KiB and syncing it. */
async function syncDurationsMs(folder: string, nowMs: () => number): Promise<number[]> {
  const own = await mkdtemp(join(folder, '.doctor-'));
  try {
    const file = await open(join(own, 'write'), 'w');
    try {
      const block = new Uint8Array(4096);
      const durations: number[] = [];
      for (let i = 0; i < WRITES; i++) {
        const startMs = nowMs();
        await file.write(block);
        await file.datasync();
        durations.push(nowMs() - startMs);
      }
      return durations.sort((a, b) => a - b);
    } finally {
      await file.close();
    }
  } finally {
    await rm(own, { recursive: true });
  }
}

const ELSEWHERE = 'or choose another folder with --datadir';

/** `code`: of the system's error. */
export function adviceOn(code: unknown): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full, or this user's part of it: make room, ${ELSEWHERE}`;
    case 'EROFS':
      return `it is mounted read-only: dmesg may say why; mount it for writing, ${ELSEWHERE}`;
    case 'EIO':
      return `the disk fails: dmesg says how; replace it, ${ELSEWHERE}`;
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is in its place: choose another folder with --datadir';
    default:
      return `make the folder writable for this user, ${ELSEWHERE}`;
  }
}

/** `nowMs` only measures durations. The folder need not exist yet; nothing is left behind. */
export async function checkDisk(datadir: string, nowMs: () => number): Promise<Finding> {
  const about = 'disk';
  try {
    const folder = await existingFolder(resolve(datadir));
    const { bavail, bsize } = await statfs(folder);
    const durations = await syncDurationsMs(folder, nowMs);
    const free = bavail * bsize;
    const median = durations[WRITES / 2]!;
    const told = `${datadir}: ${(free / GIB).toFixed(1)} GiB free, a durable write takes ${median.toFixed(1)} ms (slowest of ${WRITES}: ${durations.at(-1)!.toFixed(1)})`;
    if (free < LEAST_FREE) return fail(about, told, 'make room, or move the data with --datadir');
    if (median > SLOW_FSYNC_MS) return warn(about, told, 'miners wait that long for each answer; use an SSD');
    if (free < WELL_FREE) return warn(about, told, 'make room, or lower shares.retentionDays');
    return ok(about, told);
  } catch (error) {
    return fail(about, `${datadir} cannot be written: ${errorMessage(error)}`, adviceOn(errorCode(error)));
  }
}
