/**
 * A right that one process has at a time: an exclusive lock on an empty SQLite file. The kernel keeps it, so it holds
 * between containers that share a volume, and it ends with the process however that ends; but not before its last
 * fsync has returned, which is what a successor must wait for. No pid is compared, no stale file is removed.
 */
import Database from 'better-sqlite3';
import { errorCode } from '../lib/index.js';
import { tellsBusy } from './storage-fault.js';

export class ExclusiveFile {
  /** Or the garbage collector would give back what its holder has lost sight of. */
  private static readonly held = new Set<ExclusiveFile>();

  private constructor(private readonly database: Database.Database) {
    ExclusiveFile.held.add(this);
  }

  /** Blocks its thread for up to `patienceMs`; null when another still has it then. Throws SQLite's other errors. */
  static take(path: string, patienceMs: number): ExclusiveFile | null {
    const database = new Database(path, { timeout: patienceMs });
    try {
      database.exec('BEGIN EXCLUSIVE');
      return new ExclusiveFile(database);
    } catch (error) {
      database.close();
      if (tellsBusy(errorCode(error))) return null;
      throw error;
    }
  }

  /** Gives the right back. The file stays: removing it could take away another's. */
  release(): void {
    ExclusiveFile.held.delete(this);
    this.database.close();
  }
}
