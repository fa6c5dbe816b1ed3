/** What the shares of a round commit to, and when it is: from the configuration, or from what the Koii task has said. */
import { join } from 'node:path';
import type { RoundUnderAudit } from '../audit/index.js';
import { decodeAddress, type Network } from '../bitcoin/index.js';
import { EndedRounds, RoundBook } from '../claims/index.js';
import type { Config, PoolMode, TaskPoolMode } from '../config/index.js';
import { CodedError, equalBytes } from '../lib/index.js';
import type { RoundBinding } from '../mining/index.js';
import {
  localSchedule,
  type ReceiptAppointment,
  type ReserveEpoch,
  type RoundFacts,
  type RoundSchedule,
  reserveOf,
} from '../rounds/index.js';

export class NodeRoundsError extends CodedError<'ROUNDS_NOT_TOLD' | 'ROUNDS_OTHER'> {}

/** How many rounds before the present one are closed and proven late, after an outage; older ones nobody takes any more. */
export const LATE_ROUNDS = 3n;

/** Solo mining has one round for ever, and nothing to commit to. */
export const SOLO_BINDING: RoundBinding = {
  taskId: new Uint8Array(32),
  nodeKey: new Uint8Array(32),
  round: 0n,
  seed: new Uint8Array(32),
  reserveScript: new Uint8Array(0),
};

const EVERY_ROUND = { firstRound: 0n, lastRound: 2n ** 64n - 1n };

/** The rounds of a pool. */
export interface NodeRounds {
  readonly schedule: RoundSchedule;
  readonly ended: EndedRounds;
  /** What the task has told; null where the clock tells. */
  readonly book: RoundBook | null;
  /** Null for a round that is not known. */
  binding(round: bigint): RoundBinding | null;
  /** Where blocks of the round may pay; empty for a round that is not known. */
  reserveEpochs(round: bigint): readonly ReserveEpoch[];
  appointment(round: bigint): ReceiptAppointment | null;
  /** Takes what the task says; resolves once it is on disk. Throws `NodeRoundsError` and `RoundFactsError`. */
  hear(facts: RoundFacts, nowMs: number): Promise<void>;
}

export function nodeRounds(
  { pool, datadir }: { readonly pool: PoolMode | TaskPoolMode; readonly datadir: string },
  network: Network,
): NodeRounds {
  return pool.roundsFrom === 'clock'
    ? clockRounds(pool, network)
    : taskRounds(pool, network, new RoundBook(join(datadir, 'rounds')));
}

function clockRounds(
  { taskId, nodeKey, seed, reserveAddress, rounds }: PoolMode,
  network: Network,
): NodeRounds {
  const { script } = decodeAddress(reserveAddress, network);
  const schedule = localSchedule(rounds);
  return {
    schedule,
    ended: new EndedRounds(schedule),
    book: null,
    binding: (round) => ({ taskId, nodeKey, round, seed, reserveScript: script }),
    reserveEpochs: () => [{ epoch: 0, script, ...EVERY_ROUND }],
    appointment: () => null,
    async hear() {
      throw new NodeRoundsError(
        'ROUNDS_NOT_TOLD',
        "this node's rounds go by its clock: set pool.roundsFrom to task for a Koii task to drive it",
      );
    },
  };
}

function taskRounds(pool: TaskPoolMode, network: Network, book: RoundBook): NodeRounds {
  return {
    schedule: book,
    ended: new EndedRounds(book),
    book,
    binding: (round) => {
      const facts = book.get(round);
      if (facts === null) return null;
      const { taskId, nodeKey, seed, reserveScript } = facts;
      return { taskId, nodeKey, round, seed, reserveScript };
    },
    reserveEpochs: (round) => book.get(round)?.reserveEpochs ?? [],
    appointment: (round) => book.get(round)?.appointment ?? null,
    hear: async (facts, nowMs) => {
      refuseOther(pool, network, facts, book.get(facts.round)?.reserveScript ?? reserveOf(facts));
      await book.hear(facts, nowMs);
    },
  };
}

/** `reserve`: what shares of the round commit to. What the operator has set goes before what the task says: blocks never pay elsewhere. */
function refuseOther(
  { taskId, nodeKey, reserveAddress }: TaskPoolMode,
  network: Network,
  facts: RoundFacts,
  reserve: Uint8Array,
): void {
  const refuse = (setting: string): never => {
    throw new NodeRoundsError(
      'ROUNDS_OTHER',
      `the facts of the round are not those of the setting ${setting}`,
    );
  };
  if (taskId !== null && !equalBytes(taskId, facts.taskId)) refuse('pool.taskId');
  if (nodeKey !== null && !equalBytes(nodeKey, facts.nodeKey)) refuse('pool.nodeKey');
  if (reserveAddress === null) return;
  if (!equalBytes(decodeAddress(reserveAddress, network).script, reserve)) refuse('pool.reserveAddress');
}

/** What miners' work commits to now; null while no round takes shares. `rounds`: null for solo mining. */
export function bindingNow(rounds: NodeRounds | null, nowMs: number): RoundBinding | null {
  if (rounds === null) return SOLO_BINDING;
  const round = rounds.schedule.newest(nowMs);
  if (round === null || rounds.ended.has(round, nowMs)) return null;
  return rounds.binding(round);
}

/** When the round was, in whole seconds, and where its blocks may pay, as an audit takes it; null for one not known. */
export function boundsOfRound(
  rounds: NodeRounds,
  round: bigint,
): Pick<RoundUnderAudit, 'startTime' | 'endTime' | 'reserveEpochs'> | null {
  const span = rounds.schedule.span(round);
  if (span === null) return null;
  return {
    reserveEpochs: rounds.reserveEpochs(round),
    startTime: Math.floor(span.startMs / 1000),
    endTime: Math.floor(span.endMs / 1000),
  };
}

/** `NodeRounds` of a configuration; null for solo mining. */
export function roundsOf({ pool, datadir }: Config, network: Network): NodeRounds | null {
  return pool.mode === 'solo' ? null : nodeRounds({ pool, datadir }, network);
}
