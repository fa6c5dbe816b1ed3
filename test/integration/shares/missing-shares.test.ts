import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { toDisplayHex } from '../../../src/lib/index.js';
import { verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder, type ShareBatch } from '../../../src/shares/share-batch.js';
import { execute, lie, makeNull } from './alter-database.js';
import { newFolder } from './shard-test.js';
import { PAYOUT, partsOn, ShareSource } from './share-source.js';

const REGTEST = network('regtest');
/** With the first extranonce and job of `sourceOn(database, 1, …)`. */
const BLOCK_NONCE = 28_469;

function sourceOn(database: ShardDatabase, round: number, nowMs: number): ShareSource {
  const parts = partsOn(round, BigInt(round));
  return database.together(() => {
    const job = database.addJob(parts.template, parts.shape, parts.binding, nowMs);
    const miner = database.miner(PAYOUT);
    const { worker } = database.worker(miner, `rig${round % 2}`, nowMs);
    return new ShareSource(parts, { job, miner, worker }, PAYOUT, job);
  });
}

/** Two batches, of two shares and of one, in each of six rounds; of two workers in turn. Commits are a millisecond apart. */
function sixRounds(path: string): void {
  const database = new ShardDatabase(path);
  let nowMs = 0;
  for (let round = 1; round <= 6; round++) {
    const source = sourceOn(database, round, nowMs);
    for (const count of [2, 1]) {
      database.together(() => database.commit(batchOf(source, count), ++nowMs));
    }
  }
  database.close();
}

function batchOf(source: ShareSource, count: number): ShareBatch {
  const builder = new BatchBuilder();
  for (const share of source.take(count)) builder.add(share);
  return builder.finish();
}

function alter(dir: string, sql: string): void {
  lie(join(dir, 'shard-0.sqlite'), sql);
}

function prune(dir: string, beforeMs: number): void {
  const database = new ShardDatabase(join(dir, 'shard-0.sqlite'));
  while (database.prune(beforeMs).more);
  database.close();
}

/** As the version before accounts were kept left it. */
const OLD_VERSION = `
  DROP INDEX jobs_again; DROP INDEX signatures_again; DROP INDEX counters_again;
  ALTER TABLE batches DROP COLUMN digest;
  ALTER TABLE workers DROP COLUMN difficulty_by; ALTER TABLE signatures DROP COLUMN last_batch_bound;
  ALTER TABLE rounds DROP COLUMN excess;
  ALTER TABLE rounds DROP COLUMN removed; ALTER TABLE rounds DROP COLUMN removed_work;
  DELETE FROM counters WHERE name IN ('removed_batches', 'last_batch');
  PRAGMA user_version = 3;`;

/** As the version before squares were kept left it. */
const EARLY_VERSION = `${OLD_VERSION}
  ALTER TABLE workers DROP COLUMN not_stored; ALTER TABLE rounds DROP COLUMN not_stored;
  ALTER TABLE rounds DROP COLUMN work_squared; PRAGMA user_version = 2;`;

async function faults(dir: string): Promise<string[]> {
  return (await verifyShares(dir, REGTEST)).failures.map(({ fault }) => fault);
}

async function says(dir: string): Promise<string[]> {
  return (await verifyShares(dir, REGTEST)).failures.map(({ says }) => says);
}

function newLog(): string {
  const dir = newFolder();
  sixRounds(join(dir, 'shard-0.sqlite'));
  return dir;
}

