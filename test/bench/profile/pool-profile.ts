/**
 * A pool that is profiled while its rows are measured (`npm run bench -- --profile paced`): V8's profiler in every thread,
 * and beside it how long each thread had a core, in user mode and in the kernel, as Linux counts it. The profiler costs
 * some of what it measures, so a row's figures are not those of the same row without it.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readProfile, type SampledThread, type Span, sampled } from './cpu-profile.js';
import { type ThreadTime, threadTimes } from './thread-times.js';

const INTERVAL_US = 1_000;
/** Of parts and functions told. */
const LEAST_PART = 0.01;
const MOST_FUNCTIONS = 12;

export interface ThreadShare {
  readonly thread: string;
  /** Of CPU, for each share of the row, or each miner where it is about these. */
  readonly us: number;
  /** Of it in the kernel, 0 to 1. */
  readonly kernel: number;
  /** How often it went to sleep, a share. */
  readonly waits: number;
}

export interface ThreadParts {
  readonly thread: string;
  /** Parts of its samples, 0 to 1, the largest first. */
  readonly byWhat: readonly (readonly [string, number])[];
  readonly byFunction: readonly (readonly [string, number])[];
}

export interface Profiled {
  readonly threads: readonly ThreadShare[];
  readonly parts: readonly ThreadParts[];
}

interface Window {
  readonly spans: Span[];
  shares: number;
  readonly threads: Map<string, { us: number; kernelUs: number; waits: number }>;
}

const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

export class PoolProfile {
  private readonly windows = new Map<string, Window>();
  private begun: {
    readonly atUs: number;
    readonly times: ReadonlyMap<number, Map<number, ThreadTime>>;
  } | null = null;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** For Node, in every process of the pool. */
  get nodeArgs(): readonly string[] {
    return ['--cpu-prof', `--cpu-prof-dir=${this.folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
  }

  /** `pids`: the coordinator's first. */
  begin(pids: readonly number[]): void {
    this.begun = { atUs: nowUs(), times: new Map(pids.map((pid) => [pid, threadTimes(pid)])) };
  }

  /** Of the row `id`, which may have several runs; `shares`: that counted since `begin`, or miners. */
  end(id: string, shares: number): void {
    const { atUs, times } = this.begun!;
    const window: Window = this.windows.get(id) ?? { spans: [], shares: 0, threads: new Map() };
    this.windows.set(id, window);
    window.spans.push([atUs, nowUs()]);
    window.shares += shares;
    [...times].forEach(([pid, before], index) => {
      const spent = [...threadTimes(pid)].map(([tid, time]) => ({ tid, ...since(before.get(tid), time) }));
      // What SQLite and its fsyncs take is all that a listener does beside its sockets; what V8 and libuv do is little.
      const others = spent.filter(({ tid }) => tid !== pid).sort((a, b) => b.us - a.us);
      const process = index === 0 ? 'coordinator' : 'listener';
      const add = (
        thread: string,
        each: readonly { us: number; kernelUs: number; waits: number }[],
      ): void => {
        const sum = window.threads.get(thread) ?? { us: 0, kernelUs: 0, waits: 0 };
        window.threads.set(thread, sum);
        for (const { us, kernelUs, waits } of each) {
          sum.us += us;
          sum.kernelUs += kernelUs;
          sum.waits += waits;
        }
      };
      add(
        index === 0 ? 'coordinator' : 'listener, sockets',
        spent.filter(({ tid }) => tid === pid),
      );
      if (index > 0) add('writer of the share log', others.splice(0, 1));
      add(`${process}, other threads`, others);
    });
  }

  /** By row, once the pool has ended and every thread has written its profile. */
  rows(): Map<string, Profiled> {
    const profiles = readdirSync(this.folder)
      .filter((name) => name.endsWith('.cpuprofile'))
      .map((name) => readProfile(join(this.folder, name)));
    return new Map(
      [...this.windows].map(([id, { spans, shares, threads }]) => {
        const seen = profiles.map((profile) => sampled(profile, spans));
        return [
          id,
          {
            threads: [...threads].map(([thread, { us, kernelUs, waits }]) => ({
              thread,
              us: us / shares,
              kernel: us === 0 ? 0 : kernelUs / us,
              waits: waits / shares,
            })),
            parts: [...new Set(threads.keys())].flatMap((thread) => partsOf(thread, seen)),
          },
        ];
      }),
    );
  }
}

function since(
  before: ThreadTime | undefined,
  now: ThreadTime,
): { us: number; kernelUs: number; waits: number } {
  const userSeconds = now.userSeconds - (before?.userSeconds ?? 0);
  const kernelSeconds = now.kernelSeconds - (before?.kernelSeconds ?? 0);
  return {
    us: 1e6 * (userSeconds + kernelSeconds),
    kernelUs: 1e6 * kernelSeconds,
    waits: now.waits - (before?.waits ?? 0),
  };
}

function partsOf(thread: string, seen: readonly SampledThread[]): ThreadParts[] {
  const ofThread = seen.filter(({ name }) => name === thread);
  const parts = (of: (sample: SampledThread) => ReadonlyMap<string, number>): [string, number][] => {
    const sums = new Map<string, number>();
    for (const sample of ofThread)
      for (const [what, us] of of(sample)) sums.set(what, (sums.get(what) ?? 0) + us);
    const all = [...sums.values()].reduce((sum, us) => sum + us, 0);
    return [...sums]
      .map(([what, us]): [string, number] => [what, us / all])
      .filter(([, part]) => part >= LEAST_PART)
      .sort(([, a], [, b]) => b - a);
  };
  const byWhat = parts((sample) => sample.byWhat);
  if (byWhat.length === 0) return [];
  return [{ thread, byWhat, byFunction: parts((sample) => sample.byFunction).slice(0, MOST_FUNCTIONS) }];
}

const percent = (part: number): string => `${Math.round(100 * part)} %`;

export function profileText(id: string, { threads, parts }: Profiled): string {
  const lines = [`${id}, profiled:`];
  for (const { thread, us, kernel, waits } of threads) {
    lines.push(
      `  ${thread.padEnd(28)} ${us.toFixed(1).padStart(6)} µs each, ${percent(kernel)} in the kernel, sleeps ${waits.toFixed(2)} times`,
    );
  }
  for (const { thread, byWhat, byFunction } of parts) {
    lines.push(`  ${thread}: ${byWhat.map(([what, part]) => `${what} ${percent(part)}`).join(', ')}`);
    lines.push(`    by function: ${byFunction.map(([name, part]) => `${name} ${percent(part)}`).join(', ')}`);
  }
  return lines.join('\n');
}
