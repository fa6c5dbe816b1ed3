/**
 * File descriptors: every miner's socket takes one, and each listener process needs some 512 for itself. The
 * kernel spreads connections unevenly, measured up to 1.4 times the mean (DESIGN 2).
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Finding, fail, ok, warn } from './finding.js';

const OWN_DESCRIPTORS = 512;
const UNEVEN = 1.4;
const SHARE_FOR_MINERS = 0.6;

/** How many listener processes `maxConnections` miners take; `nofile` may be Infinity. */
export function listenersFor(cores: number, maxConnections: number, nofile: number): number {
  return Math.max(cores, Math.ceil(maxConnections / (SHARE_FOR_MINERS * nofile)));
}

export interface DescriptorFacts {
  readonly cores: number;
  readonly maxConnections: number;
  /** As configured: 0 follows `listenersFor`. */
  readonly listeners: number;
  readonly nofile: number;
}

export function checkDescriptors({ cores, maxConnections, listeners, nofile }: DescriptorFacts): Finding {
  const about = 'descriptors';
  const count = listeners > 0 ? listeners : listenersFor(cores, maxConnections, nofile);
  const mean = Math.ceil(maxConnections / count);
  const need = Math.ceil(mean * UNEVEN) + OWN_DESCRIPTORS;
  const how =
    listeners > 0
      ? 'as configured'
      : `the larger of ${cores} cores and ⌈${maxConnections} / (${SHARE_FOR_MINERS} × ${nofile})⌉ = ${Math.ceil(maxConnections / (SHARE_FOR_MINERS * nofile))}`;
  const told = [
    `${maxConnections} miners over ${count} listeners (${how})`,
    `each ${mean} × ${UNEVEN} + ${OWN_DESCRIPTORS} = ${need} of ${nofile} descriptors`,
  ].join('\n');
  const todo =
    'raise the limit (ulimit -n 65536; systemd LimitNOFILE=65536; docker --ulimit nofile=65536), or lower stratum.maxConnections';
  if (need <= nofile) return ok(about, told);
  return mean + OWN_DESCRIPTORS <= nofile ? warn(about, told, todo) : fail(about, told, todo);
}

/** The soft limit of this process and its children; Infinity for none. Node raises it to the hard one as it starts. */
export async function descriptorLimit(): Promise<number> {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', 'ulimit -n']);
  const text = stdout.trim();
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}
