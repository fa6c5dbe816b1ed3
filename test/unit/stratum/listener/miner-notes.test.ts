import { beforeEach, expect, it } from '@jest/globals';
import type { Floor } from '../../../../src/stratum/listener/floor.js';
import { MinerNotes } from '../../../../src/stratum/listener/miner-notes.js';
import { parseUsername } from '../../../../src/stratum/session/identity.js';
import type { Session } from '../../../../src/stratum/session/session.js';
import type { Worker } from '../../../../src/stratum/session/worker.js';
import { ADDRESS } from '../../../integration/stratum/pool-under-test.js';
import { REGTEST } from '../../../integration/stratum/sample-work.js';

const HOUR_MS = 3_600_000;
const OWNER: Worker = {
  ...{ identity: parseUsername(ADDRESS, REGTEST, 'pool'), miner: 1, row: 7 },
  ...{ bestSession: 0, bestWeek: 0, week: 0, bestEver: 0 },
};

let proven: number;
let noted: (readonly [number, number])[];
let notes: MinerNotes;

/** Looks after the miner once a second from then on, for so long; tells when something was noted, and what. */
function noteFor(fromMs: number, lastingMs: number): (readonly [number, number])[] {
  noted = [];
  for (let nowMs = fromMs; nowMs < fromMs + lastingMs; nowMs += 1_000) {
    const before = noted.length;
    notes.tick(nowMs);
    if (noted.length > before) noted[before] = [(nowMs - fromMs) / 1_000, noted[before]![1]];
  }
  return noted;
}

beforeEach(() => {
  proven = 1_000;
  noted = [];
  const session = {
    ...{ owner: OWNER, workers: new Map([[ADDRESS, OWNER]]), userAgent: 'test', history: { own: 9 } },
    difficultySetting: {
      get proven() {
        return { value: proven, atMs: 0 };
      },
    },
  } as unknown as Session;
  const floor = {
    board: { wallAheadMs: 0 },
    sink: { remember: (row: number, value: number) => noted.push([row, value]) },
  } as unknown as Floor;
  notes = new MinerNotes(session, floor, '127.0.0.1');
  notes.rememberDifficulty(HOUR_MS);
  expect(noted).toEqual([[OWNER.row, 1_000]]);
});

it('a difficulty that stays is noted once an hour', () => {
  expect(noteFor(HOUR_MS, 2 * HOUR_MS + 1_000)).toEqual([
    [3_600, 1_000],
    [7_200, 1_000],
  ]);
});

it.each([700, 1_300])('one that moves without being announced is noted within half a minute: to %i', (to) => {
  proven = to;
  expect(noteFor(HOUR_MS, 120_000)).toEqual([[30, to]]);
});

it('one that moves on is noted each half minute, and one by what few shares tell is not', () => {
  proven = 1_200;
  expect(noteFor(HOUR_MS, 60_000)).toEqual([]);
  proven = 500;
  expect(noteFor(HOUR_MS + 60_000, 1_000)).toEqual([[0, 500]]);
  proven = 250;
  expect(noteFor(HOUR_MS + 61_000, 60_000)).toEqual([[29, 250]]);
});
