/** What a round's claim costs: to build, to check in full, to prove and check by draws; by number of shares. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClaimCosts } from './claiming-process.js';
import { type Measurement, NOT_TIMED } from './measurement.js';

const PROGRAM = fileURLToPath(new URL('./claiming-process.js', import.meta.url));
const SIZES = [10_000, 16_384, 100_000, 1_000_000];

function took(what: string, durationMs: number, shares: number, note: string): Measurement {
  const rate = (1000 * shares) / durationMs;
  return { bench: 'claims', what, rate, unit: 'shares', ...NOT_TIMED, p50Ms: durationMs, cores: null, note };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

async function measured(shares: number): Promise<Measurement[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, String(shares)]);
  const costs = JSON.parse(stdout) as ClaimCosts;
  const of = `${shares.toLocaleString('en-US')} shares`;
  const memory = `${megabytes(costs.peakBytes)} more memory at most`;
  const build = took(
    `build, ${of}`,
    costs.collectMs + costs.buildMs,
    shares,
    `100 miners; ${memory}; package ${megabytes(costs.packageBytes)}`,
  );
  if (costs.auditMs !== null) {
    return [
      build,
      took(`check in full, ${of}`, costs.auditMs, shares, 'package read, every share hashed, branch of 12'),
    ];
  }
  const proof = `proof ${megabytes(costs.proofBytes!)}`;
  const read = `reading the package took ${costs.readMs!.toFixed(1)} ms more`;
  return [
    build,
    took(`prove 384 draws, ${of}`, costs.proveMs!, shares, proof),
    took(`check 384 draws, ${of}`, costs.verifyMs!, shares, `${proof}; ${read}`),
  ];
}

export async function benchClaims(): Promise<Measurement[]> {
  const all: Measurement[] = [];
  for (const shares of SIZES) all.push(...(await measured(shares)));
  return all;
}
