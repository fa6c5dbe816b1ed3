/** A connection as its listener speaks of it to the door, from its entry to its end. */
import type { GuardLimits } from './guard-limits.js';
import type { LocalAddress, LocalStay } from './local-address.js';
import { coveredMs, type Occupant } from './stay.js';

export interface Visit {
  /** From now on it is this that yields. */
  occupiedBy(occupant: Occupant): void;
  /** Its address has paid for it, out of how often it may connect. */
  readonly isPaid: boolean;
  /** It has spoken: whether it is paid for now. Where not, `onTurn` is called when it is. */
  mayBegin(nowMs: number): boolean;
  onTurn(begin: () => void): void;
  /** A share is on disk; `difficulty` is the one it is credited with. Hot path. */
  worked(difficulty: number, nowMs: number): void;
  /** It has had a share on disk. */
  readonly hasWorked: boolean;
  /** It was ended for what it did. Nothing, for one that works. */
  faulted(): void;
  /** Also after it has yielded. */
  left(nowMs: number): void;
}

/** What the door does for its visits. */
export interface VisitHost {
  readonly limits: GuardLimits;
  /** Of which a share counts one. */
  readonly startDifficulty: number;
  mayBegin(stay: LocalStay, nowMs: number): boolean;
  /** It has shown the work of a miner. */
  works(stay: LocalStay): void;
  /** There is news of the address. */
  mark(local: LocalAddress): void;
  end(stay: LocalStay, nowMs: number): void;
}

/** Methods and two fields: of a hundred thousand connections each would else have a closure for everything it can say. */
export class DoorVisit implements Visit {
  constructor(
    private readonly host: VisitHost,
    private readonly stay: LocalStay,
  ) {}

  get isPaid(): boolean {
    return this.stay.paid;
  }

  occupiedBy(occupant: Occupant): void {
    this.stay.occupant = occupant;
  }

  mayBegin(nowMs: number): boolean {
    return this.host.mayBegin(this.stay, nowMs);
  }

  onTurn(begin: () => void): void {
    this.stay.onTurn = begin;
  }

  worked(difficulty: number, nowMs: number): void {
    const { stay, host } = this;
    const { local } = stay;
    stay.worked(difficulty);
    if (stay.stranger && stay.isPlausible(host.limits, nowMs)) host.works(stay);
    local.news.work += difficulty / host.startDifficulty;
    local.news.coveredMs += coveredMs(difficulty, host.limits);
    host.mark(local);
  }

  get hasWorked(): boolean {
    return this.stay.hasWorked;
  }

  faulted(): void {
    const { stay } = this;
    if (!stay.stranger) return;
    stay.local.news.faults++;
    this.host.mark(stay.local);
  }

  left(nowMs: number): void {
    this.host.end(this.stay, nowMs);
  }
}
