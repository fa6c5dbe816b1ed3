/** What a log of SQLite's own says where bytes of it were altered, and that nothing else looks like that. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { logDamage, mendLog } from '../../../src/disk/index.js';
import {
  altered,
  commitsOf,
  FRAME_BYTES,
  HEAD_BYTES,
  judge,
  logOf,
  openLogged,
  withLog,
  write,
} from './write-ahead-logs.js';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orcapool-log-'));
  folders.push(folder);
  return folder;
}

/** Five transactions of some pages each; the last is the fifth. */
function fiveTransactions(): { readonly path: string; readonly log: Uint8Array } {
  const folder = newFolder();
  const path = join(folder, 'a.sqlite');
  const live = openLogged(join(folder, 'live.sqlite'));
  for (const number of [1, 2, 3, 4, 5]) write(live, 2 + number, number * 20);
  const log = logOf(join(folder, 'live.sqlite'));
  copyFileSync(join(folder, 'live.sqlite'), path);
  live.close();
  return { path, log };
}

/** What SQLite reads. */
function rows(path: string, log: Uint8Array): number {
  const copy = withLog(path, `${path}.read`, log);
  const database = openLogged(copy);
  try {
    return database.prepare<[], number>('SELECT count(*) FROM rows').pluck().get()!;
  } finally {
    database.close();
  }
}

/** Bytes of the log's head, and of frames' heads and pages, up to a frame. */
function* placesUpTo(frame: number, step: number): Generator<number> {
  for (let at = 0; at < HEAD_BYTES; at++) yield at;
  for (let at = HEAD_BYTES; at < HEAD_BYTES + frame * FRAME_BYTES; at++) {
    const inFrame = (at - HEAD_BYTES) % FRAME_BYTES;
    if (inFrame < 24 || inFrame % step === 0) yield at;
  }
}

it('any altered byte before the last transaction is told, and set right again', () => {
  const { log } = fiveTransactions();
  const commits = commitsOf(log);
  expect(commits).toHaveLength(5);
  expect(judge(log)).toEqual({ kind: 'sound' });
  expect(mendLog(log)).toBeNull();
  for (const at of placesUpTo(commits[3]!, 1_021)) {
    for (const by of [1, 0x80, 0xff]) {
      const damaged = altered(log, at, by);
      const expected = at < HEAD_BYTES ? 'head-altered' : 'frames-altered';
      expect([at, by, judge(damaged).kind]).toEqual([at, by, expected]);
      const { choices } = mendLog(damaged)!;
      // Of the topmost bits there are hundreds.
      if (choices > 4) continue;
      const each = Array.from({ length: choices }, (_, choice) => mendLog(damaged, choice)!);
      expect([at, by, each.flatMap(({ doubtful }) => doubtful)]).toEqual([at, by, []]);
      // Of the head the checkpoint's number is lost, which no frame has and nobody needs.
      const isNumber = at >= 12 && at < 16;
      const right = each.filter(({ bytes }) => isNumber || Buffer.from(bytes).equals(log));
      expect([at, by, right.length]).toEqual([at, by, 1]);
      // Words are little-endian here: of the two lower bytes of each, one in the page and the value is the only one.
      if (at >= HEAD_BYTES && at % 4 < 2) expect([at, by, choices]).toEqual([at, by, 1]);
    }
  }
}, 120_000);

it('a byte altered in the last transaction is no worse than a power cut', () => {
  const { log } = fiveTransactions();
  const [last, before] = commitsOf(log).reverse() as [number, number];
  expect(log.length).toBe(HEAD_BYTES + last * FRAME_BYTES);
  for (let frame = before; frame < last; frame++) {
    for (const inFrame of [0, 5, 8, 15, 16, 23, 24, 2_000, 4_119]) {
      const at = HEAD_BYTES + frame * FRAME_BYTES + inFrame;
      const { kind } = judge(altered(log, at));
      // Of a frame that says it were a transaction's last, and is followed, it is known that it was altered.
      expect(['sound', inFrame === 5 ? 'frames-altered' : 'sound']).toContain(kind);
    }
  }
});

