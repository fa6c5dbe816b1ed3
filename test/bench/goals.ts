/** What was promised of a node on two cores, as data: which figure of which row, and how much it may be. */
import type { Measurement } from './measurement.js';

export interface Goal {
  /** Of the measurement. */
  readonly id: string;
  readonly row: string;
  readonly figure: string;
  /** Null where the measurement does not have it. */
  readonly text: (measurement: Measurement) => string;
  readonly goal: string;
  readonly isMet: (measurement: Measurement) => boolean;
}

const digits = (value: number | null | undefined, places: number): string =>
  (value ?? Number.NaN).toLocaleString('en-US', {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
const under = (value: number | null | undefined, most: number): boolean => (value ?? Number.NaN) < most;

function rate(id: string, figure: string, least: number): Goal {
  return {
    id,
    row: 'saturated',
    figure,
    text: ({ rate }) => digits(rate, 0),
    goal: `≥ ${digits(least, 0)}`,
    isMet: ({ rate }) => (rate ?? 0) >= least,
  };
}

function cpu(id: string, row: string, figure: string, mostUs: number): Goal {
  return {
    id,
    row,
    figure,
    text: ({ cpuUs }) => `${digits(cpuUs, 1)} µs`,
    goal: `≤ ${mostUs} µs`,
    isMet: ({ cpuUs }) => (cpuUs ?? Number.NaN) <= mostUs,
  };
}

function answer(id: string, figure: string): Goal {
  return {
    id,
    row: 'paced',
    figure,
    text: ({ p50Ms, p99Ms }) => `${digits(p50Ms, 1)} / ${digits(p99Ms, 1)} ms`,
    goal: '< 5 / < 10 ms',
    isMet: ({ p50Ms, p99Ms }) => under(p50Ms, 5) && under(p99Ms, 10),
  };
}

function last(id: string, row: string, figure: string, mostMs: number): Goal {
  return {
    id,
    row,
    figure,
    text: ({ mostMs: lastMs }) => `${digits(lastMs, 0)} ms`,
    goal: `< ${digits(mostMs, 0)} ms`,
    isMet: ({ mostMs: lastMs }) => under(lastMs, mostMs),
  };
}

function pause(id: string, row: string, figure: string): Goal {
  return {
    id,
    row,
    figure: `longest turn of a listener's loop, ${figure}`,
    text: ({ stallMs }) => `${digits(stallMs, 1)} ms`,
    goal: '< 20 ms',
    isMet: ({ stallMs }) => under(stallMs, 20),
  };
}

export const GOALS: readonly Goal[] = [
  rate('saturated/javascript', 'shares/s, one listener, JavaScript hashing', 50_000),
  rate('saturated/add-on', 'shares/s, one listener, with the add-on', 100_000),
  cpu('saturated/javascript', 'saturated', 'CPU a share, whole pool, JavaScript', 20),
  cpu('saturated/add-on', 'saturated', 'the same, add-on', 10),
  cpu('paced/5000/javascript', 'paced', 'CPU a share at 5,000/s, JavaScript', 50),
  cpu('paced/5000/add-on', 'paced', 'the same, add-on', 35),
  answer('paced/5000/add-on', 'answer p50 / p99 at 5,000/s, 1,000 connections, add-on'),
  answer('paced/5000/javascript', 'the same, JavaScript'),
  answer('paced/25000/add-on', 'the same at 25,000/s, add-on'),
  answer('paced/25000/javascript', 'the same at 25,000/s, JavaScript'),
  {
    id: 'idle',
    row: 'reconnect',
    figure: 'memory an idle connection at 10,000',
    text: ({ connectionBytes }) => `${digits((connectionBytes ?? Number.NaN) / 1000, 1)} KB`,
    goal: '≤ 10 KB',
    isMet: ({ connectionBytes }) => (connectionBytes ?? Number.NaN) <= 10_000,
  },
  {
    id: 'held',
    row: 'held',
    figure: 'connections held, with so many shares/s among them',
    text: ({ connections, rate, p50Ms, p99Ms, rssBytes }) =>
      `${digits(connections, 0)} with ${digits(rate, 0)}/s; p50 / p99 ${digits(p50Ms, 1)} / ${digits(p99Ms, 0)} ms; ` +
      `${digits((rssBytes ?? Number.NaN) / 2 ** 20, 0)} MiB`,
    goal: '100,000 with 2,000/s',
    // What is sent last is answered after the time it is divided by.
    isMet: ({ connections, rate }) => (connections ?? 0) >= 100_000 && (rate ?? 0) >= 0.95 * 2_000,
  },
  last('reconnect', 'reconnect', '10,000 miners reconnect at once: all on fresh work', 3_000),
  last('tip/1000', 'tip', 'new tip, 3,000 transactions: last of 1,000 miners', 60),
  last('tip/10000', 'tip', 'the same, last of 10,000 miners', 300),
  pause('paced/5000/add-on', 'paced', '5,000/s, add-on'),
  pause('paced/5000/javascript', 'paced', '5,000/s, JavaScript'),
  pause('tip/1000', 'tip', 'tip for 1,000'),
  pause('tip/10000', 'tip', 'tip for 10,000'),
  pause('reconnect', 'reconnect', '10,000 reconnect'),
  pause('slow-fsync/10', 'slow-fsync', 'fsync 10 ms slower'),
  pause('slow-fsync/50', 'slow-fsync', 'fsync 50 ms slower'),
];
