/**
 * Several runs of one row taken together: the median of each figure, the longest stall of all, and how far the runs lay
 * apart.
 */
import type { Measurement } from './measurement.js';

const FIGURES = ['rate', 'p50Ms', 'p99Ms', 'mostMs', 'cores'] as const;

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `runs`: of one row, at least one. `spreadOf`: the figure whose range the note tells. */
export function medians(runs: readonly Measurement[], spreadOf: 'rate' | 'p99Ms' | 'mostMs'): Measurement {
  const result = { ...runs[0]! } as { -readonly [Key in keyof Measurement]: Measurement[Key] };
  for (const figure of FIGURES) {
    const values = runs.flatMap((run) => run[figure] ?? []);
    result[figure] = values.length === runs.length ? median(values) : null;
  }
  const cpuUs = runs.flatMap((run) => run.cpuUs ?? []);
  if (cpuUs.length > 0) result.cpuUs = median(cpuUs);
  for (const count of ['refused', 'uncredited', 'lostConnections'] as const) {
    const counts = runs.flatMap((run) => run[count] ?? []);
    if (counts.length > 0) result[count] = counts.reduce((sum, each) => sum + each, 0);
  }
  // Of the run that was refused, if one was: the figures of the others do not make up for it.
  result.note = (runs.find((run) => (run.refused ?? 0) > 0) ?? runs[0]!).note;
  const stalls = runs.flatMap(({ stallMs }) => stallMs ?? []);
  if (stalls.length > 0) result.stallMs = Math.max(...stalls);
  const spread = runs.flatMap((run) => run[spreadOf] ?? []);
  if (runs.length > 1 && spread.length === runs.length) {
    const name = { rate: 'rate', p99Ms: 'p99', mostMs: 'most' }[spreadOf];
    const range = `${name} ${Math.min(...spread).toPrecision(3)}-${Math.max(...spread).toPrecision(3)}`;
    result.note = `median of ${runs.length} runs, ${range}; ${result.note}`;
  }
  return result;
}
