/** A damaged journal as a start finds it: set aside, and another one begun. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BlockJournal } from '../../../src/bitcoind/index.js';
import { JournalDatabase } from '../../../src/bitcoind/journal-database.js';
import { openJournal } from '../../../src/bitcoind/open-journal.js';
import { damagedRecords } from '../../../src/claims/index.js';
import { KeptLog } from '../../surroundings.js';
import { found } from '../../unit/bitcoind/journal-block.js';
import { altered, HEAD_BYTES, logOf, withLog } from '../disk/write-ahead-logs.js';
import { execute } from '../shares/alter-database.js';
import { newFolder } from '../shares/shard-test.js';

const SAYS = 'error the file of the block journal was damaged and is set aside';

/** A data directory with the journal of one block. */
function folderOfOne(): string {
  const folder = newFolder();
  const journal = new JournalDatabase(join(folder, 'blocks.sqlite'));
  journal.put([found(1, 10)], 10);
  journal.close();
  return folder;
}

/** A start, the block it finds, and its end. */
async function startedOn(folder: string): Promise<{ log: KeptLog; before: number; after: number }> {
  const log = new KeptLog();
  const journal = BlockJournal.open(join(folder, 'blocks.sqlite'), log);
  const before = (await journal.read(9)).open.length;
  await journal.put(found(2, 20), 20);
  const after = (await journal.read(9)).open.length;
  await journal.close();
  return { log, before, after };
}

describe('a damaged journal', () => {
  it.each<readonly [string, (file: string) => void]>([
    ['an altered cell', (file) => execute(file, 'update blocks set final = 1')],
    ['an altered version', (file) => execute(file, 'pragma user_version = 1')],
    ['no database', (file) => writeFileSync(file, 'x'.repeat(8_192))],
    ['a lost page', (file) => writeFileSync(file, readFileSync(file).fill(0xa5, 4_096, 8_192))],
    // https://www.sqlite.org/fileformat.html#schema_format_number: 4 is the last there is.
    ['a later format', (file) => writeFileSync(file, readFileSync(file).fill(5, 47, 48))],
  ])('is set aside and told, and another takes blocks: %s', async (_, damage) => {
    const folder = folderOfOne();
    damage(join(folder, 'blocks.sqlite'));
    const damaged = readFileSync(join(folder, 'blocks.sqlite'));
    const { log, before, after } = await startedOn(folder);
    expect([before, after]).toEqual([0, 1]);
    expect(log.texts).toEqual([expect.stringContaining(SAYS)]);
    expect(log.texts[0]).toContain('"aside":"blocks.sqlite.damaged"');
    expect(readFileSync(join(folder, 'blocks.sqlite.damaged')).equals(damaged)).toBe(true);
    expect(damagedRecords(folder)).toEqual(['blocks.sqlite.damaged']);
    // The next start finds nothing amiss, and a second one that is damaged gets another name.
    const next = await startedOn(folder);
    expect([next.before, next.log.texts]).toEqual([1, []]);
    damage(join(folder, 'blocks.sqlite'));
    expect((await startedOn(folder)).before).toBe(0);
    expect(damagedRecords(folder)).toEqual(['blocks.sqlite.damaged', 'blocks.sqlite.damaged-2']);
  });

  it('takes its write-ahead log along, under the name that SQLite looks for', async () => {
    const [running, folder] = [folderOfOne(), newFolder()];
    const file = join(folder, 'blocks.sqlite');
    const journal = new JournalDatabase(join(running, 'blocks.sqlite'));
    journal.put([found(2, 20)], 20);
    for (const end of ['', '-wal']) copyFileSync(join(running, `blocks.sqlite${end}`), file + end);
    journal.close();
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.from(whole).fill(0, 0, 16));

    expect((await startedOn(folder)).before).toBe(0);
    expect(readdirSync(folder).sort()).toEqual([
      ...['blocks.sqlite', 'blocks.sqlite.damaged', 'blocks.sqlite.damaged-wal'],
    ]);
    writeFileSync(`${file}.damaged`, whole);
    const mended = new JournalDatabase(`${file}.damaged`);
    expect(mended.open()).toEqual([found(1, 10), found(2, 20)]);
    mended.close();
  });

  it('keeps no other block waiting that is handed over with one it refuses', async () => {
    const folder = folderOfOne();
    const file = join(folder, 'blocks.sqlite');
    const journal = BlockJournal.open(file, new KeptLog());
    await journal.read(9);
    execute(file, 'update blocks set final = 1');
    const outcomes = await Promise.allSettled([1, 2].map((byte) => journal.put(found(byte, 10), 10)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await journal.close();
  });
});

it('what is no damage is not set aside: a start says what is wrong, and leaves it', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'blocks.sqlite'));
  const journal = BlockJournal.open(join(folder, 'blocks.sqlite'), new KeptLog());
  await expect(journal.read(9)).rejects.toMatchObject({
    code: 'JOURNAL_FAILED',
    message: expect.stringContaining('cannot be opened'),
  });
  await journal.close();
  expect(readdirSync(folder)).toEqual(['blocks.sqlite']);
});

it('a journal whose write-ahead log was altered is set aside with it, and as it was', async () => {
  const folder = newFolder();
  const live = join(folder, 'live.sqlite');
  const journal = new JournalDatabase(live);
  for (const byte of [1, 2, 3]) journal.put([found(byte, 10)], 10);
  const file = join(folder, 'blocks.sqlite');
  const log = logOf(live);
  withLog(live, file, log);
  journal.close();
  const untouched = withLog(file, join(folder, 'untouched.sqlite'), log);
  expect(openJournal(untouched).damage).toBeNull();

  // In the page of the first block.
  const damaged = altered(log, HEAD_BYTES + 2_000);
  withLog(file, file, damaged);
  const { log: told, before, after } = await startedOn(folder);
  expect([before, after]).toEqual([0, 1]);
  expect(told.texts).toEqual([expect.stringContaining(SAYS)]);
  expect(Buffer.from(logOf(`${file}.damaged`)).equals(damaged)).toBe(true);
});
