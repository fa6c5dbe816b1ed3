/** The found blocks that the shards of a folder hold, read while their writers may be at work. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { StoredBlock } from './shard-database.js';

export function storedBlocks(folder: string): StoredBlock[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .flatMap((name) => {
      const database = new Database(join(folder, name), { readonly: true });
      try {
        return database
          .prepare(
            'SELECT hash, header, coinbase, template_id AS templateId, height, worker, found_ms AS foundMs FROM blocks',
          )
          .all() as StoredBlock[];
      } finally {
        database.close();
      }
    });
}
