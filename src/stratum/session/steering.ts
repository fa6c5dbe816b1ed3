/**
 * Where shares take a difficulty once a beginning is over. They arrive by chance: n of them tell a rate to within 1/√n
 * only, and chance alone must not move the difficulty. Hence three rules; all times scale with the share interval T
 * (10 s: 3 T = 30 s), and what silence does is said at `MinerSilence`:
 *
 * - Ramp: 16 shares' worth of work at more than 4 times the wanted rate move the difficulty at once to what they
 *   tell, at most 64-fold. Sixteen shares in 4 T at the right difficulty are chance once in 10⁵ times.
 * - Adjust: at most every 3 T and on evidence of about 3 T, when the measured rate is outside 0.8-1.2 of the wanted
 *   one and further off than 1.5 standard deviations; half the way (damping 0.5) to the difficulty measured.
 * - Surprise: a moving average (alpha 0.3 per 3 T, or a longer one) further from what the evidence says than chance
 *   explains means that the miner changed. The evidence is thrown away and gathered anew.
 */
import { gridFloor } from '../../bitcoin/index.js';
import type { DifficultyBounds } from './difficulty-bounds.js';
import type { HashrateEvidence } from './hashrate-evidence.js';

const RAMP_SHARES = 16;
const RAMP_RATE = 4;
const MAX_RAMP = 64;

const COOLDOWN_INTERVALS = 3;
const DEAD_BAND_LOW = 0.8;
const DEAD_BAND_HIGH = 1.2;
const DAMPING = 0.5;
const ADJUST_DEVIATIONS = 1.5;

const CLOCK_STEP_MS = 1;

/** More than one step of the grid below 1 and less than two. */
const ONE_FRACTION_UP = 1.29;

export class Steering {
  /** On the grid. */
  current: number;
  private changedMs: number;

  constructor(
    private readonly evidence: HashrateEvidence,
    private readonly bounds: DifficultyBounds,
    startDifficulty: number,
    nowMs: number,
  ) {
    this.current = bounds.nearest(startDifficulty);
    this.changedMs = nowMs;
  }

  /** So much time went by without work. */
  pause(ms: number): void {
    this.changedMs += ms;
  }

  /** The ceiling may have come down. */
  cap(): void {
    this.current = this.bounds.capped(this.current);
  }

  /** Returns the new difficulty when it changes, as the others do. */
  moveTo(wanted: number, nowMs: number): number | null {
    return this.change(this.bounds.nearest(wanted), nowMs);
  }

  ramp(nowMs: number, intervalMs: number): number | null {
    const wanted = rampTarget(this.evidence, this.current, CLOCK_STEP_MS / intervalMs);
    return wanted === null ? null : this.moveTo(wanted, nowMs);
  }

  adjust(nowMs: number, intervalMs: number): number | null {
    if (this.evidence.contradictsItself(this.current)) {
      this.evidence.forget();
      return null;
    }
    if (nowMs - this.changedMs < COOLDOWN_INTERVALS * intervalMs) return null;
    const next = adjusted(this.evidence, this.current, this.bounds);
    return next === null ? null : this.change(next, nowMs);
  }

  private change(next: number, nowMs: number): number | null {
    if (next === this.current) return null;
    this.current = next;
    this.changedMs = nowMs;
    return next;
  }
}

/** Null where there is no flood. `leastIntervals`: what a clock can tell. */
function rampTarget(evidence: HashrateEvidence, difficulty: number, leastIntervals: number): number | null {
  const { shares } = evidence;
  const intervals = Math.max(evidence.intervals, leastIntervals);
  const seen = evidence.sharesOf(difficulty);
  // Half a share of slack: forgetting takes a little off the number of equal shares.
  if (shares < RAMP_SHARES - 0.5 || seen <= RAMP_RATE * intervals) return null;
  // The evidence ends with a share, so n − 1 of n tell the rate without bias.
  return difficulty * Math.min(MAX_RAMP, (seen * (1 - 1 / shares)) / intervals);
}

/** Of the two difficulties of the grid around one the one whose rate is nearer to the wanted: below 1 its steps are 25 %. */
export function nearestRate(difficulty: number): number {
  const easier = gridFloor(difficulty);
  const harder = gridFloor(easier < 1 ? easier * ONE_FRACTION_UP : easier + 1);
  return difficulty / easier - 1 < 1 - difficulty / harder ? easier : harder;
}

/** On the grid; null to stay. */
function adjusted(evidence: HashrateEvidence, difficulty: number, bounds: DifficultyBounds): number | null {
  const wanted = evidence.intervals;
  if (wanted < COOLDOWN_INTERVALS - 0.5) return null;
  const rate = evidence.sharesOf(difficulty) / wanted;
  if (!(rate < DEAD_BAND_LOW || rate > DEAD_BAND_HIGH)) return null;
  if (Math.abs(rate - 1) * wanted < ADJUST_DEVIATIONS * evidence.deviationOf(difficulty)) return null;
  const damped = bounds.nearest(difficulty * (1 + DAMPING * (rate - 1)));
  const next = damped === difficulty ? bounds.nearest(difficulty * rate) : damped;
  // Where the grid is coarse (1, 2, 3) the next step down may be further off than no step.
  const isNearer = Math.abs(Math.log((difficulty * rate) / next)) < Math.abs(Math.log(rate));
  return isNearer ? next : null;
}
