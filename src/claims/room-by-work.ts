/**
 * Who has room in a package where more came than its tables hold: those with most work, whoever came first. Names and
 * signatures cost nothing to invent, work does; so to keep a miner out, strangers must do as much as it did, under each
 * of as many names as a table has rows.
 */
import { workOfBits } from '../bitcoin/index.js';
import type { ShareRecord } from '../mining/index.js';
import { MAX_ROWS } from '../rounds/index.js';

/** In this order: a miner that has no room takes none with its signatures. */
const COLUMNS = { miners: 'miner', signatures: 'signature', jobs: 'job' } as const;

type Crowded = keyof typeof COLUMNS;

const CROWDED = Object.keys(COLUMNS) as Crowded[];

/** By table, the rows that have room; a table that is not named has room for all of its rows. */
export type Room = Partial<Readonly<Record<Crowded, ReadonlySet<number>>>>;

export function hasRoom(room: Room, record: ShareRecord): boolean {
  return CROWDED.every((table) => room[table]?.has(record[COLUMNS[table]]) ?? true);
}

/** `records` is read once for each table, the same each time. Of rows with equal work, those that came first. */
export function roomByWork(records: () => Iterable<ShareRecord>): Room {
  const room: { -readonly [table in Crowded]?: ReadonlySet<number> } = {};
  const worksOfBits = new Map<number, bigint>();
  for (const table of CROWDED) {
    const works = new Map<number, bigint>();
    for (const record of records()) {
      if (!hasRoom(room, record)) continue;
      const work = worksOfBits.get(record.bits) ?? workOfBits(record.bits);
      worksOfBits.set(record.bits, work);
      const row = record[COLUMNS[table]];
      works.set(row, (works.get(row) ?? 0n) + work);
    }
    if (works.size > MAX_ROWS[table]) room[table] = heaviest(works, MAX_ROWS[table]);
  }
  return room;
}

function heaviest(works: ReadonlyMap<number, bigint>, most: number): ReadonlySet<number> {
  const descending = [...works].sort(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0));
  return new Set(descending.slice(0, most).map(([row]) => row));
}
