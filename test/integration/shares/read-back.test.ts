/** A shard altered on the disk while its writer, who has all in its cache, goes on. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { network } from '../../../src/bitcoin/index.js';
import { encodePayout } from '../../../src/mining/index.js';
import { ContentRows } from '../../../src/shares/content-rows.js';
import {
  type CreditedShare,
  recoverShard,
  roundShares,
  type ShareShard,
  verifyShares,
} from '../../../src/shares/index.js';
import { ReadBack } from '../../../src/shares/read-back.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { BatchBuilder } from '../../../src/shares/share-batch.js';
import { WorkerRows } from '../../../src/shares/worker-rows.js';
import { togetherFor } from '../../together.js';
import { cell, execute, flipBit, flipBitAt, lastPage, lie, rootPage, turnBack } from './alter-database.js';
import { integrityOf } from './logged-hashes.js';
import { appendAll, appended } from './shard-surroundings.js';
import { newFolder, openShard } from './shard-test.js';
import { PAYOUT, partsOn, ShareSource, templateOn } from './share-source.js';

interface Written {
  readonly path: string;
  readonly shard: ShareShard;
  readonly source: ShareSource;
}

/** A log of an earlier run, all of it in the file, and a writer that has gone on with it. */
async function written(): Promise<Written> {
  const path = join(newFolder(), 'shard-0.sqlite');
  const first = await openShard(path);
  const words = new TextEncoder().encode('words');
  await appendAll(first, (await ShareSource.on(first, partsOn(1), 'rig', undefined, words)).take(5));
  await first.close();
  expect(integrityOf(path)).toBe('ok');
  const shard = await openShard(path);
  const source = await ShareSource.on(shard, partsOn(1), 'rig', undefined, words);
  await appended(shard, source.next(1_000));
  return { path, shard, source };
}

function overwriteFirstPage(path: string, table: string): void {
  // From another process: the first descriptor of a file that is closed takes all locks of its process on it along.
  const place = [`of=${path}`, 'bs=4096', 'count=1', `seek=${rootPage(path, table) - 1}`];
  execFileSync('dd', ['if=/dev/zero', ...place, 'conv=notrunc', 'status=none']);
}

