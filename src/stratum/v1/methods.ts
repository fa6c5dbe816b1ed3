/** The methods miners may call. What is not here is answered with an error, and the connection goes on. */
import type { Session } from '../session/session.js';
import { agentCapabilities } from './agent-capabilities.js';
import { authorize } from './authorize.js';
import { capabilities } from './capabilities.js';
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
  ['mining.capabilities', capabilities],
  ['agent.get_capabilities', agentCapabilities],
  // ckpool takes any method that begins so, and ckproxy sends the second.
  ['mining.auth', authorize],
  ['mining.suggest', suggestDifficulty],
]);

/**
 * Calls that state something and need no answer. Without an id they get none: BFGMiner sends them so before it
 * subscribes, and then takes the first line it reads for subscribe's answer.
 */
const STATEMENTS: ReadonlySet<Method> = new Set<Method>([suggestDifficulty, suggestTarget, capabilities]);

/** No method and its argument is as long. */
const MAX_CALL = 128;
const MAX_SHOWN = 40;

export function callMethod(session: Session, request: Request, nowMs: number): Effect {
  const called = methodOf(request);
  if (called === null) return request.method === '' ? refused(NO_METHOD) : unsupported(request.method);
  const effect = called.method(session, called.params, nowMs);
  if (request.id !== 'null' || effect.kind !== 'answer' || !STATEMENTS.has(called.method)) return effect;
  return { kind: 'nothing', thenWork: effect.thenWork };
}

function methodOf({ method, params }: Request): { method: Method; params: readonly unknown[] } | null {
  const called = METHODS.get(method);
  if (called !== undefined) return { method: called, params };
  // Old clients write the argument into the name: `mining.suggest_difficulty(64` or `mining.get_transactions("1f")`.
  const open = method.length > MAX_CALL ? -1 : method.indexOf('(');
  const meant = METHODS.get(method.slice(0, Math.max(0, open)));
  if (meant === undefined) return null;
  return { method: meant, params: params.length > 0 ? params : [argumentIn(method.slice(open + 1))] };
}

/** Up to its end, a quote or a parenthesis. No expression with repetitions side by side: what is read here is anybody's. */
function argumentIn(text: string): string {
  const bare = text.trim();
  const argument = bare.startsWith('"') ? bare.slice(1) : bare;
  const end = argument.search(/[")]/);
  return (end < 0 ? argument : argument.slice(0, end)).trim();
}

function unsupported(method: string): Effect {
  return refused(stratumError(OTHER, `Unsupported method "${method.slice(0, MAX_SHOWN)}"`));
}

const NO_METHOD = stratumError(OTHER, 'The message names no method');
