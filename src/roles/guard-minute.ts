/** What all doors held off in a minute, for one line of the log: an attack must not fill a disk with its own story. */
import type { DoorReport } from '../stratum/index.js';

export interface MinuteSummary {
  /** Connections ended or not let in, by reason. */
  readonly drops: Readonly<Record<string, number>>;
  readonly bans: number;
  /** Those with most faults and refusals, for the operator's firewall. */
  readonly worst: readonly string[];
}

export interface FullMinute {
  /** With every port closed. */
  readonly fullSeconds: number;
  /** Those the pool hung up on; the system refuses others before the pool sees them. */
  readonly turnedAway: number;
}

const WORST = 5;
/** So many addresses are told apart; a minute with more has no few to name. */
const TOLD_APART = 10_000;
/** A miner that loses its power is no abuse, nor is one for which there is no room: that is told by itself. */
const ORDINARY: ReadonlySet<string> = new Set(['socket-error', 'full']);

export class GuardMinute {
  bans = 0;
  /** For so long the whole node took no connections. */
  fullMs = 0;
  private turnedAway = 0;
  private drops: Record<string, number> = {};
  private readonly marks = new Map<string, number>();

  add({ drops, addresses }: DoorReport): void {
    this.turnedAway += drops.full ?? 0;
    for (const [reason, count] of Object.entries(drops)) {
      if (!ORDINARY.has(reason)) this.drops[reason] = (this.drops[reason] ?? 0) + count;
    }
    for (const { address, faults, refused } of addresses) {
      if (faults + refused === 0 || (this.marks.size >= TOLD_APART && !this.marks.has(address))) continue;
      this.marks.set(address, (this.marks.get(address) ?? 0) + faults + refused);
    }
  }

  /** Whether miners found no room; null where all did. */
  takeFull(): FullMinute | null {
    const { fullMs, turnedAway } = this;
    this.fullMs = 0;
    this.turnedAway = 0;
    return fullMs + turnedAway === 0 ? null : { fullSeconds: Math.ceil(fullMs / 1000), turnedAway };
  }

  /** Null for a quiet minute; the next one begins. */
  take(): MinuteSummary | null {
    const { drops, bans } = this;
    const worst = [...this.marks]
      .sort(([, a], [, b]) => b - a)
      .slice(0, WORST)
      .map(([address, count]) => `${address}: ${count}`);
    this.drops = {};
    this.bans = 0;
    this.marks.clear();
    return Object.keys(drops).length + bans === 0 ? null : { drops, bans, worst };
  }
}