/** As it mines on: what its end says; null when there was none. */
async function untilDead({ shard, source }: Written, withinMs: number): Promise<string | null> {
  let died: string | null = null;
  void shard.died.then(({ code, message }) => {
    died = `${code}: ${message}`;
  });
  const endMs = performance.now() + withinMs;
  for (let nonce = 2_000; died === null && performance.now() < endMs; nonce += 1_000) {
    await appended(shard, source.next(nonce)).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return died;
}

togetherFor(
  ['templates', 'shapes', 'bindings', 'signatures', 'miners'],
  'ends within seconds when a page of %s is overwritten, and takes no share any more',
  async (table) => {
    const running = await written();
    overwriteFirstPage(running.path, table);
    expect(await untilDead(running, 5_000)).toMatch(
      /^SHARE_LOG_DAMAGED: .*shard-0\.sqlite is damaged \(SQLITE_CORRUPT/,
    );
    const { shard, source } = running;
    expect(shard.fault).toContain('shard-0.sqlite is damaged');
    await expect(appended(shard, source.next(900_000))).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
    await shard.close();
    await expect(openShard(running.path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
  },
);

togetherFor(
  [
    "UPDATE templates SET bytes = x'00'",
    "UPDATE miners SET bytes = x'ff'",
    'DELETE FROM templates',
    'DELETE FROM workers',
  ],
  'ends, and is not opened again, where somebody says %s',
  async (sql) => {
    const running = await written();
    execute(running.path, sql);
    expect(await untilDead(running, 5_000)).toMatch(/^SHARE_LOG_DAMAGED: .*\(SHARD_ALTERED: /);
    await running.shard.close();
    await expect(openShard(running.path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
  },
);

togetherFor(
  ['templates', 'shapes', 'bindings', 'signatures', 'miners'],
  'ends within seconds when one bit of a row of %s is another, which every page still reads well with',
  async (table) => {
    const running = await written();
    flipBit(running.path, cell(running.path, `SELECT bytes FROM ${table} ORDER BY id DESC LIMIT 1`));
    expect(integrityOf(running.path)).toBe('ok');
    expect(await untilDead(running, 5_000)).toMatch(
      new RegExp(`^SHARE_LOG_DAMAGED: .*SHARD_ALTERED: row \\d+ of ${table} is not what its digest says`),
    );
    await running.shard.close();
    await expect(openShard(running.path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
  },
);

it('meets the altered row of a miner that brought one share between many of others', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  const others = { type: 'k2', key: new Uint8Array(32).fill(9) } as const;
  const first = await openShard(path);
  await appendAll(first, (await ShareSource.on(first, partsOn(1))).take(1));
  await appendAll(first, (await ShareSource.on(first, partsOn(1), 'rig', others)).take(1));
  await first.close();
  const shard = await openShard(path);
  const seldom = await ShareSource.on(shard, partsOn(1));
  const many = await ShareSource.on(shard, partsOn(1), 'rig', others);
  await appendAll(shard, many.take(40));
  // Past the first look, which is at the newest batch alone.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  flipBit(path, cell(path, 'SELECT bytes FROM miners WHERE id = 1'));
  await appended(shard, seldom.next(1_000));
  await appendAll(shard, many.take(40));
  expect((await shard.died).message).toContain('row 1 of miners is not what its digest says');
});

it('looks a step at a time, and takes what retention removes between two of them for no damage', () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  const database = new ShardDatabase(path);
  const readBack = new ReadBack(path, 0);
  const look = (): Iterator<void> => readBack.steps('newest', 0);
  expect(readBack.goOn(look(), 1_000)).toBe(false);
  const [first, second, third] = [1, 2, 3].map((prevByte) => {
    const { template, shape, binding } = partsOn(prevByte);
    return database.together(() => {
      const job = database.addJob(template, shape, binding, 0);
      const miner = database.miner(PAYOUT);
      const { worker } = database.worker(miner, 'rig', 0);
      return new ShareSource({ template, shape, binding }, { job, miner, worker });
    });
  });
  const batches: readonly CreditedShare[][] = [[...first!.take(32), ...second!.take(1)], third!.take(1)];
  for (const [at, shares] of batches.entries()) {
    const batch = new BatchBuilder();
    for (const share of shares) batch.add(share);
    database.together(() => database.commit(batch.finish(), at));
  }
  const steps = look();
  expect(readBack.goOn(steps, 0)).toBe(true);
  // As retention does where fifty batches more have passed.
  execute(path, 'DELETE FROM batches WHERE id = 1; DELETE FROM jobs WHERE id < 3');
  expect(readBack.goOn(steps, 1_000)).toBe(false);
  // What is missing of the one that is there is damage.
  execute(path, 'DELETE FROM jobs');
  expect(() => readBack.goOn(look(), 1_000)).toThrow('job 3, or a row it names, is missing');
  readBack.close();
  database.close();
});

togetherFor(
  ['records', 'hashes', 'workers'],
  'ends, and is not opened again, where one bit of the newest %s is another',
  async (column) => {
    const path = join(newFolder(), 'shard-0.sqlite');
    const first = await openShard(path);
    await appendAll(first, (await ShareSource.on(first, partsOn(1))).take(3));
    await first.close();
    // No write of this run's, which would be in the write-ahead log as well.
    const shard = await openShard(path);
    flipBit(path, cell(path, `SELECT ${column} FROM batches ORDER BY id DESC LIMIT 1`));
    expect((await shard.died).message).toMatch(/SHARD_ALTERED: /);
    await shard.close();
    await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
  },
);

it('goes on beside a page that no share needs, until it is told to look at all of the file', async () => {
  const running = await written();
  overwriteFirstPage(running.path, 'blocks');
  expect(await untilDead(running, 2_500)).toBeNull();
  await running.shard.readBack();
  expect((await running.shard.died).message).toContain('shard-0.sqlite is damaged (SQLITE_CORRUPT');
});

it('goes on when it is told to look and all is sound', async () => {
  const { shard, source } = await written();
  await shard.readBack();
  await appended(shard, source.next(3_000));
  expect(shard.fault).toBeNull();
});

/** Sixty batches of ten shares, of three miners by turns: rows on more than one page. */
function sixtyBatches(path: string): void {
  const database = new ShardDatabase(path);
  const { template, shape, binding } = partsOn(1);
  const sources = [0, 1, 2].map((miner) =>
    database.together(() => {
      const payout = { type: 'k2', key: new Uint8Array(32).fill(0x40 + miner) } as const;
      const job = database.addJob(template, shape, binding, 0);
      const row = database.miner(payout);
      const { worker } = database.worker(row, `rig-of-${miner}`, 0);
      return new ShareSource({ template, shape, binding }, { job, miner: row, worker }, payout);
    }),
  );
  for (let number = 0; number < 60; number++) {
    const batch = new BatchBuilder();
    for (const share of sources[number % 3]!.take(10)) batch.add(share);
    // Of today, or retention would remove them.
    database.together(() => database.commit(batch.finish(), Date.now()));
  }
  database.close();
}

it('ends when the root of the batches leads elsewhere, and is not opened again', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  const shard = await openShard(path);
  turnBack(path, 'batches', 'end');
  expect((await shard.died).message).toMatch(
    /batch 60 was committed last, and the last one that can be found is \d+\)/,
  );
  await shard.close();
  await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
});

it('is not verified in a circle where the batches lead back to the first ones', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  turnBack(path, 'batches', 'between');
  const { failures } = await verifyShares(dirname(path), network('regtest'));
  expect(failures.find(({ fault }) => fault === 'shard-damaged')?.says).toMatch(
    /batch 1 is found behind batch \d+/,
  );
});

it.each([
  // An index has what it is of and then the row's number, here of the second row.
  ['miners', 'SELECT digest FROM miners WHERE id = 2'],
  ['workers', 'SELECT CAST(name AS BLOB) FROM workers WHERE id = 2'],
])('is not opened where one bit of an index of %s is another, nor is that followed', async (table, sql) => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  const key = cell(path, sql);
  flipBit(path, Uint8Array.of(...key, 2), key.length);
  await expect(openShard(path)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringContaining(`SQLITE_CORRUPT: row 2 missing from index sqlite_autoindex_${table}_1`),
  });
  // Met by a writer that had looked before.
  const database = new Database(path);
  const payout = { type: 'k2', key: new Uint8Array(32).fill(0x41) } as const;
  const find = (): unknown =>
    table === 'miners'
      ? new ContentRows(database, 'miners').rowOf(encodePayout(payout))
      : new WorkerRows(database).memory(2, 'rig-of-1', 0, () => {});
  expect(find).toThrow(`the index of ${table} leads to row 3`);
  database.close();
});

it('is not opened where the newest batch is gone, which is all that any job has in fifty', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  execute(path, 'DELETE FROM batches WHERE id = 60');
  await expect(openShard(path)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringContaining('batch 60 was committed last, and the last one that can be found is 59'),
  });
  const { failures } = await verifyShares(dirname(path), network('regtest'));
  expect(failures.map(({ says }) => says)).toContain(
    'batch 60 is noted as the last one; the last one there is 59',
  );
});

