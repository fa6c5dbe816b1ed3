/**
 * How a node grows with its connections: shares a second at saturation, and memory, at a hundred, a thousand, ten and
 * a hundred thousand of them; in as many listeners as their descriptors take.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectedText, measured, runs, withMiners } from './bed.js';
import { LOADS, MANY } from './held.js';
import type { Measurement } from './measurement.js';
import { nodeFor } from './node-size.js';
import { partByPart } from './part-by-part.js';
import type { Scale } from './scale.js';

const SIZES = [
  { connections: 100, loads: 1 },
  { connections: 1_000, loads: 1 },
  { connections: 10_000, loads: 2 },
  { connections: MANY, loads: LOADS },
] as const;
/** On their way at a time, over all connections, and no less than one each. */
const ON_THEIR_WAY = 800;
/** Ground beforehand, over all connections: more than are sent in a second of a run. */
const GROUND_PER_SECOND = 175_000;
const RUNS = 3;

/** A size that fails is missing, and the others are measured. */
export async function benchGrowth(folder: string, scale: Scale): Promise<Measurement[]> {
  const sizes = (scale.quick ? SIZES.filter(({ loads }) => loads !== 2) : SIZES).map((size) =>
    // Of 100,000, one run is enough of a load on the machine.
    size.connections === MANY
      ? { ...size, connections: scale.of(MANY), runs: 1, warmUps: 0 }
      : { ...size, runs: Math.min(RUNS, scale.runs), warmUps: 1 },
  );
  const nameOf = ({ connections }: Size): string => `${connections.toLocaleString('en-US')} connections`;
  return await partByPart(sizes, nameOf, async (size) => await ofSize(folder, scale, size));
}

interface Size {
  readonly connections: number;
  readonly loads: number;
  readonly runs: number;
  readonly warmUps: number;
}

async function ofSize(folder: string, scale: Scale, size: Size): Promise<Measurement[]> {
  const { connections, loads, runs: count, warmUps } = size;
  const bed = { connections, loads, pool: await nodeFor(connections) };
  return await withMiners(`${folder}/${connections}`, bed, async ({ pool, load, opened }) => {
    await sleep(1_000);
    const { rssBytes } = pool.usage();
    const once = async (): Promise<Measurement> => {
      const ground = (GROUND_PER_SECOND * scale.lastingMs) / 1000;
      await load.prepare(Math.max(4, Math.ceil(ground / connections)));
      const window = Math.max(1, Math.floor(ON_THEIR_WAY / connections));
      const what = `${connections.toLocaleString('en-US')} connections, saturated`;
      return await measured({ id: `growth/${connections}`, bench: 'growth', what }, pool, () =>
        load.saturate(window, scale.lastingMs),
      );
    };
    const row = await runs({ ...scale, runs: count }, 'rate', once, warmUps);
    const note = `${connectedText(opened)}; pool RSS ${(rssBytes / 2 ** 20).toFixed(0)} MiB idle; ${row.note}`;
    return [{ ...row, connections, rssBytes, note }];
  });
}