it('SQLite reads all of a mended log, and of an altered one the front', () => {
  const { path, log } = fiveTransactions();
  expect(rows(path, log)).toBe(3 + 4 + 5 + 6 + 7);
  const [, second] = commitsOf(log) as [number, number];
  for (const inFrame of [6, 8, 16, 900]) {
    const damaged = altered(log, HEAD_BYTES + (second - 1) * FRAME_BYTES + inFrame);
    expect(rows(path, damaged)).toBe(3);
    expect(rows(path, mendLog(damaged, 0)!.bytes)).toBe(25);
  }
  for (let at = 0; at < HEAD_BYTES; at++) {
    expect([at, rows(path, mendLog(altered(log, at))!.bytes)]).toEqual([at, 25]);
  }
});

it('a frame of which more was altered is told, and what is behind it is read', () => {
  const { path, log } = fiveTransactions();
  const commits = commitsOf(log);
  // Frames of the second transaction, its last among them, and pages of nothing.
  for (let frame = commits[0]!; frame < commits[1]!; frame++) {
    for (const [from, to] of [
      [24, FRAME_BYTES],
      [0, FRAME_BYTES],
      [1_000, 1_003],
    ] as const) {
      const start = HEAD_BYTES + frame * FRAME_BYTES;
      const damaged = log.slice();
      damaged.fill(0xa5, start + from, start + to);
      expect(judge(damaged).kind).toBe('frames-altered');
      const mended = mendLog(damaged)!;
      // Where its checksum is gone nobody knows what the next one goes on from.
      const expected = (from === 0 ? [frame + 1, frame + 2] : [frame + 1]).map((number) =>
        expect.stringMatching(
          `^frame ${number} of its -wal, of page \\d+: (?:not what was|which is written again)`,
        ),
      );
      expect([...mended.doubtful, ...mended.mended]).toEqual(expected);
      expect(commitsOf(mended.bytes).at(-1)).toBe(commits[4]);
      expect(judge(mended.bytes)).toEqual({ kind: 'sound' });
    }
  }
  // Head and first frame: the others have the salts.
  const damaged = log.slice().fill(0, 0, HEAD_BYTES + FRAME_BYTES);
  expect(judge(damaged).kind).toBe('head-altered');
  const mended = mendLog(damaged)!;
  expect([commitsOf(mended.bytes).at(-1), judge(mended.bytes)]).toEqual([commits[4], { kind: 'sound' }]);
  const nothing = new Uint8Array(log.length);
  expect([mendLog(nothing)!.bytes.length, mendLog(nothing)!.doubtful.length]).toEqual([0, 1]);
  expect(rows(path, mendLog(log.slice().fill(0, 0, HEAD_BYTES))!.bytes)).toBe(25);
});

it('a log with checksums in the other byte order is told of alike', () => {
  const { path, log } = fiveTransactions();
  const bigEndian = inBigEndianSums(log);
  expect(rows(path, bigEndian)).toBe(25);
  expect(judge(bigEndian)).toEqual({ kind: 'sound' });
  const at = HEAD_BYTES + FRAME_BYTES + 703;
  const damaged = altered(bigEndian, at);
  expect(judge(damaged).kind).toBe('frames-altered');
  expect(Buffer.from(mendLog(damaged)!.bytes).equals(bigEndian)).toBe(true);
});

it('a log cut off anywhere is sound: so a power cut leaves it', () => {
  const { log } = fiveTransactions();
  for (let length = 0; length <= log.length; length += 104) {
    expect([length, judge(log.slice(0, length)).kind]).toEqual([length, 'sound']);
  }
});

