import { beforeEach, expect, it } from '@jest/globals';
import type { BlockState, TrackedBlock } from '../../../src/bitcoind/index.js';
import { PatientJournal } from '../../../src/bitcoind/patient-journal.js';
import { ManualClock } from '../../../src/lib/index.js';
import { KeptLog } from '../../surroundings.js';

const block = (state: BlockState, byte = 1): TrackedBlock => ({
  hash: new Uint8Array(32).fill(byte),
  height: 1,
  header: new Uint8Array(80),
  coinbase: new Uint8Array(200),
  templateId: 'aaaaaaaaaaaaaaaa',
  worker: 'bcrt1q.rig',
  foundAtMs: 1,
  state,
  confirmations: 0,
  reason: null,
  final: false,
  verdicts: new Map(),
});

let log: KeptLog;
let patient: PatientJournal;
/** What was handed over, in order, and how each is answered. */
let puts: { readonly state: BlockState; written(): Promise<void>; refused(): Promise<void> }[];

beforeEach(() => {
  log = new KeptLog();
  puts = [];
  const journal = {
    put({ state }: TrackedBlock): Promise<void> {
      return new Promise((resolve, reject) => {
        const answer = async (settle: () => void): Promise<void> => {
          settle();
          for (let turn = 0; turn < 3; turn++) await Promise.resolve();
        };
        puts.push({
          state,
          written: () => answer(resolve),
          refused: () => answer(() => reject(new Error('disk is full'))),
        });
      });
    },
  };
  patient = new PatientJournal(journal, log, new ManualClock(), () => {});
});

const states = (): BlockState[] => puts.map(({ state }) => state);

it('what the disk refused is tried again until it is written, and said once each way', async () => {
  patient.put(block('found'));
  await puts[0]!.refused();
  patient.catchUp();
  await puts[1]!.refused();
  patient.catchUp();
  expect(patient.fault).toBe('disk is full');
  await puts[2]!.written();
  patient.catchUp();
  expect(patient.fault).toBeNull();
  expect(states()).toEqual(['found', 'found', 'found']);
  expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
});

it('nothing older is written after what is newer', async () => {
  patient.put(block('found'));
  patient.put(block('in-chain'));
  await puts[0]!.refused();
  // The newer one is on its way still.
  patient.catchUp();
  await puts[1]!.written();
  patient.catchUp();
  expect(states()).toEqual(['found', 'in-chain']);
});

it('of what was refused the newest is tried again', async () => {
  patient.put(block('found'));
  await puts[0]!.refused();
  patient.put(block('in-chain'));
  await puts[1]!.refused();
  patient.catchUp();
  expect(states()).toEqual(['found', 'in-chain', 'in-chain']);
});

it('says what is wrong for as long as one block is not written, whatever else is', async () => {
  patient.put(block('found'));
  patient.put(block('found', 2));
  await puts[0]!.refused();
  await puts[1]!.written();
  expect(patient.fault).toBe('disk is full');
});
