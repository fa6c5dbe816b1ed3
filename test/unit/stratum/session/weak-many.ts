/** Prints how many entries `WeakValues` has after 50,000 values of which 50 are still held, and how many of those it finds. */
import { WeakValues } from '../../../../src/stratum/session/weak-values.js';

const { gc } = globalThis;
if (gc === undefined) throw new Error('run with node --expose-gc');
const values = new WeakValues<{ name: number }>();
const held: { name: number }[] = [];
for (let round = 0; round < 50; round++) {
  for (let i = 0; i < 1_000; i++) {
    const value = { name: 1_000 * round + i };
    values.set(`${value.name}`, value);
    if (i === 0) held.push(value);
  }
  // What a WeakRef was asked for stays until the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  gc();
}
const found = held.filter((value) => values.get(`${value.name}`) === value).length;
console.log(JSON.stringify({ size: values.size, found }));
