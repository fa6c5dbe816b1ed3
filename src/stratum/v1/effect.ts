/**
 * What a method wants done, as data: methods decide, the connection acts. `result` is JSON text.
 */

import type { StrayBlock, StraySolution } from '../session/given-jobs.js';
import type { Identity } from '../session/identity.js';
import type { Judgement, Unjudged } from '../session/judge-share.js';
import type { PasswordOptions } from '../session/password-options.js';
import type { Session } from '../session/session.js';
import type { Worker } from '../session/worker.js';
import type { StratumError } from './stratum-error.js';

export type Effect =
  /** Answer; `thenWork`: and send a job after it, if the session is ready for one. */
  | { readonly kind: 'answer'; readonly result: string; readonly thenWork: boolean }
  | { readonly kind: 'refuse'; readonly error: StratumError }
  /** Nobody waits for an answer; `thenWork` as above. */
  | { readonly kind: 'nothing'; readonly thenWork: boolean }
  /** Answer with the subscription, and send a job if the session is now ready. `resume`: the id of an earlier session. */
  | { readonly kind: 'subscribe'; readonly resume: string | null }
  /** Look the worker up in the share log, then log it in and answer. Later lines wait for that. */
  | {
      readonly kind: 'log-in';
      readonly username: string;
      readonly identity: Identity;
      readonly options: PasswordOptions;
    }
  /** The name is logged in, or counts as the first: answer. It costs the pool next to nothing. */
  | { readonly kind: 'logged-in' }
  /** A judged share: store it as the verdict says, then answer. */
  | { readonly kind: 'share'; readonly worker: Worker; readonly judgement: Judgement }
  /** A share that cannot be judged: count it and answer. `worker` is null when it is unknown whose it is. */
  | {
      readonly kind: 'refuse-share';
      readonly worker: Worker | null;
      readonly reason: Unjudged;
      readonly error: StratumError;
      /** It is a block all the same: hand it on first. */
      readonly block: StrayBlock | null;
      /** For a job of another listener: it may be a block there. */
      readonly elsewhere: StraySolution | null;
    };

/** One Stratum method. `params` come from the miner and may hold anything. */
export type Method = (session: Session, params: readonly unknown[], nowMs: number) => Effect;

export function answered(result: string, thenWork = false): Effect {
  return { kind: 'answer', result, thenWork };
}

export function refused(error: StratumError): Effect {
  return { kind: 'refuse', error };
}
