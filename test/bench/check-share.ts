/**
 * What one share's verdict costs on either SHA-256. The choice between them is made when a process starts
 * (`node --conditions=orcapool-portable`), so each is measured in a process of its own, `judging-process.ts`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Measurement, NOT_TIMED } from './measurement.js';

const PROGRAM = fileURLToPath(new URL('./judging-process.js', import.meta.url));

async function judging(what: string, conditions: readonly string[]): Promise<Measurement> {
  const { stdout } = await promisify(execFile)(process.execPath, [...conditions, PROGRAM]);
  const { name, perShareMs } = JSON.parse(stdout) as { name: string; perShareMs: number };
  return {
    bench: 'checkShare',
    what: `${what}: ${name}`,
    rate: 1000 / perShareMs,
    unit: 'shares',
    ...NOT_TIMED,
    p50Ms: perShareMs,
    cores: null,
    note: 'accepted shares, branch of 12; median of the means of batches of 500',
  };
}

export async function benchCheckShare(): Promise<Measurement[]> {
  return [
    await judging('#sha256 on Node', []),
    await judging('#sha256 elsewhere', ['--conditions=orcapool-portable']),
  ];
}