describe('shares missing from a log', () => {
  it('are found by the totals and by the numbers that only rise, wherever they were', async () => {
    const whole = newLog();
    expect(await faults(whole)).toEqual([]);
    const cases: readonly [string, readonly string[]][] = [
      ['DELETE FROM batches', ['rows-missing', 'totals-differ']],
      ['DELETE FROM batches; DELETE FROM rounds; DELETE FROM workers', ['rows-missing']],
      ['DELETE FROM batches; DELETE FROM rounds; DELETE FROM workers; DELETE FROM jobs', ['rows-missing']],
      ['DELETE FROM batches; DELETE FROM rounds; DELETE FROM jobs', ['rows-missing', 'totals-differ']],
      ['DELETE FROM batches WHERE id > 6', ['rows-missing', 'totals-differ']],
      ['DELETE FROM batches WHERE id = 12', ['rows-missing', 'totals-differ']],
      ['DELETE FROM batches WHERE id = 1', ['batch-missing', 'totals-differ']],
      ['DELETE FROM batches WHERE id < 5', ['batch-missing', 'totals-differ']],
      ['DELETE FROM counters', ['rows-missing']],
      [
        `UPDATE batches SET records = substr(records, 41), hashes = substr(hashes, 33), workers = substr(workers, 5)
           WHERE id = 11`,
        ['totals-differ'],
      ],
    ];
    for (const [number, [sql, expected]] of cases.entries()) {
      const dir = join(whole, String(number));
      mkdirSync(dir);
      copyFileSync(join(whole, 'shard-0.sqlite'), join(dir, 'shard-0.sqlite'));
      alter(dir, sql);
      // One line each for all that shows it.
      expect({ sql, faults: new Set(await faults(dir)) }).toEqual({ sql, faults: new Set(expected) });
    }
  });

  it('are told with the round and what is there of it', async () => {
    const dir = newLog();
    alter(dir, 'DELETE FROM batches WHERE id = 12');
    // Three shares at two expected hashes each, of which the second batch had one.
    expect(await says(dir)).toEqual([
      'batch 12 is noted as the last one; the last one there is 11',
      '1 of 6 rounds do not agree with the batches; round 6 counts 3 shares of work 6, ' +
        'but 2 shares of work 4 are here and 0 shares of work 0 removed',
    ]);
  });

  it('are told by their number where other shares fail', async () => {
    const dir = newLog();
    alter(dir, 'DELETE FROM batches WHERE id = 12; UPDATE batches SET hashes = zeroblob(32) WHERE id = 2');
    expect(await says(dir)).toEqual([
      'its record does not hash to the hash stored beside it',
      'batch 12 is noted as the last one; the last one there is 11',
      'the rounds count 18 shares, but 17 are here and 0 removed',
    ]);
  });

  it('and totals that were altered are told', async () => {
    for (const sql of [
      'UPDATE rounds SET accepted = accepted + 1 WHERE round = 2',
      "UPDATE rounds SET work = '8' WHERE round = 2",
      'UPDATE workers SET accepted = accepted + 1 WHERE id = 1',
      "UPDATE rounds SET work = '8' WHERE round = 2; UPDATE workers SET work = '20' WHERE id = 1",
      // Another worker of the same miner.
      "UPDATE batches SET workers = x'02000000' WHERE id = 2",
    ]) {
      const dir = newLog();
      alter(dir, sql);
      expect({ sql, faults: new Set(await faults(dir)) }).toEqual({
        sql,
        faults: new Set(['totals-differ']),
      });
    }
  });

  it('are not those that retention removed, of which sums are kept', async () => {
    const dir = newLog();
    prune(dir, 6);
    expect(await faults(dir)).toEqual([]);
    prune(dir, 100);
    const { checked, failed } = await verifyShares(dir, REGTEST);
    // The newest batch stays.
    expect({ checked, failed }).toEqual({ checked: 1, failed: 0 });
    const database = new ShardDatabase(join(dir, 'shard-0.sqlite'));
    const source = sourceOn(database, 6, 100);
    database.together(() => database.commit(batchOf(source, 2), 100));
    database.close();
    expect(await faults(dir)).toEqual([]);
    alter(dir, 'DELETE FROM batches');
    expect(await says(dir)).toEqual([
      'retention removed batches up to 11 and leaves the newest, but none is there',
      'a job was used in batch 13; the last one there is 0',
      'batch 13 is noted as the last one; the last one there is 0',
      '6 jobs begin behind the last batch; the first is 2',
      '1 of 6 rounds do not agree with the batches; round 6 counts 5 shares of work 10, ' +
        'but 0 shares of work 0 are here and 2 shares of work 4 removed',
    ]);
  });

  it('and damage keeps no old batch from being removed', async () => {
    const dir = newLog();
    // In its writer's hands: it would not be opened like that.
    const database = new ShardDatabase(join(dir, 'shard-0.sqlite'));
    execute(
      join(dir, 'shard-0.sqlite'),
      `UPDATE batches SET records = x'00' WHERE id = 1; UPDATE batches SET records = zeroblob(40) WHERE id = 2;
       UPDATE bindings SET bytes = x'00' WHERE id = 3;
       UPDATE batches SET records = CAST(substr(records, 1, 8) || x'00000000' || substr(records, 13) AS BLOB)
         WHERE id = 7`,
    );
    makeNull(join(dir, 'shard-0.sqlite'), 'batches', 'records', 'id = 4');
    while (database.prune(9).more);
    database.close();
    // Of rounds 1 to 4 shares went of which nobody can say whose they were, and the log goes on saying so.
    expect(await says(dir)).toEqual([
      '1 bindings are not what their digests say; the first is 3',
      expect.stringMatching(/^4 of 6 rounds do not agree .* 0 shares .* removed$/),
    ]);
  });

  it('are not those that retention removes while the log is read', async () => {
    const dir = newFolder();
    const path = join(dir, 'shard-0.sqlite');
    const database = new ShardDatabase(path);
    const source = sourceOn(database, 1, 0);
    // More batches than are read at once, and more shares than in one turn.
    for (let i = 1; i <= 150; i++) database.together(() => database.commit(batchOf(source, 40), i));
    let pruned = 0;
    const { checked, failures } = await verifyShares(dir, REGTEST, {
      onProgress: ({ checked }) => {
        if (checked === 2_000) pruned += database.prune(141).batches;
      },
    });
    database.close();
    expect(pruned).toBe(140);
    expect(failures).toEqual([]);
    // The first 64 batches, read at once, and the ten that were left.
    expect(checked).toBe(74 * 40);
  });

  it('are not those whose squares a version kept none of, in a round that went on', async () => {
    const dir = newLog();
    alter(dir, EARLY_VERSION);
    expect(await faults(dir)).toEqual([]);
    const database = new ShardDatabase(join(dir, 'shard-0.sqlite'));
    const source = sourceOn(database, 6, 20);
    database.together(() => database.commit(batchOf(source, 2), 21));
    database.close();
    expect(await faults(dir)).toEqual([]);
  });

  it('of a version that kept no account are believed to be retention’s up to the first batch, and none later', async () => {
    const dir = newLog();
    alter(dir, OLD_VERSION);
    expect(await faults(dir)).toEqual([]);
    alter(dir, 'DELETE FROM batches WHERE id = 12');
    expect(await faults(dir)).toEqual(['totals-differ']);

    const pruned = newLog();
    alter(pruned, `${OLD_VERSION} DELETE FROM batches WHERE id < 6`);
    expect(await faults(pruned)).toEqual([]);
    prune(pruned, 0);
    expect(await faults(pruned)).toEqual([]);
    prune(pruned, 8);
    expect(await faults(pruned)).toEqual([]);
    alter(pruned, 'DELETE FROM batches WHERE id < 9');
    expect(await faults(pruned)).toEqual(['batch-missing']);
  });
});