it('is not opened where there is a batch behind the last one that was committed', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  // One bit of its number: no job says that it was used in such a batch.
  lie(path, `UPDATE batches SET id = ${60 + 64} WHERE id = 60`);
  await expect(openShard(path)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringContaining(
      'batch 60 was committed last, and the last one that can be found is 124',
    ),
  });
});

it.each([
  ['its number', 'id = 0'],
  ['its time', 'committed_ms = committed_ms - 1'],
  ['the first bit of a hash', "hashes = CAST(x'ff' || substr(hashes, 2) AS BLOB)"],
  ['a worker', "workers = CAST(x'02' || substr(workers, 2) AS BLOB)"],
  ['half of its shares', 'hashes = substr(hashes, 1, 160), records = substr(records, 1, 200)'],
  ['a cell that is none', 'records = zeroblob(0)'],
  ['its digest', "digest = x'0000000000000000'"],
  ['no digest', 'digest = NULL'],
])('is not opened where a batch is not what was committed: %s', async (_, altered) => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  execute(path, `UPDATE batches SET ${altered} WHERE id = 1`);
  await expect(openShard(path)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringMatching(/batch [01] is not what was committed/),
  });
});

it('tells whoever would serve work on a previous block of an altered batch with shares on it', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  const database = new ShardDatabase(path);
  const { prevHash } = templateOn(1);
  expect(database.hashesOn(prevHash)).toHaveLength(600 * 32);
  execute(path, "UPDATE batches SET hashes = CAST(x'ff' || substr(hashes, 2) AS BLOB) WHERE id = 30");
  expect(() => database.hashesOn(prevHash)).toThrow('batch 30 is not what was committed');
  database.close();

  const headless = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(headless);
  const other = new ShardDatabase(headless);
  execute(headless, 'UPDATE batches SET digest = NULL WHERE id = 7');
  expect(() => other.hashesOn(prevHash)).toThrow('batch 7 is not what was committed');
  other.close();
});

