/**
 * The same load on a port that somebody else's pool has open, for comparison: saturated and paced. What it takes of that
 * pool: on regtest or wherever difficulty is below about 1e-6, because shares are ground beforehand; miners log in
 * by one username with `.rig<n>` behind it; as many connections from one address as are asked for here. Of its processes
 * only those are known that were named, and of them what CPU they use; its answers are held against no log, which the rows say.
 */
import { runs, WINDOW } from './bed.js';
import { Load, type LoadResult } from './load/load.js';
import { usageOf } from './load/process-usage.js';
import type { Measurement } from './measurement.js';
import type { Scale } from './scale.js';

export interface OtherPort {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly perAddress: number;
  /** Its processes on this machine; none for no figures of CPU. */
  readonly pids: readonly number[];
}

/** `host:port`, the host an IPv4 address or a name; null for anything else. */
export function parsePort(text: string): { readonly host: string; readonly port: number } | null {
  const [, host, port] = /^([^:\s]+):(\d{1,5})$/.exec(text) ?? [];
  return host === undefined || Number(port) < 1 || Number(port) > 65_535
    ? null
    : { host, port: Number(port) };
}

const BENCH = 'other port';

function row(
  what: string,
  { accepted, refused, refusals, durations, tookMs, busy }: LoadResult,
  cpuSeconds: number | null,
): Measurement {
  const at = (part: number): number | null =>
    durations[Math.min(durations.length - 1, Math.floor(durations.length * part))] ?? null;
  return {
    bench: BENCH,
    what,
    rate: (1000 * accepted) / tookMs,
    unit: 'shares',
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    mostMs: at(1),
    cores: cpuSeconds === null ? null : (1000 * cpuSeconds) / tookMs,
    ...(cpuSeconds === null ? {} : { cpuUs: (1e6 * cpuSeconds) / accepted }),
    refused,
    note: `${refused === 0 ? '' : `refused with ${refusals[0]?.slice(0, 120)}; `}held against no log; load ${Math.round(100 * busy)} % busy`,
  };
}

async function onPort(
  target: OtherPort,
  connections: number,
  scale: Scale,
  what: string,
  each: number,
  shares: (load: Load) => Promise<LoadResult>,
): Promise<Measurement> {
  const load = await Load.start(1);
  try {
    const { host, port, username, password, perAddress, pids } = target;
    await load.open({
      ...{ host, port, password, connections, perAddress, username },
      ...{ firstRig: 0, perSecond: 500, mayBeRefused: false },
    });
    return await runs(scale, 'rate', async () => {
      await load.prepare(each);
      const used = usageOf(pids).cpuSeconds;
      const result = await shares(load);
      return row(what, result, pids.length === 0 ? null : usageOf(pids).cpuSeconds - used);
    });
  } finally {
    await load.stop();
  }
}

export async function benchOtherPort(target: OtherPort, scale: Scale): Promise<Measurement[]> {
  const { lastingMs } = scale;
  const seconds = lastingMs / 1000;
  const where = `${target.host}:${target.port}`;
  const saturated = await onPort(
    target,
    100,
    scale,
    `${where} saturated, 100 x ${WINDOW} on their way`,
    Math.ceil(2_000 * seconds),
    (load) => load.saturate(WINDOW, lastingMs),
  );
  const paced: Measurement[] = [];
  for (const perSecond of [5_000, 25_000]) {
    const what = `${where} ${perSecond.toLocaleString('en-US')} a second, 1,000 miners`;
    const each = Math.ceil((1.05 * perSecond * seconds) / 1_000);
    paced.push(await onPort(target, 1_000, scale, what, each, (load) => load.pace(perSecond, lastingMs)));
  }
  return [saturated, ...paced];
}
