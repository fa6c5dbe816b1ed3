import { expect, it } from '@jest/globals';
import type { Payout } from '../../../src/mining/index.js';
import { CommonState } from '../../../src/roles/common-state.js';
import type { NodeParts } from '../../../src/roles/node-parts.js';
import type { ToListener } from '../../../src/roles/process-messages.js';
import { noteKey, type WorkerNote } from '../../../src/roles/worker-notes.js';

const NOW_MS = 1_000_000;
const PAYOUT: Payout = { type: 'k2', key: new Uint8Array(32).fill(7) };

const memory = {
  ...{ difficulty: 1024, difficultyMs: NOW_MS - 5_000, difficultyBy: 'cgminer' },
  ...{ bestEver: 5e6, bestWeek: 4e6, week: 2 },
};

function note(name: string, difficulty: number): WorkerNote {
  return { key: noteKey(PAYOUT, name), ...memory, difficulty };
}

it('what the logs remember of workers, and what listeners have told since, is told to each listener that starts', () => {
  const told: [ToListener, string | undefined][] = [];
  const parts = {
    ...{ rounds: null, tls: null },
    shares: { memories: () => [{ payout: PAYOUT, name: 'rig1', ...memory }] },
    fleet: { tell: (message: ToListener, but?: string) => told.push([message, but]) },
  } as unknown as NodeParts;
  const common = new CommonState(
    10_000,
    parts,
    () => 0,
    () => NOW_MS,
  );
  expect([...common.greeting()]).toEqual([{ kind: 'notes', notes: [note('rig1', 1024)] }]);

  const news = { kind: 'notes', notes: [note('rig2', 64)] } as const;
  common.hear('listener 1, first life', news);
  // To all others.
  expect(told).toEqual([[news, 'listener 1, first life']]);
  expect([...common.greeting()]).toEqual([{ kind: 'notes', notes: [note('rig1', 1024), note('rig2', 64)] }]);
});