it.each([
  ['says a number behind all', 30, 'UPDATE batches SET id = 8342 WHERE id = 30'],
  ['is gone', 30, 'DELETE FROM batches WHERE id = 30'],
  ['was the last and is gone', 60, 'DELETE FROM batches WHERE id = 60'],
])('misses no batch that %s, where work is served or a round is claimed', (_, id, sql) => {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  sixtyBatches(path);
  const database = new ShardDatabase(path);
  const round = partsOn(1).binding.round;
  const claimed = () => [...roundShares(dir, round, { 'shard-0': 60 })].length;
  expect(claimed()).toBe(600);
  execute(path, sql);
  expect(() => database.hashesOn(templateOn(1).prevHash)).toThrow(`batch ${id} is not found`);
  expect(claimed).toThrow(`batch ${id} is not found`);
  database.close();
});

it.each([
  [
    'its job begins behind some of them',
    'UPDATE jobs SET first_batch = 31',
    /counts 600 shares .* 300 are found/,
  ],
  [
    'its job ends before some of them',
    'UPDATE jobs SET last_batch_bound = 30',
    /counts 600 shares .* 300 are found/,
  ],
  ['its job was never used', 'UPDATE jobs SET last_batch_bound = 0', /counts 600 shares .* 0 are found/],
  [
    'its job is of another round',
    'UPDATE jobs SET binding = 2 WHERE id = 1',
    /counts 600 shares .* 400 are found/,
  ],
  [
    'its job has another template',
    'UPDATE jobs SET template = 2 WHERE id = 1',
    /a share of job 1 is not what its rows say/,
  ],
])('claims no round of which a row would pass shares over, or make others of them: %s', (_, sql, says) => {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  sixtyBatches(path);
  // In its writer's hands: it would not be opened like that.
  const database = new ShardDatabase(path);
  const other = partsOn(2, 9n);
  database.together(() => database.addJob(other.template, other.shape, other.binding, 0));
  const claimed = () => [...roundShares(dir, partsOn(1).binding.round, { 'shard-0': 60 })].length;
  expect(claimed()).toBe(600);
  execute(path, sql);
  expect(claimed).toThrow(says);
  database.close();
});

it('reads a closed round as it was claimed, also where a last write came in behind its bound', () => {
  const dir = newFolder();
  sixtyBatches(join(dir, 'shard-0.sqlite'));
  const claimed = () => [...roundShares(dir, partsOn(1).binding.round, { 'shard-0': 57 })].length;
  expect(claimed()).toBe(570);
  execute(join(dir, 'shard-0.sqlite'), 'UPDATE rounds SET accepted = accepted + 1');
  expect(claimed).toThrow('counts 601 shares of round 7, but 570 are found');
});

