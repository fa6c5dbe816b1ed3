/**
 * What was promised of a node on two cores, as data: which figure of which row, and how much it may be. A figure counts
 * only of a row in which nothing went wrong: the shares it offers were taken at that rate, none was refused or answered
 * and not credited, and no connection was lost.
 */
import type { Figure, Measurement } from './measurement.js';

export interface Goal {
  /** Of the measurement. */
  readonly id: string;
  readonly row: string;
  readonly figure: string;
  /** Null where the measurement does not have it. */
  readonly text: (measurement: Measurement) => string;
  /** The figures it is about, as one run of each is written. */
  readonly of: readonly (readonly [Figure, (value: number) => string])[];
  readonly goal: string;
  /** Shares a second that the row is about; null where it is how many there can be, or about none. */
  readonly offered: number | null;
  readonly isMet: (measurement: Measurement) => boolean;
}

const digits = (value: number | null | undefined, places: number): string =>
  value?.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places }) ??
  'unknown';
/** What is sent last is answered behind the time that the answers are divided by. */
const REACHED = 0.98;

/** How far the runs lay apart in the figures that the goal is about; a dash where there was one run. */
export function spreadText({ of }: Goal, { spread }: Measurement): string {
  const ranges = of.flatMap(([figure, text]) => {
    const range = spread?.[figure];
    return range === undefined ? [] : [range.map(text).join('-')];
  });
  return ranges.length === 0 ? '-' : ranges.join(' / ');
}

const to =
  (places: number) =>
  (value: number): string =>
    digits(value, places);

/** Why the goal is missed, in a few words; null when it is met. */
export function missed(goal: Goal, measurement: Measurement): string | null {
  const { refused, uncredited = 0, lostConnections, rate } = measurement;
  if (!goal.isMet(measurement)) return 'no';
  if (refused === undefined) return 'not known whether shares were refused';
  if (refused > 0) return `${digits(refused, 0)} refused`;
  if (uncredited > 0) return `${digits(uncredited, 0)} not credited`;
  if (lostConnections === undefined) return 'not known whether connections were lost';
  if (lostConnections > 0) return `${digits(lostConnections, 0)} connections lost`;
  if (goal.offered !== null && !((rate ?? 0) >= REACHED * goal.offered)) {
    return `at ${digits(rate, 0)}/s of ${digits(goal.offered, 0)}`;
  }
  return null;
}

const under = (value: number | null | undefined, most: number): boolean => (value ?? Number.NaN) < most;

function rate(id: string, figure: string, least: number): Goal {
  return {
    id,
    row: 'saturated',
    figure,
    text: ({ rate }) => digits(rate, 0),
    of: [['rate', to(0)]],
    goal: `≥ ${digits(least, 0)}`,
    offered: null,
    isMet: ({ rate }) => (rate ?? 0) >= least,
  };
}

function cpu(id: string, row: string, figure: string, mostUs: number, offered: number | null): Goal {
  return {
    id,
    row,
    figure,
    text: ({ cpuUs }) => `${digits(cpuUs, 1)} µs`,
    of: [['cpuUs', to(1)]],
    goal: `≤ ${mostUs} µs`,
    offered,
    isMet: ({ cpuUs }) => (cpuUs ?? Number.NaN) <= mostUs,
  };
}

function answer(id: string, figure: string, offered: number): Goal {
  return {
    id,
    row: 'paced',
    figure,
    text: ({ p50Ms, p99Ms }) => `${digits(p50Ms, 1)} / ${digits(p99Ms, 1)} ms`,
    of: [
      ['p50Ms', to(1)],
      ['p99Ms', to(1)],
    ],
    goal: '< 5 / < 10 ms',
    offered,
    isMet: ({ p50Ms, p99Ms }) => under(p50Ms, 5) && under(p99Ms, 10),
  };
}

function last(id: string, row: string, figure: string, mostMs: number): Goal {
  return {
    id,
    row,
    figure,
    text: ({ mostMs: lastMs }) => `${digits(lastMs, 0)} ms`,
    of: [['mostMs', to(0)]],
    goal: `< ${digits(mostMs, 0)} ms`,
    offered: null,
    isMet: ({ mostMs: lastMs }) => under(lastMs, mostMs),
  };
}

