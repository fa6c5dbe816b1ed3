/**
 * What the audit of one submission costs, package read and all: a full claim, the proof of a sampled one, and the widest
 * packages that somebody may make for others to read.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AuditCosts } from './auditing-process.js';
import { type Measurement, NOT_TIMED } from './measurement.js';
import { WIDEST } from './widest-packages.js';
import type { WidestCosts } from './widest-process.js';

const PROGRAM = fileURLToPath(new URL('./auditing-process.js', import.meta.url));
const WIDEST_PROGRAM = fileURLToPath(new URL('./widest-process.js', import.meta.url));
const FULL = 16_384;
const SAMPLED = 100_000;

async function auditing(what: string, shares: number, conditions: readonly string[]): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(process.execPath, [...conditions, PROGRAM, String(shares)]);
  const { name, firstMs, medianMs } = JSON.parse(stdout) as AuditCosts;
  return {
    bench: 'audit',
    what: `${what}, ${shares.toLocaleString('en-US')} shares: ${name}`,
    rate: (1000 * shares) / medianMs,
    unit: 'shares',
    ...NOT_TIMED,
    p50Ms: medianMs,
    cores: null,
    note: `100 miners, branch of 12; median of 7 in one process, the first ${firstMs.toFixed(0)} ms`,
  };
}

async function inTurn<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

async function widest(what: string): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', WIDEST_PROGRAM, what]);
  const { bytes, rows, decodeMs, auditMs, heapBytes, verdict } = JSON.parse(stdout) as WidestCosts;
  const megabytes = (of: number): string => (of / 1e6).toFixed(0);
  return {
    bench: 'audit',
    what: `widest package: ${what}`,
    rate: (1000 * rows) / auditMs,
    unit: 'rows',
    ...NOT_TIMED,
    p50Ms: auditMs,
    cores: null,
    note: `${megabytes(bytes)} MB, ${verdict}; processor time, ${decodeMs.toFixed(0)} ms of it to read; ${megabytes(heapBytes)} MB held`,
  };
}

export async function benchAudit(): Promise<Measurement[]> {
  const portable = ['--conditions=orcapool-portable'];
  return [
    await auditing('in full', FULL, []),
    await auditing('in full', FULL, portable),
    await auditing('proof of 384 draws', SAMPLED, []),
    await auditing('proof of 384 draws', SAMPLED, portable),
    ...(await inTurn(Object.keys(WIDEST), widest)),
  ];
}
