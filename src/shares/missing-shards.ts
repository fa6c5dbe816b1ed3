/**
 * Shards that must have been in a folder and are not: SQLite's files beside theirs are left, or higher numbers are there,
 * or the log of one that was gone at a start was set aside then.
 */
import { readdirSync } from 'node:fs';
import { errorCode } from '../lib/index.js';

export interface MissingShard {
  readonly name: string;
  /** What shows it, for people. */
  readonly says: string;
}

const COMPANION = /^(.+)\.sqlite-(?:owner|owner-journal|wal|shm|journal)$/;
const ORPHAN = /^(.+)\.sqlite-wal\.orphaned(?:-\d+)?$/;
const NUMBERED = /^shard-(\d{1,3})$/;

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    // No listener has started yet.
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The last shards are not missed when nothing of theirs is left. Throws what `readdir` throws. */
export function missingShards(folder: string): MissingShard[] {
  const entries = entriesOf(folder);
  const present = new Set(entries.flatMap((entry) => /^(.+)\.sqlite$/.exec(entry)?.[1] ?? []));
  const missing = new Map<string, MissingShard>();
  for (const entry of entries) {
    const orphan = ORPHAN.exec(entry)?.[1];
    if (orphan !== undefined) {
      const says = `${entry} is the log of a file that was gone at a start: see docs/operations.md (A log without its file)`;
      missing.set(orphan, { name: orphan, says });
    }
    const name = COMPANION.exec(entry)?.[1];
    if (name === undefined || present.has(name) || missing.has(name)) continue;
    missing.set(name, { name, says: `${entry} is there and ${name}.sqlite is not` });
  }
  const numbers = [...present, ...missing.keys()].flatMap((name) => Number(NUMBERED.exec(name)?.[1] ?? -1));
  const highest = Math.max(-1, ...numbers);
  for (let number = 0; number < highest; number++) {
    const name = `shard-${number}`;
    if (present.has(name) || missing.has(name)) continue;
    missing.set(name, { name, says: `shard-${highest} is there and ${name}.sqlite is not` });
  }
  return [...missing.values()];
}
