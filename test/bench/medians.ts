/**
 * Several runs of one row taken together: the median of each figure, the longest stall of all, and how far the runs lay
 * apart.
 */
import type { Figure, Measurement, Spread } from './measurement.js';

const FIGURES = [
  'rate',
  'p50Ms',
  'p99Ms',
  'mostMs',
  'cores',
  'cpuUs',
  'connectionBytes',
  'rssBytes',
] as const;

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `runs`: of one row, at least one. `spreadOf`: the figure whose range the note tells too. */
export function medians(runs: readonly Measurement[], spreadOf: 'rate' | 'p99Ms' | 'mostMs'): Measurement {
  const result = { ...runs[0]! } as { -readonly [Key in keyof Measurement]: Measurement[Key] };
  const spread: { -readonly [Key in Figure]?: Spread[Key] } = {};
  for (const figure of [...FIGURES, 'stallMs'] as const) {
    const values = runs.flatMap((run) => run[figure] ?? []);
    if (values.length === 0) continue;
    // A median of some of the runs would be of those that came off.
    const isWhole = values.length === runs.length;
    if (figure === 'stallMs') result.stallMs = Math.max(...values);
    else if (isWhole) result[figure] = median(values);
    else if (figure === 'connectionBytes' || figure === 'rssBytes' || figure === 'cpuUs')
      delete result[figure];
    else result[figure] = null;
    if (isWhole && runs.length > 1) spread[figure] = [Math.min(...values), Math.max(...values)];
  }
  for (const count of ['refused', 'uncredited', 'lostConnections'] as const) {
    const counts = runs.flatMap((run) => run[count] ?? []);
    if (counts.length > 0) result[count] = counts.reduce((sum, each) => sum + each, 0);
  }
  // Of the run that was refused, if one was: the figures of the others do not make up for it.
  result.note = (runs.find((run) => (run.refused ?? 0) > 0) ?? runs[0]!).note;
  if (runs.length === 1) return result;
  const range = spread[spreadOf];
  const name = { rate: 'rate', p99Ms: 'p99', mostMs: 'most' }[spreadOf];
  const text = range === undefined ? '' : `, ${name} ${range[0].toPrecision(3)}-${range[1].toPrecision(3)}`;
  return {
    ...result,
    runs: runs.length,
    spread,
    note: `median of ${runs.length} runs${text}; ${result.note}`,
  };
}