describe('what the workers say of themselves', () => {
  it.each([
    ['UPDATE workers SET best_ever = 1e9', 'the best share of 2 workers is not what the batches say'],
    ['UPDATE workers SET best_ever = 1e-9', 'the best share of 2 workers is not what the batches say'],
    ['UPDATE workers SET best_week = 1e-9', 'the best share of that week of 2 workers is not what'],
    ['UPDATE workers SET last_share_ms = 1', 'the time of the last share of 2 workers'],
    ['UPDATE batches SET committed_ms = 1', 'the time of the last share of 2 workers'],
  ])('is held against their shares: %s', async (sql, expected) => {
    const dir = newLog();
    alter(dir, sql);
    const said = await says(dir);
    expect(said.filter((each) => each.includes(expected))).toHaveLength(1);
    // That no week has a better share than all of them shows it too.
    expect(said.filter((each) => !each.includes(expected) && !/better one in its week/.test(each))).toEqual(
      [],
    );
  });

  it('may be better than all that retention has left, and not worse', async () => {
    const dir = newLog();
    prune(dir, 6);
    alter(dir, 'UPDATE workers SET best_ever = 1e9');
    expect(await faults(dir)).toEqual([]);
    alter(dir, 'UPDATE workers SET best_ever = 0');
    expect(new Set(await faults(dir))).toEqual(new Set(['rows-missing', 'totals-differ']));
  });
});

it('a share that is a block is told when the block has no row any more', async () => {
  const dir = newFolder();
  const database = new ShardDatabase(join(dir, 'shard-0.sqlite'));
  const source = sourceOn(database, 1, 0);
  // Found by counting from 0: 000002e58e95cb54…, below the bound of blocks on regtest, 000003ffff….
  const share = source.next(BLOCK_NONCE);
  expect(toDisplayHex(share.hash)).toMatch(/^000002e58e95cb54/);
  const builder = new BatchBuilder();
  builder.add(share);
  database.together(() => {
    database.addBlock({
      hash: share.hash,
      ...source.block(share),
      templateId: '0000000000000001',
      hasWitnessCommitment: false,
      height: 101,
      worker: 'rig1',
      foundMs: 1,
    });
    database.commit(builder.finish(), 1);
  });
  database.close();
  expect(await faults(dir)).toEqual([]);
  alter(dir, 'DELETE FROM blocks');
  const { checked, failures } = await verifyShares(dir, REGTEST);
  expect(checked).toBe(1);
  expect(failures).toEqual([expect.objectContaining({ batch: 1, index: 0, fault: 'block-missing' })]);
});
