/**
 * Whether a target holds more after many sessions than after few: the same inputs again and again, so that whatever
 * is remembered once is remembered. The engine's own figures go up and down by some 200 KB, hence the least of a few
 * passes is compared with the least of as many before, and a growth has to show each time: what warms up grows less and less.
 * Needs Node's `--expose-gc`.
 */
import { Finding } from './finding.js';
import type { Input } from './input.js';
import type { Target } from './target.js';
import { verdict } from './targets.js';

/** A session with its jobs and a socket is above 4 KiB. */
const MOST_PER_SESSION = 1_536;
const WARM_PASSES = 2;
const PASSES = 3;
const LOOKS = 4;

/** Bytes per session; 0 for less than before. Throws a `Finding` when that is a leak. */
export async function heapGrowth(target: Target, inputs: readonly Input[]): Promise<number> {
  for (let pass = 0; pass < WARM_PASSES; pass++) await passOver(target, inputs);
  let before = await leastHeld(target, inputs);
  let perSession = 0;
  for (let look = 0; look < LOOKS; look++) {
    const after = await leastHeld(target, inputs);
    perSession = Math.max(0, (after - before) / (PASSES * inputs.length));
    if (perSession < MOST_PER_SESSION) return perSession;
    before = after;
  }
  const text = `${Math.round(perSession)} bytes of the heap are lost with each session of the ${target.name}`;
  throw new Finding('leak', text);
}

async function leastHeld(target: Target, inputs: readonly Input[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < PASSES; pass++) {
    await passOver(target, inputs);
    least = Math.min(least, await heldBytes());
  }
  return least;
}

async function passOver(target: Target, inputs: readonly Input[]): Promise<void> {
  for (const input of inputs) {
    const found = await verdict(target, input);
    if (found !== null) throw found;
  }
  await target.rest();
}

async function heldBytes(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('run with node --expose-gc');
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
