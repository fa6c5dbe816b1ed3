/**
 * Which stranger gives up its place when another comes and there is none left: first those of addresses that did harm
 * or show nothing, then those that do not log in or send what no miner does, then those that work no more, then those that have had their time for
 * a share: of these the ones whose address has most, then the ones whose address has sat on places for longest without
 * work, in all its connections of the last hours. Whoever has just come keeps its place, or in a flood nobody would last
 * until a first share; and nobody takes that of one that has sat for less than itself, or a crowd that comes back for
 * ever would leave the slow miners among it no more time than chance.
 */
import type { GuardLimits } from './guard-limits.js';
import type { LocalAddress, LocalStay } from './local-address.js';

/** From those who stay to those who go first. */
const SAFE = 0;
const HAD_TIME = 1;
const IDLE = 2;
/** Does not log in, or floods. */
const NO_MINER = 3;
const SUSPECT = 4;
const SUSPECT_HAD_TIME = 5;

const AT_ONCE_MS = 86_400_000;

/** How many of each kind, from the oldest, are looked at. */
const LOOKS = 256;

export class WhoYields {
  /** `strangersRoom`: places for guests on the node. */
  constructor(
    private readonly limits: GuardLimits,
    private readonly strangersRoom: number,
  ) {}

  /**
   * Who goes first of `kinds`, each oldest first, for a newcomer of `local`, or where there are too many; null when all
   * have just come, or the newcomer has no better claim than they.
   */
  choose(kinds: readonly Iterable<LocalStay>[], local: LocalAddress | null, nowMs: number): LocalStay | null {
    const sinceMs = local?.sitting.at(nowMs) ?? 0;
    let chosen: LocalStay | null = null;
    let mark = SAFE;
    let satMs = 0;
    for (const stays of kinds) {
      let looks = LOOKS;
      for (const stay of stays) {
        if (looks-- === 0) break;
        const itsMs = this.satMs(stay, nowMs);
        const its = this.markOf(stay, itsMs - sinceMs, nowMs);
        if (its < mark || its === SAFE) continue;
        const more = its > mark ? 1 : weight(stay.local, its) - weight(chosen!.local, its);
        const isWorse = more > 0 || (more === 0 && its !== IDLE && itsMs > satMs);
        if (!isWorse || (local !== null && !hasClaim(local, stay, its, nowMs))) continue;
        chosen = stay;
        mark = its;
        satMs = itsMs;
      }
    }
    return chosen;
  }

  /** One of the newcomer's own address, where it has no better claim than others: each has its time for a share. */
  own(local: LocalAddress, nowMs: number): LocalStay | null {
    return local.isSuspect(nowMs) ? null : local.yields(nowMs);
  }

  /** The longest that one of `stays`, the oldest first, sat there who yields; a day for one that yields at once. 0 for none. */
  longestMs(stays: Iterable<LocalStay>, nowMs: number): number {
    let longestMs = 0;
    let looks = LOOKS;
    for (const stay of stays) {
      if (looks-- === 0) break;
      const satMs = this.satMs(stay, nowMs);
      const mark = this.markOf(stay, satMs, nowMs);
      if (mark === SAFE) continue;
      longestMs = Math.max(longestMs, satMs > this.limits.crowdedTenureMs ? satMs : AT_ONCE_MS);
    }
    return longestMs;
  }

  /** Whether one that sat so long yields to a newcomer of `local`. */
  isLonger(satMs: number, local: LocalAddress, nowMs: number): boolean {
    return !local.didHarm(nowMs) && satMs - local.sitting.at(nowMs) > this.limits.crowdedTenureMs;
  }

  /** `moreMs`: how much longer its address has sat on places without work than the newcomer's. */
  private markOf(stay: LocalStay, moreMs: number, nowMs: number): number {
    const { local, ready, idle } = stay;
    const { crowdedGraceMs, crowdedTenureMs, crowdPart } = this.limits;
    if (idle) return IDLE;
    if (local.isSuspect(nowMs)) {
      return stay.hadTime(crowdedGraceMs, crowdedTenureMs, nowMs) ? SUSPECT_HAD_TIME : SUSPECT;
    }
    if (stay.floods) return NO_MINER;
    const hadTime = moreMs > crowdedTenureMs;
    const isSilent = !ready && stay.hadTime(crowdedGraceMs, crowdedTenureMs, nowMs);
    const isCrowd = local.unearned > this.strangersRoom * crowdPart;
    if (!isCrowd && !hadTime && !isSilent) return SAFE;
    return ready || stay.waits ? HAD_TIME : NO_MINER;
  }

  /** How long its address has sat on places without work, this one's time included. */
  private satMs(stay: LocalStay, nowMs: number): number {
    return stay.local.sitting.at(nowMs) + stay.sittingMs(this.limits, nowMs);
  }
}

function hasClaim(newcomer: LocalAddress, { local }: LocalStay, mark: number, nowMs: number): boolean {
  // Suspects that displaced each other at once would never be seen doing harm, and never banned.
  if (newcomer.isSuspect(nowMs)) return mark === SUSPECT_HAD_TIME;
  // Who is sent away as often as it comes would end each newcomer that waits for its first share, once in a while.
  if (newcomer.didHarm(nowMs)) return mark >= NO_MINER;
  return mark >= NO_MINER || weight(local, mark) > weight(newcomer, mark);
}

/** Of an address among those who yield: one that worked has earned places, and is measured by all it has. */
function weight(local: LocalAddress, mark: number): number {
  return mark === IDLE ? local.openOnNode : local.unearned;
}
