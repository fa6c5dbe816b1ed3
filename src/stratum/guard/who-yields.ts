/**
 * Which stranger gives up its place when another comes and there is none left: first those of addresses that did harm
 * or show nothing, then those that do not log in, then those that have had their time for a share, and of these the ones
 * whose address has most. Whoever has just come keeps its place, or in a flood nobody would last until a first share.
 */
import type { GuardLimits } from './guard-limits.js';
import type { LocalAddress, Stay } from './local-address.js';

/** From those who stay to those who go first. */
const SAFE = 0;
const HAD_TIME = 1;
const NOT_LOGGED_IN = 2;
const SUSPECT = 3;
const SUSPECT_HAD_TIME = 4;

/** How many, from the oldest, are looked at. */
const LOOKS = 256;

export class WhoYields {
  /** `strangersRoom`: places for guests on the node. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly strangersRoom: number,
  ) {}

  /** One of `stays`, oldest first, for a newcomer of `local`; null when the newcomer has no better claim than they. */
  choose(stays: Iterable<Stay>, local: LocalAddress, nowMs: number): Stay | null {
    const { chosen, mark } = this.worst(stays, nowMs);
    if (chosen === null) return null;
    // Suspects that displaced each other at once would never be seen doing harm, and never banned.
    if (local.isSuspect(nowMs)) return mark === SUSPECT_HAD_TIME ? chosen : null;
    if (mark >= NOT_LOGGED_IN || chosen.local.unearned > local.unearned) return chosen;
    for (const own of local.strangers) if (this.markOf(own, nowMs) > SAFE) return own;
    return null;
  }

  /** Who goes first where there are too many; null when all of them have just come. */
  worst(stays: Iterable<Stay>, nowMs: number): { readonly chosen: Stay | null; readonly mark: number } {
    let chosen: Stay | null = null;
    let mark = SAFE;
    let looks = LOOKS;
    for (const stay of stays) {
      const its = this.markOf(stay, nowMs);
      const isWorse = its > mark || (its === mark && stay.local.unearned > (chosen?.local.unearned ?? 0));
      if (its > SAFE && isWorse) {
        chosen = stay;
        mark = its;
      }
      if (--looks === 0) break;
    }
    return { chosen, mark };
  }

  private markOf({ local, ready, sinceMs }: Stay, nowMs: number): number {
    const { crowdedGraceMs, crowdedTenureMs, crowdPart } = this.limits;
    const hadTime = nowMs - sinceMs > (ready ? crowdedTenureMs : crowdedGraceMs);
    if (local.isSuspect(nowMs)) return hadTime ? SUSPECT_HAD_TIME : SUSPECT;
    const isCrowd = local.unearned > this.strangersRoom * crowdPart;
    if (!isCrowd && !hadTime) return SAFE;
    return ready ? HAD_TIME : NOT_LOGGED_IN;
  }
}
