/**
 * The right to write one shard, held by one process at a time: an exclusive lock on an empty SQLite file beside it.
 * A predecessor that was killed on a slow disk lives on until its last fsync returns, and may commit by that; its
 * successor waits for it, and so finds all its shares when it reads the log. The kernel ends the lock with the
 * process, however that ends.
 */
import Database from 'better-sqlite3';
import { CodedError, errorCode } from '../lib/index.js';

export class ShardOwnerError extends CodedError<'SHARD_OWNED'> {}

export class ShardOwner {
  private readonly database: Database.Database;

  /** Waits up to `patienceMs` for another owner to end, blocking its thread; throws `ShardOwnerError` then. */
  constructor(shardPath: string, patienceMs: number) {
    this.database = new Database(`${shardPath}-owner`, { timeout: patienceMs });
    try {
      this.database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.database.close();
      if (errorCode(error) !== 'SQLITE_BUSY') throw error;
      throw new ShardOwnerError(
        'SHARD_OWNED',
        'another process writes this shard and has not ended (a killed listener ends when its last write reaches ' +
          'the disk): see that no other node uses this data directory, then start again',
      );
    }
  }

  /** Gives the right back. */
  release(): void {
    this.database.close();
  }
}
