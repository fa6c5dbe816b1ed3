/**
 * Where the evidence says that a difficulty is to go: vardiff's ramp and its adjustment, whose reasons and bounds are in
 * `vardiff.ts`. Functions from data to data.
 */
import { gridFloor } from '../../bitcoin/index.js';
import type { HashrateEvidence } from './hashrate-evidence.js';

const RAMP_SHARES = 16;
const RAMP_RATE = 4;
const MAX_RAMP = 64;

export const COOLDOWN_INTERVALS = 3;
const DEAD_BAND_LOW = 0.8;
const DEAD_BAND_HIGH = 1.2;
const DAMPING = 0.5;
const ADJUST_DEVIATIONS = 1.5;

/** More than one step of the grid below 1 and less than two. */
const ONE_FRACTION_UP = 1.29;

/** Null where there is no flood. `leastIntervals`: what a clock can tell. */
export function rampTarget(
  evidence: HashrateEvidence,
  difficulty: number,
  leastIntervals: number,
): number | null {
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

/** On the grid, to which `onGrid` takes a difficulty; null to stay. */
export function adjusted(
  evidence: HashrateEvidence,
  difficulty: number,
  onGrid: (difficulty: number) => number,
): number | null {
  const wanted = evidence.intervals;
  if (wanted < COOLDOWN_INTERVALS - 0.5) return null;
  const rate = evidence.sharesOf(difficulty) / wanted;
  if (!(rate < DEAD_BAND_LOW || rate > DEAD_BAND_HIGH)) return null;
  if (Math.abs(rate - 1) * wanted < ADJUST_DEVIATIONS * evidence.deviationOf(difficulty)) return null;
  const damped = onGrid(difficulty * (1 + DAMPING * (rate - 1)));
  const next = damped === difficulty ? onGrid(difficulty * rate) : damped;
  // Where the grid is coarse (1, 2, 3) the next step down may be further off than no step.
  const isNearer = Math.abs(Math.log((difficulty * rate) / next)) < Math.abs(Math.log(rate));
  return isNearer ? next : null;
}
