/** One worker name on one connection. */
import type { Identity } from './identity.js';

export interface Worker {
  readonly identity: Identity;
  /** Row numbers in the share log. */
  readonly miner: number;
  readonly row: number;
  bestSession: number;
  bestWeek: number;
  /** The week of `bestWeek`. */
  week: number;
  bestEver: number;
}

/** `<address>[.worker]`. */
export function usernameOf({ identity: { address, worker } }: Pick<Worker, 'identity'>): string {
  return worker === '' ? address : `${address}.${worker}`;
}