it('sectors of the last transaction that a power cut has lost are no damage, whatever was in their place', () => {
  const folder = newFolder();
  const path = join(folder, 'live.sqlite');
  const live = openLogged(path);
  // The last round of the log, longer than the next one.
  for (let number = 1; number < 12; number++) write(live, 6, number);
  const older = logOf(path);
  live.pragma('wal_checkpoint(FULL)');
  for (let number = 1; number < 5; number++) write(live, 6, number + 100);
  const log = logOf(path);
  live.close();
  expect(log.length).toBe(older.length);
  expect(judge(log)).toEqual({ kind: 'sound' });
  const view = new DataView(log.buffer);
  const ofThisRound = commitsOf(log).filter((frame) => {
    return view.getUint32(HEAD_BYTES + (frame - 1) * FRAME_BYTES + 8) === view.getUint32(16);
  });
  const [last, before] = ofThisRound.reverse() as [number, number];
  const from = Math.ceil((HEAD_BYTES + before * FRAME_BYTES) / 512);
  const to = Math.ceil((HEAD_BYTES + last * FRAME_BYTES) / 512);
  // An MMIX generator, so that a failure comes again.
  let drawn = 1n;
  const draw = (): number => {
    drawn = (drawn * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    return Number(drawn >> 33n);
  };
  for (let run = 0; run < 3_000; run++) {
    const torn = log.slice();
    const lost = draw() % 3 === 0 ? 1 : draw() % (to - from);
    for (let count = 0; count <= lost; count++) {
      const sector = from + (draw() % (to - from));
      const start = Math.max(sector * 512, HEAD_BYTES + before * FRAME_BYTES);
      const old =
        run % 2 === 0
          ? older.subarray(start, (sector + 1) * 512)
          : new Uint8Array((sector + 1) * 512 - start);
      torn.set(old, start);
    }
    expect([run, judge(torn).kind]).toEqual([run, 'sound']);
  }
});

const WRITER = `
  const Database = require('better-sqlite3');
  const database = new Database(process.argv[1]);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  // So few pages in memory that a transaction writes frames before it ends, and some of them again.
  database.pragma('cache_size = 5');
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes)');
  const put = database.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?)');
  const write = database.transaction((from, rows) => {
    for (let row = 0; row < rows; row++) put.run((from * 7 + row * 13) % 400, Buffer.alloc(3000, from));
  });
  for (let number = 0; ; number++) {
    write(number, 1 + (number * 31) % 60);
    if (number % 5 === 4) database.pragma('wal_checkpoint(PASSIVE)');
  }
`;

it('a writer at work, who begins its log again and again, is never taken for damage', async () => {
  const path = join(newFolder(), 'a.sqlite');
  const writer = spawn(process.execPath, ['-e', WRITER, path], { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    while (!existsSync(`${path}-wal`)) await sleep(10);
    const heads = new Set<string>();
    const found = new Set<string | null>();
    for (const endMs = Date.now() + 8_000; Date.now() < endMs; ) {
      for (let look = 0; look < 20; look++) found.add(logDamage(path));
      heads.add(Buffer.from(logOf(path).subarray(16, 24)).toString('hex'));
    }
    expect([...found]).toEqual([null]);
    expect(heads.size).toBeGreaterThan(10);
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'close');
  }
  expect(logDamage(path)).toBeNull();
}, 30_000);

it('what is left of transactions that failed, and others were written over, is no damage', () => {
  const folder = newFolder();
  const path = join(folder, 'a.sqlite');
  const live = openLogged(path);
  write(live, 3, 1);
  const before = logOf(path);
  /** The log behind one more transaction of so many pages. */
  const with1More = (pages: number): Uint8Array => {
    const copy = join(folder, `${pages}.sqlite`);
    withLog(path, copy, before);
    const other = openLogged(copy);
    write(other, pages, pages);
    const log = logOf(copy);
    other.close();
    return log;
  };
  // Each goes on from the first one: the longer ones failed, and the shortest was committed.
  for (const lengths of [
    [30, 12, 5, 2],
    [12, 5],
    [30, 20, 19, 18, 17, 1],
  ]) {
    const logs = lengths.map(with1More);
    const left = logs[0]!.slice();
    for (const log of logs) left.set(log);
    expect(left.subarray(0, before.length)).toEqual(before);
    expect(commitsOf(left).length).toBe(1 + lengths.length);
    expect(judge(left)).toEqual({ kind: 'sound' });
  }
  live.close();
});

/** By the format's description: https://www.sqlite.org/fileformat2.html#walformat. */
function inBigEndianSums(log: Uint8Array): Uint8Array {
  const bytes = log.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x377f0683);
  const sums = [0, 0] as [number, number];
  const add = (from: number, to: number): void => {
    for (let at = from; at < to; at += 8) {
      sums[0] = (sums[0] + view.getUint32(at) + sums[1]) >>> 0;
      sums[1] = (sums[1] + view.getUint32(at + 4) + sums[0]) >>> 0;
    }
  };
  const put = (at: number): void => {
    view.setUint32(at, sums[0]);
    view.setUint32(at + 4, sums[1]);
  };
  add(0, 24);
  put(24);
  for (let at = HEAD_BYTES; at < bytes.length; at += FRAME_BYTES) {
    add(at, at + 8);
    add(at + 24, at + FRAME_BYTES);
    put(at + 16);
  }
  return bytes;
}
