/** Measurements as one table for people. */
import type { Measurement } from './measurement.js';

function rateText(rate: number | null, unit: string): string {
  if (rate === null) return '-';
  const [scaled, prefix] = rate >= 1e6 ? [rate / 1e6, 'M '] : [rate, ''];
  const digits = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  const number = scaled.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number} ${prefix}${unit}/s`;
}

function durationText(durationMs: number | null): string {
  if (durationMs === null) return '-';
  if (durationMs < 1) return `${(durationMs * 1000).toPrecision(3)} us`;
  return `${durationMs < 1000 ? durationMs.toPrecision(3) : Math.round(durationMs)} ms`;
}

function noteText({ cpuUs, refused, uncredited, held, note }: Measurement): string {
  const cpu = cpuUs === undefined ? [] : [`${cpuUs.toFixed(1)} us CPU a share`];
  const lost = [
    ...(refused === undefined || refused === 0 ? [] : [`${refused} refused`]),
    ...(uncredited === undefined || uncredited === 0 ? [] : [`${uncredited} uncredited`]),
  ];
  const log = held === undefined || held === 0 ? [] : [`${held.toLocaleString('en-US')} in the log`];
  return [...lost, ...cpu, ...log, note].join('; ');
}

export function table(measurements: readonly Measurement[]): string {
  const rows = [
    ['bench', 'what', 'rate', 'p50', 'p99', 'most', 'stall', 'cores', 'note'],
    ...measurements.map((m, i) => [
      measurements[i - 1]?.bench === m.bench ? '' : m.bench,
      m.what,
      rateText(m.rate, m.unit),
      ...[m.p50Ms, m.p99Ms, m.mostMs, m.stallMs ?? null].map(durationText),
      m.cores === null ? '-' : m.cores.toFixed(2),
      noteText(m),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isText = (column: number): boolean => column < 2 || column === 8;
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
