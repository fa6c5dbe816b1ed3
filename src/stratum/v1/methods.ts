/** The methods miners may call. What is not here is answered with an error, and the connection goes on. */
import type { Session } from '../session/session.js';
import { authorize } from './authorize.js';
import { configure } from './configure.js';
import { type Effect, type Method, refused } from './effect.js';
import type { Request } from './request.js';
import { OTHER, stratumError } from './stratum-error.js';
import { submit } from './submit.js';
import { subscribe } from './subscribe.js';
import { suggestDifficulty } from './suggest-difficulty.js';

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['mining.submit', submit],
  ['mining.subscribe', subscribe],
  ['mining.authorize', authorize],
  ['mining.configure', configure],
  ['mining.suggest_difficulty', suggestDifficulty],
]);

const MAX_SHOWN = 40;

export function callMethod(session: Session, { method, params }: Request, nowMs: number): Effect {
  const called = METHODS.get(method);
  if (called === undefined) {
    return refused(stratumError(OTHER, `Unsupported method "${method.slice(0, MAX_SHOWN)}"`));
  }
  if (params === null) return refused(stratumError(OTHER, 'The params are not an array'));
  return called(session, params, nowMs);
}
