/**
 * A login on its way through the share log, which has the rows of miner, worker and signature on disk before the answer;
 * and at a connection's first one what is known of the miner from before.
 */
import { weekOf } from '../../lib/index.js';
import { addressKey } from '../guard/address-key.js';
import { allowanceKeys } from '../session/outgrown-allowance.js';
import type { PasswordComplaint } from '../session/password-options.js';
import type { Session } from '../session/session.js';
import { NO_SIGNATURE } from '../session/signature.js';
import { usernameOf, type Worker } from '../session/worker.js';
import type { Effect } from '../v1/effect.js';
import type { Floor } from './floor.js';
import type { Wire } from './wire.js';

export type LogIn = Extract<Effect, { kind: 'log-in' }>;

export interface LoggedIn {
  readonly worker: Worker;
  /** Null for another worker of a connection that is logged in. */
  readonly first: {
    /** Nothing was known of it. */
    readonly isNew: boolean;
    /** About the password, for the owner's eyes. */
    readonly complaints: readonly PasswordComplaint[];
  } | null;
}

/** Null where the connection has gone meanwhile. Throws what the share log throws. */
export async function logIn(
  session: Session,
  floor: Floor,
  wire: Wire,
  { username, identity, options }: LogIn,
): Promise<LoggedIn | null> {
  const { sink, timers, queue, turnstile } = floor;
  const miner = await sink.miner(identity.payout);
  const memory = await sink.worker(miner, identity.worker);
  const bytes = session.owner === null ? options.signature : null;
  const signature = bytes === null ? NO_SIGNATURE : { row: await sink.signature(bytes), bytes };
  // The log answers hundreds at once.
  await (wire.guard.proven ? queue : turnstile).turn(wire.guard.debt);
  if (wire.ended) return null;
  const nowMs = timers.nowMs();
  const isFirst = session.owner === null;
  const { worker: row, bestWeek, bestEver } = memory;
  const worker = { identity, miner, row, bestSession: 0, bestWeek, week: weekOf(timers.wallMs()), bestEver };
  let isNew = false;
  if (isFirst) {
    session.ask(options.difficulty, signature);
    if (options.hashrate !== null) session.difficultySetting.expect(options.hashrate, nowMs);
    isNew = isUnknown(session, floor, worker, nowMs) && memory.difficulty === null;
    const { takes } = allowanceKeys(nameKey(worker), addressKey(wire.ip), isNew);
    const left = floor.allowances.take(takes, nowMs);
    if (left !== null) session.allowance.outgrown = left;
  }
  const { difficulty } = memory;
  const atMs = (difficulty?.atMs ?? 0) - floor.board.wallAheadMs;
  session.logIn(username, worker, difficulty === null ? null : { ...difficulty, atMs }, nowMs);
  return { worker, first: isFirst ? { isNew, complaints: options.complaints } : null };
}

/** Lends it the session that it had, if there is one. */
function isUnknown(session: Session, { pasts }: Floor, worker: Worker, nowMs: number): boolean {
  if (session.past !== null) return false;
  const past = pasts.borrow(usernameOf(worker), session.userAgent, nowMs);
  if (past !== null) session.resume(past, true);
  return past === null;
}

/** No address has a space in it, and no key of an address begins with one. */
export function nameKey(worker: Worker): string {
  return ` ${usernameOf(worker)}`;
}
