/** What the audit of one submission costs, package read and all: a full claim, and the proof of a sampled one. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AuditCosts } from './auditing-process.js';
import { type Measurement, NOT_TIMED } from './measurement.js';

const PROGRAM = fileURLToPath(new URL('./auditing-process.js', import.meta.url));
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

export async function benchAudit(): Promise<Measurement[]> {
  const portable = ['--conditions=orcapool-portable'];
  return [
    await auditing('in full', FULL, []),
    await auditing('in full', FULL, portable),
    await auditing('proof of 384 draws', SAMPLED, []),
    await auditing('proof of 384 draws', SAMPLED, portable),
  ];
}
