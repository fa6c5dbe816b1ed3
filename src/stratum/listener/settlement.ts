/** Where a share came from, and what became of it once it was judged and, if need be, stored. */
import type { Refusal } from '../session/judge-share.js';
import type { Worker } from '../session/worker.js';

export interface ShareOrigin {
  readonly worker: Worker;
  /** One connection: its extranonce1 in hex. */
  readonly clientId: string;
  readonly ip: string;
}

export type Settlement =
  | { readonly kind: 'accepted' | 'uncredited' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The share was good and is not on disk; it may be submitted again. */
  | { readonly kind: 'not-stored'; readonly reason: string };
