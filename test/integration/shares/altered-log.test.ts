/** Altered bytes in the write-ahead log of a shard whose writer was killed. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { network } from '../../../src/bitcoin/index.js';
import { logDamage } from '../../../src/disk/index.js';
import { boundsNow, openShards, recoverShard, verifyShares } from '../../../src/shares/index.js';
import { ShardDatabase } from '../../../src/shares/shard-database.js';
import { altered, commitsOf, FRAME_BYTES, HEAD_BYTES, logOf, withLog } from '../disk/write-ahead-logs.js';
import { loggedHashes } from './logged-hashes.js';
import { filledShard } from './real-shard.js';
import { newFolder, openShard } from './shard-test.js';

const REGTEST = network('regtest');

/** A shard as a kill leaves it: with all shares in its log. */
function killedShard(): { readonly folder: string; readonly path: string; readonly log: Uint8Array } {
  const folder = newFolder();
  mkdirSync(join(folder, 'live'));
  const live = join(folder, 'live', 'shard-0.sqlite');
  const database = filledShard(live);
  const log = logOf(live);
  const path = join(folder, 'shard-0.sqlite');
  withLog(live, path, log);
  database.close();
  return { folder, path, log };
}

/** Places in a frame: each byte of its head, and some of its page. */
const IN_FRAME = [
  ...Array.from({ length: 24 }, (_, at) => at),
  24,
  25,
  26,
  27,
  31,
  1_000,
  2_051,
  FRAME_BYTES - 1,
];

/** Of the head, and of frames of the first transaction, one in the middle and the last but one. */
function places(log: Uint8Array): number[] {
  const commits = commitsOf(log);
  const before = [0, ...commits];
  const numbers = [0, commits.length >> 1, commits.length - 2];
  const frames = new Set(numbers.flatMap((number) => [before[number]!, commits[number]! - 1]));
  return [
    ...Array.from({ length: HEAD_BYTES }, (_, at) => at),
    ...[...frames].flatMap((frame) => IN_FRAME.map((at) => HEAD_BYTES + frame * FRAME_BYTES + at)),
  ];
}

function refusal(path: string): unknown {
  try {
    new ShardDatabase(path).close();
    return null;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
}

it('a byte altered before the last transaction keeps its writer from starting, and nothing is written', () => {
  const { folder, path, log } = killedShard();
  expect(commitsOf(log).length).toBe(9);
  const whole = readFileSync(path);
  for (const [number, at] of places(log).entries()) {
    const damaged = altered(log, at);
    const copy = withLog(path, join(folder, `${number}.sqlite`), damaged);
    expect([at, refusal(copy)]).toEqual([at, 'SHARD_ALTERED']);
    expect(readFileSync(copy).equals(whole)).toBe(true);
    expect(Buffer.from(logOf(copy)).equals(damaged)).toBe(true);
    rmSync(copy);
    rmSync(`${copy}-wal`);
  }
  expect(refusal(path)).toBeNull();
}, 60_000);

it('a shard with an altered log is damaged for whoever reads it, and told by name', async () => {
  const { folder, path, log } = killedShard();
  rmSync(join(folder, 'live'), { recursive: true });
  const frames = Math.floor(log.length / FRAME_BYTES);
  writeFileSync(`${path}-wal`, altered(log, HEAD_BYTES + 20 * FRAME_BYTES + 2_000));
  const says = `frame 21 of the ${frames} in its -wal was altered, and what was committed from there to frame ${frames} cannot be read`;
  await expect(openShard(path)).rejects.toMatchObject({
    code: 'SHARE_LOG_DAMAGED',
    message: expect.stringContaining(`shard-0.sqlite is damaged (SHARD_ALTERED: ${says})`),
  });
  expect(() => boundsNow(folder)).toThrow(says);
  const shards = openShards(folder);
  for (let times = 0; times < 3; times++) {
    expect(shards.totals(Date.now()).counts.accepted).toBe(0);
    expect(shards.damaged).toEqual(['shard-0']);
  }
  // What the operator puts in its place is read at once.
  writeFileSync(`${path}-wal`, log);
  expect(shards.totals(Date.now()).counts.accepted).toBe(12);
  shards.close();
  writeFileSync(`${path}-wal`, altered(log, 20));
  rmSync(`${path}-shm`, { force: true });
  const { failures } = await verifyShares(folder, REGTEST);
  expect(failures).toEqual([
    expect.objectContaining({
      fault: 'shard-damaged',
      says: expect.stringContaining('the head of its -wal'),
    }),
  ]);
});

it('a log cut off anywhere, as by a power cut, is taken up', () => {
  const { folder, path, log } = killedShard();
  for (let length = 0; length < log.length; length += 1_004) {
    const copy = withLog(path, join(folder, `${length}.sqlite`), log.slice(0, length));
    expect([length, logDamage(copy)]).toEqual([length, null]);
    if (length % 10_040 === 0) expect([length, refusal(copy)]).toEqual([length, null]);
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true });
  }
}, 60_000);

it('a recovered shard has every share, whichever byte was altered before the last transaction', async () => {
  const { folder, path, log } = killedShard();
  const all = (() => {
    const whole = withLog(path, join(folder, 'whole.sqlite'), log);
    new ShardDatabase(whole).close();
    return loggedHashes(whole);
  })();
  expect(all).toHaveLength(12);
  const told: string[] = [];
  for (const [number, at] of places(log).entries()) {
    const damaged = altered(log, at);
    const copy = withLog(path, join(folder, `${number}.sqlite`), damaged);
    const to = join(folder, `${number}-recovered.sqlite`);
    const { shares, lost, mended } = recoverShard(copy, to, REGTEST);
    // Of a byte that no digest is over, and that has others like it, nobody knows what it was.
    const unheld = lost.filter((says) => /^frame \d+ of its -wal, .*taken as it stood$/.test(says));
    expect([at, shares, lost, mended.length + unheld.length]).toEqual([at, 12, unheld, 1]);
    told.push(...unheld);
    expect(loggedHashes(to)).toEqual(all);
    expect(Buffer.from(logOf(copy)).equals(damaged)).toBe(true);
    expect(existsSync(`${to}-logged`)).toBe(false);
  }
  expect(told.length).toBeLessThan(places(log).length / 20);
}, 120_000);

it('a recovered shard lacks no more than the shares of a page that was overwritten', () => {
  const { folder, path, log } = killedShard();
  for (const frame of [0, 20, 21, 22, 23]) {
    const damaged = log.slice();
    const start = HEAD_BYTES + frame * FRAME_BYTES;
    damaged.fill(0xa5, start + 24, start + FRAME_BYTES);
    const copy = withLog(path, join(folder, `${frame}.sqlite`), damaged);
    expect([frame, refusal(copy)]).toEqual([frame, 'SHARD_ALTERED']);
    const { shares, lost, mended } = recoverShard(copy, join(folder, `${frame}-recovered.sqlite`), REGTEST);
    // Later frames have the same page again.
    expect([frame, shares]).toEqual([frame, 12]);
    expect([...lost, ...mended]).toContainEqual(
      expect.stringMatching(new RegExp(`^frame ${frame + 1} of its -wal, of page `)),
    );
  }
});
