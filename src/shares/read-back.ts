/**
 * What a shard's writer reads back of its own file, by a connection of its own: a page that was overwritten stands whole in
 * the writer's cache for as long as it runs, and every share it stores may need that page. This one forgets its pages with
 * each commit of the writer's.
 */
import Database from 'better-sqlite3';
import { checkPages } from './check-pages.js';
import { NewestShares } from './newest-shares.js';
import { tellsDamage } from './storage-fault.js';

/** `newest`: what the newest shares need. `all`: what a writer looks through when it opens the file. */
export type ReadBackDepth = 'newest' | 'all';

export class ReadBack {
  private readonly database: Database.Database;
  private readonly newest: NewestShares;
  /** One transaction, since each query by itself would take its locks anew. */
  private readonly within: Database.Transaction<(look: () => boolean) => boolean>;

  /** Beside the writer, who has the file open. `committed`: its last batch. */
  constructor(path: string, committed: number) {
    this.database = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 });
    this.newest = new NewestShares(this.database, committed);
    this.within = this.database.transaction((look) => look());
  }

  /** For `goOn`. But for the first of `all` steps are short. `committed`: the writer's last batch by now. */
  *steps(depth: ReadBackDepth, committed: number): Generator<void> {
    if (depth === 'all') checkPages(this.database);
    yield* this.newest.steps(committed);
  }

  /**
   * Takes a step, and more for about as long as that; false when there are none left. Anything may be done before the next
   * call. Throws what tells of damage, and only that: what a lock or a failing disk keeps from being read is read the next
   * time.
   */
  goOn(steps: Iterator<void>, forMs: number): boolean {
    const endMs = performance.now() + forMs;
    try {
      return this.within(() => {
        do {
          if (steps.next().done === true) return false;
        } while (performance.now() < endMs);
        return true;
      });
    } catch (error) {
      if (tellsDamage(error)) throw error;
      return false;
    }
  }

  /** Before the writer, who as the last one moves the write-ahead log into the file. */
  close(): void {
    this.database.close();
  }
}
