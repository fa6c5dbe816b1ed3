/**
 * File descriptors: every miner's socket takes one, and each listener process needs some 512 for itself. The
 * kernel spreads connections unevenly, measured up to 1.4 times the mean.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Finding, fail, ok, warn } from './finding.js';

const OWN_DESCRIPTORS = 512;
const UNEVEN = 1.4;
const SHARE_FOR_MINERS = 0.6;

/** Each has extranonces of its own by their first byte; also the most that may be configured. */
const MOST_LISTENERS = 256;

/** How many listener processes `maxConnections` miners take, as far as there may be; `nofile` may be Infinity. */
export function listenersFor(cores: number, maxConnections: number, nofile: number): number {
  return Math.min(MOST_LISTENERS, Math.max(cores, Math.ceil(maxConnections / (SHARE_FOR_MINERS * nofile))));
}

export interface DescriptorFacts {
  readonly cores: number;
  readonly maxConnections: number;
  /** As configured: 0 follows `listenersFor`. */
  readonly listeners: number;
  readonly nofile: number;
}

interface Need {
  readonly count: number;
  readonly mean: number;
  /** Of the listener with the most miners. */
  readonly worst: number;
}

function needAt({ cores, maxConnections, listeners, nofile }: DescriptorFacts): Need {
  const count = listeners > 0 ? listeners : listenersFor(cores, maxConnections, nofile);
  const mean = Math.ceil(maxConnections / count);
  return { count, mean, worst: Math.ceil(mean * UNEVEN) + OWN_DESCRIPTORS };
}

/** What Linux allows a process at most, unless fs.nr_open is raised. */
const MOST_DESCRIPTORS = 2 ** 20;

/** The first of 65536, 131072, ... under which the worst listener has enough; null where none up to the most is. */
function sufficientLimit(facts: DescriptorFacts): number | null {
  for (let nofile = 2 ** 16; nofile <= MOST_DESCRIPTORS; nofile *= 2) {
    if (needAt({ ...facts, nofile }).worst <= nofile) return nofile;
  }
  return null;
}

function adviceOn(facts: DescriptorFacts): string {
  const limit = sufficientLimit(facts);
  return limit === null
    ? 'more than a process may have: raise stratum.listeners, or lower stratum.maxConnections'
    : `raise the limit (ulimit -n ${limit}; systemd LimitNOFILE=${limit}; docker --ulimit nofile=${limit}), or lower stratum.maxConnections`;
}

export function checkDescriptors(facts: DescriptorFacts): Finding {
  const about = 'descriptors';
  const { cores, maxConnections, listeners, nofile } = facts;
  const { count, mean, worst } = needAt(facts);
  const how =
    listeners > 0
      ? 'as configured'
      : `the larger of ${cores} cores and ⌈${maxConnections} / (${SHARE_FOR_MINERS} × ${nofile})⌉ = ${Math.ceil(maxConnections / (SHARE_FOR_MINERS * nofile))}${count === MOST_LISTENERS ? `, ${MOST_LISTENERS} at most` : ''}`;
  const told = [
    `${maxConnections} miners over ${count} listeners (${how})`,
    `each ${mean} × ${UNEVEN} + ${OWN_DESCRIPTORS} = ${worst} of ${nofile} descriptors`,
  ].join('\n');
  if (worst <= nofile) return ok(about, told);
  const todo = adviceOn(facts);
  return mean + OWN_DESCRIPTORS <= nofile ? warn(about, told, todo) : fail(about, told, todo);
}

/** The soft limit of this process and its children; Infinity for none. Node raises it to the hard one as it starts. */
export async function descriptorLimit(): Promise<number> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', 'ulimit -n']);
  const text = stdout.trim();
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}
