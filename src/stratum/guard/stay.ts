/**
 * One connection on a place of the node: since when it is there, what kind of place that is, and what work it has shown
 * for it. A miner is known by work that no hash too few could have brought: the slowest miner there is, with bad luck,
 * has as much by that age.
 */
import type { GuardLimits } from './guard-limits.js';

/** What the door has to know of the connection. */
export interface Occupant {
  /** Subscribed and logged in, or kept waiting for that by the pool. */
  readonly ready: boolean;
  /** It sends more than any miner without a share has to say, or shares that are none. */
  readonly floods: boolean;
  /** Ends it: somebody else needs its place. */
  yieldPlace(): void;
}

const HASHES_PER_DIFFICULTY = 2 ** 32;

/** For how long so much accepted work is a miner's, however slow and unlucky. */
export function coveredMs(difficulty: number, { plausibleShares, slowestHashrate }: GuardLimits): number {
  return (1000 * plausibleShares * HASHES_PER_DIFFICULTY * difficulty) / slowestHashrate;
}

/** `Address`: what the door knows of the one it is from. */
export class Stay<Address> {
  occupant: Occupant | null = null;
  gone = false;
  /** Its address has paid for it, out of how often it may connect. */
  paid = false;
  /** It has spoken, and waits until it is its turn. */
  waits = false;
  /** Called when it is, if it had to wait. */
  onTurn: () => void = () => {};
  /** It has worked as a miner does, and does no more. Counts as a stranger meanwhile. */
  idle = false;
  /** Sum of difficulties. */
  private work = 0;
  /** Its time to log in and for a share counts from here. */
  private timeMs: number;

  /** `stranger`: without a miner's work; `guest`: of these, on a place that its address has not earned. */
  constructor(
    readonly local: Address,
    public stranger: boolean,
    public guest: boolean,
    private readonly sinceMs: number,
  ) {
    this.timeMs = sinceMs;
  }

  get ready(): boolean {
    return this.occupant?.ready ?? false;
  }

  get floods(): boolean {
    return this.occupant?.floods ?? false;
  }

  hasComeWithin(ms: number, nowMs: number): boolean {
    return nowMs - this.sinceMs <= ms;
  }

  /** It was kept waiting until now, which was not its fault. */
  served(nowMs: number): void {
    this.waits = false;
    this.timeMs = nowMs;
  }

  /** It had `loginMs` to log in, or having done so `shareMs` for a share. */
  hadTime(loginMs: number, shareMs: number, nowMs: number): boolean {
    return nowMs - this.timeMs > (this.ready || this.waits ? shareMs : loginMs);
  }

  /** Hot path. */
  worked(difficulty: number): void {
    this.work += difficulty;
  }

  get hasWorked(): boolean {
    return this.work > 0;
  }

  /** Its work is that of a miner of its age, however slow and unlucky. */
  isPlausible(limits: GuardLimits, nowMs: number): boolean {
    return coveredMs(this.work, limits) >= Math.max(nowMs - this.sinceMs, limits.crowdedTenureMs);
  }

  /** How long it has been here beyond what its work covers. */
  sittingMs(limits: GuardLimits, nowMs: number): number {
    const coveredForMs = this.work === 0 ? 0 : coveredMs(this.work, limits);
    return Math.max(0, nowMs - this.timeMs - coveredForMs);
  }
}