function pause(id: string, row: string, figure: string, offered: number | null = null): Goal {
  return {
    id,
    row,
    figure: `longest turn of a listener's loop, ${figure}`,
    text: ({ stallMs }) => `${digits(stallMs, 1)} ms`,
    of: [['stallMs', to(1)]],
    goal: '< 20 ms',
    offered,
    isMet: ({ stallMs }) => under(stallMs, 20),
  };
}

export const GOALS: readonly Goal[] = [
  rate('saturated/javascript', 'shares/s, one listener, JavaScript hashing', 50_000),
  rate('saturated/add-on', 'shares/s, one listener, with the add-on', 100_000),
  cpu('saturated/javascript', 'saturated', 'CPU a share, whole pool, JavaScript', 20, null),
  cpu('saturated/add-on', 'saturated', 'the same, add-on', 10, null),
  cpu('paced/5000/javascript', 'paced', 'CPU a share at 5,000/s, JavaScript', 50, 5_000),
  cpu('paced/5000/add-on', 'paced', 'the same, add-on', 35, 5_000),
  answer('paced/5000/add-on', 'answer p50 / p99 at 5,000/s, 1,000 connections, add-on', 5_000),
  answer('paced/5000/javascript', 'the same, JavaScript', 5_000),
  answer('paced/25000/add-on', 'the same at 25,000/s, add-on', 25_000),
  answer('paced/25000/javascript', 'the same at 25,000/s, JavaScript', 25_000),
  {
    id: 'idle',
    row: 'reconnect',
    figure: 'memory an idle connection at 10,000',
    text: ({ connectionBytes }) => `${digits((connectionBytes ?? Number.NaN) / 1000, 1)} KB`,
    of: [['connectionBytes', (bytes) => digits(bytes / 1000, 1)]],
    goal: '≤ 10 KB',
    offered: null,
    isMet: ({ connectionBytes }) => (connectionBytes ?? Number.NaN) <= 10_000,
  },
  {
    id: 'held',
    row: 'held',
    figure: 'connections held, with so many shares/s among them',
    text: ({ connections, loggedInBefore, loggedInAfter, rate, p50Ms, p99Ms, rssBytes }) =>
      `${digits(connections, 0)} open to the end, ${digits(loggedInBefore, 0)} logged in before and ` +
      `${digits(loggedInAfter, 0)} after, with ${digits(rate, 0)}/s; p50 / p99 ${digits(p50Ms, 1)} / ${digits(p99Ms, 0)} ms; ` +
      `${digits((rssBytes ?? Number.NaN) / 2 ** 20, 0)} MiB`,
    of: [
      ['rate', to(0)],
      ['p50Ms', to(1)],
      ['p99Ms', to(0)],
    ],
    goal: '100,000 with 2,000/s',
    offered: null,
    isMet: ({ connections, loggedInBefore, loggedInAfter, rate }) =>
      Math.min(connections ?? 0, loggedInBefore ?? 0, loggedInAfter ?? 0) >= 100_000 && (rate ?? 0) >= 2_000,
  },
  last('reconnect', 'reconnect', '10,000 miners reconnect at once: all on fresh work', 3_000),
  last('tip/1000', 'tip', 'new tip, 3,000 transactions: last of 1,000 miners', 60),
  last('tip/10000', 'tip', 'the same, last of 10,000 miners', 300),
  pause('paced/5000/add-on', 'paced', '5,000/s, add-on', 5_000),
  pause('paced/5000/javascript', 'paced', '5,000/s, JavaScript', 5_000),
  pause('tip/1000', 'tip', 'tip for 1,000'),
  pause('tip/10000', 'tip', 'tip for 10,000'),
  pause('reconnect', 'reconnect', '10,000 reconnect'),
  pause('slow-fsync/10', 'slow-fsync', 'fsync 10 ms slower', 5_000),
  pause('slow-fsync/50', 'slow-fsync', 'fsync 50 ms slower', 5_000),
];
