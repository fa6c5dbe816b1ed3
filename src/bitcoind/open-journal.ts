/**
 * The journal's file as a start finds it. A damaged one keeps no node from starting: it is set aside, and the share log and
 * the notes of found blocks give a new one its blocks, since each start goes through both (`src/roles/found-blocks.ts`).
 */
import { setDatabaseAside } from '../disk/index.js';
import { errorCode, errorMessage } from '../lib/index.js';
import { JournalDatabase } from './journal-database.js';

export interface JournalDamage {
  /** The name that the file has now. */
  readonly aside: string;
  readonly says: string;
}

export interface OpenedJournal {
  readonly database: JournalDatabase;
  /** Null where the file was as it should be, or none. */
  readonly damage: JournalDamage | null;
}

/** Opens or makes the file. Throws `JournalDatabaseError` for one of a newer version, and SQLite's errors of the disk. */
export function openJournal(file: string): OpenedJournal {
  try {
    return { database: new JournalDatabase(file), damage: null };
  } catch (error) {
    if (!tellsDamage(error)) throw error;
    const aside = setDatabaseAside(file);
    return { database: new JournalDatabase(file), damage: { aside, says: errorMessage(error) } };
  }
}

/**
 * Codes are SQLite's (https://www.sqlite.org/rescode.html), but for `JOURNAL_ALTERED`. It has no code of its own for a head
 * that names a later format of its tables.
 */
function tellsDamage(error: unknown): boolean {
  if (errorCode(error) === 'SQLITE_ERROR') return errorMessage(error) === 'unsupported file format';
  return /^(?:SQLITE_(?:CORRUPT|NOTADB)|JOURNAL_ALTERED)/.test(String(errorCode(error)));
}
