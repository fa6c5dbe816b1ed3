/** How much memory printable words of long texts keep, in bytes each; run with `--expose-gc`. */
import { printable } from '../../../../src/stratum/v1/printable.js';

const { gc } = globalThis;
if (gc === undefined) throw new Error('run with node --expose-gc');

const COUNT = 2_000;
const kept: string[] = [];
gc();
const before = process.memoryUsage().heapUsed;
for (let i = 0; i < COUNT; i++) {
  const { agent } = JSON.parse(JSON.stringify({ agent: `${i} `.padEnd(8_000, 'x') })) as { agent: string };
  kept.push(printable(agent));
}
gc();
process.stdout.write(String((process.memoryUsage().heapUsed - before) / kept.length));
