/** One connection at a door, from its entry to its end. */
import type { LocalAddress } from './local-address.js';

/** What the door has to know of the connection. */
export interface Occupant {
  /** Subscribed and logged in. */
  readonly ready: boolean;
  /** Ends it: somebody else needs its place. */
  yieldPlace(): void;
}

export class Stay {
  occupant: Occupant | null = null;
  gone = false;

  /** `stranger`: without an accepted share yet; `guest`: of these, on a place that its address has not earned. */
  constructor(
    readonly local: LocalAddress,
    public stranger: boolean,
    public guest: boolean,
    readonly sinceMs: number,
  ) {}

  get ready(): boolean {
    return this.occupant?.ready ?? false;
  }
}
