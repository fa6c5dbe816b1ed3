/** The methods miners may call. What is not here is answered with an error, and the connection goes on. */
import type { Session } from '../session/session.js';
import { authorize } from './authorize.js';
import { configure } from './configure.js';
import { type Effect, type Method, refused } from './effect.js';
import { extranonceSubscribe } from './extranonce-subscribe.js';
import { getTransactionHashes, getTransactions } from './get-transactions.js';
import { getVersion } from './get-version.js';
import { multiVersion } from './multi-version.js';
import { ping, pong } from './ping.js';
import type { Request } from './request.js';
import { OTHER, stratumError } from './stratum-error.js';
import { submit } from './submit.js';
import { subscribe } from './subscribe.js';
import { suggestDifficulty } from './suggest-difficulty.js';
import { suggestTarget } from './suggest-target.js';

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['mining.submit', submit],
  ['mining.subscribe', subscribe],
  ['mining.authorize', authorize],
  ['mining.configure', configure],
  ['mining.suggest_difficulty', suggestDifficulty],
  ['mining.suggest_target', suggestTarget],
  ['mining.extranonce.subscribe', extranonceSubscribe],
  ['mining.multi_version', multiVersion],
  ['mining.get_transactions', getTransactions],
  ['mining.get_txnhashes', getTransactionHashes],
  ['mining.ping', ping],
  ['mining.pong', pong],
  ['pong', pong],
  ['client.get_version', getVersion],
  // ckpool takes any method that begins so.
  ['mining.auth', authorize],
]);

/** Old clients write the argument into the name: `mining.suggest_difficulty(64` or `mining.get_transactions(1f)`. */
const CALL_IN_NAME = /^([a-z_.]+)\(\s*"?([^")]*)"?\s*\)?$/;

const MAX_SHOWN = 40;

export function callMethod(session: Session, { method, params }: Request, nowMs: number): Effect {
  const called = METHODS.get(method);
  if (called !== undefined) return called(session, params, nowMs);
  const [, name = '', argument = ''] = CALL_IN_NAME.exec(method) ?? [];
  const meant = METHODS.get(name);
  if (meant !== undefined) return meant(session, params.length > 0 ? params : [argument], nowMs);
  if (method === '') return refused(NO_METHOD);
  return refused(stratumError(OTHER, `Unsupported method "${method.slice(0, MAX_SHOWN)}"`));
}

const NO_METHOD = stratumError(OTHER, 'The message names no method');
