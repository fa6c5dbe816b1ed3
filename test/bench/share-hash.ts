/** What the hash of one share costs by every way there is to do it, each in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Measurement, NOT_TIMED } from './measurement.js';
import type { WayToHash } from './ways-to-hash.js';

const PROGRAM = fileURLToPath(new URL('./hashing-process.js', import.meta.url));

const WAYS: Readonly<Record<WayToHash, string>> = {
  chosen: 'what `#sha256` chose here',
  JavaScript: 'in browsers, in the Koii bundle, and wherever there is no add-on',
  WebAssembly: 'for comparison',
  'crypto.hash': 'for comparison',
  'crypto.createHash': 'for comparison',
};

export async function benchShareHash(): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [way, note] of Object.entries(WAYS)) {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, way]);
    const { name, perShareMs } = JSON.parse(stdout) as { name: string; perShareMs: number };
    measurements.push({
      bench: 'share hash',
      what: way === 'chosen' ? name : way,
      rate: 1000 / perShareMs,
      unit: 'shares',
      ...NOT_TIMED,
      p50Ms: perShareMs,
      cores: null,
      note: `${note}; coinbase 300 bytes, branch 12; median of the means of batches of 200`,
    });
  }
  return measurements;
}
