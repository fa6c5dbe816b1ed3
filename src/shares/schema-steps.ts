/**
 * A shard's schema, as numbered steps; `user_version` says how many were taken. Shares lie in blobs, a row a commit:
 * reading back is 9 to 19 times faster than a row a share. There is no index on shares: a job's lie in the batches
 * from its `first_batch` to at most its `last_batch_bound`, and batch numbers are never used again, because the
 * newest batch is never removed. Each step changes some table's text, so that a file's tables tell its version too.
 *
 * Three indices are a second copy of numbers by which rows are looked for or forgotten: an integrity check holds them
 * against each other, and a bit that changes in one of them is found before anything is done by it. Batches have digests
 * (`batch-digest.ts`), whose function is to be defined before these steps are taken.
 */

/** SHA-256 of nothing, so that signature 0 is the empty one. */
const EMPTY_DIGEST = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export const STEPS: readonly string[] = [
  `
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE templates (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE shapes (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE bindings (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE signatures (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
  INSERT INTO signatures (id, digest, bytes) VALUES (0, x'${EMPTY_DIGEST}', x'');
  CREATE TABLE miners (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    template INTEGER NOT NULL, shape INTEGER NOT NULL, binding INTEGER NOT NULL,
    prev_hash BLOB NOT NULL, created_ms INTEGER NOT NULL,
    first_batch INTEGER NOT NULL, last_batch_bound INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE workers (
    id INTEGER PRIMARY KEY,
    miner INTEGER NOT NULL, name TEXT NOT NULL,
    accepted INTEGER NOT NULL DEFAULT 0, uncredited INTEGER NOT NULL DEFAULT 0, stale INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0, low_difficulty INTEGER NOT NULL DEFAULT 0,
    invalid INTEGER NOT NULL DEFAULT 0,
    work TEXT NOT NULL DEFAULT '0',
    rates BLOB,
    best_ever REAL NOT NULL DEFAULT 0, best_week REAL NOT NULL DEFAULT 0, week INTEGER NOT NULL DEFAULT 0,
    last_share_ms INTEGER NOT NULL DEFAULT 0,
    difficulty REAL, difficulty_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (miner, name)
  ) STRICT;
  CREATE TABLE rounds (
    round INTEGER PRIMARY KEY,
    accepted INTEGER NOT NULL DEFAULT 0, uncredited INTEGER NOT NULL DEFAULT 0, stale INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0, low_difficulty INTEGER NOT NULL DEFAULT 0,
    invalid INTEGER NOT NULL DEFAULT 0,
    work TEXT NOT NULL DEFAULT '0'
  ) STRICT;
  CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    committed_ms INTEGER NOT NULL,
    records BLOB NOT NULL, hashes BLOB NOT NULL, workers BLOB NOT NULL
  ) STRICT;
  CREATE TABLE blocks (
    hash BLOB PRIMARY KEY, header BLOB NOT NULL, coinbase BLOB NOT NULL, template_id TEXT NOT NULL,
    has_witness_commitment INTEGER NOT NULL, height INTEGER NOT NULL, worker TEXT NOT NULL, found_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  'CREATE INDEX jobs_by_prev_hash ON jobs (prev_hash);',
  `
  ALTER TABLE workers ADD COLUMN not_stored INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rounds ADD COLUMN not_stored INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE rounds ADD COLUMN work_squared REAL NOT NULL DEFAULT 0;
  `,
  `
  ALTER TABLE rounds ADD COLUMN removed INTEGER DEFAULT 0;
  ALTER TABLE rounds ADD COLUMN removed_work TEXT DEFAULT '0';
  UPDATE rounds SET removed = NULL, removed_work = NULL WHERE (SELECT min(id) FROM batches) > 1;
  INSERT INTO counters (name, value) SELECT 'removed_batches', coalesce(min(id), 1) - 1 FROM batches;
  `,
  'ALTER TABLE rounds ADD COLUMN excess INTEGER NOT NULL DEFAULT 0;',
  `
  ALTER TABLE signatures ADD COLUMN last_batch_bound INTEGER NOT NULL DEFAULT 0;
  UPDATE signatures SET last_batch_bound = (SELECT coalesce(max(id), 0) FROM batches);
  `,
  `
  ALTER TABLE workers ADD COLUMN difficulty_by TEXT;
  INSERT INTO counters (name, value) SELECT 'last_batch', coalesce(max(id), 0) FROM batches;
  CREATE INDEX jobs_again ON jobs (template, shape, binding, created_ms, first_batch, last_batch_bound);
  CREATE INDEX signatures_again ON signatures (last_batch_bound);
  CREATE INDEX counters_again ON counters (value) WHERE name <> 'last_batch';
  `,
  `
  ALTER TABLE batches ADD COLUMN digest BLOB;
  UPDATE batches SET digest = batch_digest(id, committed_ms, records, hashes, workers);
  `,
];
