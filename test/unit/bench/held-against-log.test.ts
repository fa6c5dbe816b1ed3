import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { holdAfterKills, holdAgainstLog } from '../../bench/load/held-against-log.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orcapool-held-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Hashes of 32 equal bytes each, one behind the other. */
function hashes(...fills: number[]): Uint8Array {
  return Uint8Array.from(fills.flatMap((fill) => new Array<number>(32).fill(fill)));
}

function shard(name: string, ...batches: Uint8Array[]): void {
  const database = new Database(join(folder, `${name}.sqlite`));
  database.exec('CREATE TABLE batches (id INTEGER PRIMARY KEY, hashes BLOB)');
  const insert = database.prepare('INSERT INTO batches (hashes) VALUES (?)');
  for (const batch of batches) insert.run(batch);
  database.close();
}

describe('a row of the bench', () => {
  it('holds when every share answered true is in the log once, in whichever shard', () => {
    shard('shard-0', hashes(1, 2), hashes(3));
    shard('shard-1', hashes(4));
    expect(holdAgainstLog([hashes(4, 1), hashes(3, 2)], { accepted: 4, uncredited: 0 }, folder)).toBe(4);
  });

  it('takes uncredited shares off what must be in the log', () => {
    shard('shard-0', hashes(1, 2));
    expect(holdAgainstLog([hashes(1, 2, 3)], { accepted: 2, uncredited: 1 }, folder)).toBe(3);
  });

  it('does not hold when a share answered true is not in the log, and names one', () => {
    shard('shard-0', hashes(1));
    expect(() => holdAgainstLog([hashes(1, 0xab)], { accepted: 2, uncredited: 0 }, folder)).toThrow(
      `1 of 2 shares answered true are not in the share log (${'ab'.repeat(32)})`,
    );
  });

  it('does not hold when one is missing beside those that earned nothing', () => {
    shard('shard-0', hashes(1));
    expect(() => holdAgainstLog([hashes(1, 2, 3)], { accepted: 2, uncredited: 1 }, folder)).toThrow(
      '1 of 3 shares answered true are not in the share log',
    );
  });

  it('does not hold when the listeners counted other answers than the miners had', () => {
    shard('shard-0', hashes(1, 2));
    expect(() => holdAgainstLog([hashes(1, 2)], { accepted: 1, uncredited: 0 }, folder)).toThrow(
      'miners had 2 shares answered true, the listeners counted 1 accepted and 0 uncredited',
    );
  });

  it('does not hold when the log has a share twice, or one that nobody was told of', () => {
    shard('shard-0', hashes(1, 2), hashes(2));
    expect(() => holdAgainstLog([hashes(1, 2)], { accepted: 2, uncredited: 0 }, folder)).toThrow(
      '1 shares of the log were not answered true, or are in it twice',
    );
  });

  it('does not hold when shares counted as uncredited are in the log after all', () => {
    shard('shard-0', hashes(1, 2));
    expect(() => holdAgainstLog([hashes(1, 2)], { accepted: 1, uncredited: 1 }, folder)).toThrow(
      '1 shares were credited, 2 are in the log',
    );
  });

  it('does not hold when a share was answered true twice', () => {
    shard('shard-0', hashes(1));
    expect(() => holdAgainstLog([hashes(1, 1)], { accepted: 2, uncredited: 0 }, folder)).toThrow(
      '1 shares were answered true twice',
    );
  });
});

describe('a row that ends in a kill', () => {
  it('holds when the log has all that was acknowledged, and of the rest what was sent', () => {
    shard('shard-0', hashes(1, 2), hashes(5));
    const answers = { acknowledged: [hashes(2), hashes(1)], unanswered: [hashes(5, 6)] };
    expect(holdAfterKills(answers, folder)).toEqual({ held: 2, storedUnanswered: 1 });
  });

  it('does not hold when an acknowledged share is missing, one is there twice, or one that nobody sent', () => {
    shard('shard-0', hashes(1));
    expect(() => holdAfterKills({ acknowledged: [hashes(1, 2)], unanswered: [] }, folder)).toThrow(
      '1 of 2 shares that were answered true before a kill are not in the share log',
    );
    shard('shard-1', hashes(1));
    expect(() => holdAfterKills({ acknowledged: [hashes(1)], unanswered: [] }, folder)).toThrow(
      'or are in it twice',
    );
    expect(() => holdAfterKills({ acknowledged: [], unanswered: [hashes(1)] }, folder)).toThrow('never sent');
  });
});