it('goes on, recovered, without a batch that is lost', async () => {
  const dir = newFolder();
  const path = join(dir, 'shard-0.sqlite');
  sixtyBatches(path);
  execute(path, 'DELETE FROM batches WHERE id = 1; DELETE FROM batches WHERE id = 30');
  mkdirSync(join(dir, 'recovered'));
  const to = join(dir, 'recovered', 'shard-0.sqlite');
  expect(recoverShard(path, to, network('regtest')).lost).toHaveLength(1);
  const database = new ShardDatabase(to);
  expect(database.hashesOn(templateOn(1).prevHash)).toHaveLength(580 * 32);
  database.close();
  const round = partsOn(1).binding.round;
  const claimed = () => [...roundShares(join(dir, 'recovered'), round, { 'shard-0': 60 })].length;
  expect(claimed()).toBe(580);
  // Held to what it took over as any shard is to what it has.
  execute(to, 'UPDATE jobs SET first_batch = 31');
  expect(claimed).toThrow('counts 580 shares of round 7, but 300 are found');
});

it('removes an altered batch with the one behind it, and not by its own time', () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  // In its writer's hands: it would not be opened like that.
  const database = new ShardDatabase(path);
  execute(
    path,
    'UPDATE batches SET committed_ms = 1000 WHERE id IN (1, 2); UPDATE batches SET committed_ms = 1e15 WHERE id = 9',
  );
  expect(database.prune(Date.now() - 3_600_000)).toMatchObject({ batches: 0 });
  expect(database.prune(Date.now() + 3_600_000)).toMatchObject({ batches: 59 });
  database.close();
});

it('is not opened where the first batch says that it was removed', async () => {
  const other = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(other);
  lie(other, 'UPDATE batches SET id = 0 WHERE id = 1');
  await expect(openShard(other)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringContaining('batch 0 is there though retention removed it'),
  });
});

it.each([
  // Each stands behind bytes that are found once; the bounds are below 128, so each is one byte.
  ['jobs', 'SELECT prev_hash FROM jobs WHERE id = 1', 'SELECT last_batch_bound FROM jobs WHERE id = 1'],
  [
    'signatures',
    'SELECT bytes FROM signatures WHERE id = 1',
    'SELECT last_batch_bound FROM signatures WHERE id = 1',
  ],
])('is not opened where one bit says of %s which batches name them', async (table, before, bound) => {
  const path = join(newFolder(), 'shard-0.sqlite');
  const words = new TextEncoder().encode('words');
  const shard = await openShard(path);
  await appendAll(shard, (await ShareSource.on(shard, partsOn(1), 'rig', undefined, words)).take(5));
  await shard.close();
  // The clock is of no length, so that the bound comes next.
  execute(path, 'UPDATE jobs SET created_ms = 0');
  const bytes = cell(path, before);
  const [value] = [Number(cell(path, bound))];
  expect(value).toBeGreaterThan(50);
  flipBit(path, Uint8Array.of(...bytes, value), bytes.length);
  await expect(openShard(path)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringContaining(`missing from index ${table}_again`),
  });
});

it('is not written to where it is of an older version and damaged', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  execute(
    path,
    `DROP INDEX jobs_again; DROP INDEX signatures_again; DROP INDEX counters_again;
    ALTER TABLE workers DROP COLUMN difficulty_by; ALTER TABLE batches DROP COLUMN digest; DELETE FROM counters WHERE name = 'last_batch';
    PRAGMA user_version = 6`,
  );
  flipBitAt(path, lastPage(path, 'batches'), 4);
  const before = readFileSync(path);
  await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
  expect(readFileSync(path).equals(before)).toBe(true);
});

it('is not opened where one bit of the last page of batches leaves some out', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  // How many rows it has.
  flipBitAt(path, lastPage(path, 'batches'), 4);
  await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
});

it('is not opened where one bit of the list of free pages leads to another page', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  execute(
    path,
    "DELETE FROM batches WHERE id < 40; UPDATE counters SET value = 39 WHERE name = 'removed_batches'",
  );
  await (await openShard(path)).close();
  const trunk = readFileSync(path).readUInt32BE(32);
  expect(trunk).toBeGreaterThan(0);
  // The lowest byte of the first page in it.
  flipBitAt(path, trunk, 11);
  await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
});

it('is not opened where a job has another previous block than its template', async () => {
  const path = join(newFolder(), 'shard-0.sqlite');
  sixtyBatches(path);
  execute(path, 'UPDATE jobs SET prev_hash = zeroblob(32) WHERE id = 2');
  await expect(openShard(path)).rejects.toMatchObject({ code: 'SHARE_LOG_DAMAGED' });
});
