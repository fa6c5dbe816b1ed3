import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Measurement } from '../../bench/measurement.js';
import { partByPart } from '../../bench/part-by-part.js';
import { type Bench, failuresText, runBenches } from '../../bench/run-benches.js';
import { QUICK } from '../../bench/scale.js';

let within: string;
let said: unknown[];

beforeEach(() => {
  within = mkdtempSync(join(tmpdir(), 'orcapool-run-benches-'));
  said = [];
});
afterEach(() => rmSync(within, { recursive: true, force: true }));

function rowOf(what: string): Measurement {
  return {
    ...{ bench: 'sizes', what, rate: 1, unit: 'shares', note: '' },
    ...{ p50Ms: null, p99Ms: null, mostMs: null, cores: null },
  };
}

const sizes: Bench = () =>
  partByPart([100, 1_000, 10_000], String, async (size) => {
    if (size === 1_000) throw new Error('miners got no work');
    return [rowOf(`of ${size}`)];
  });

function run(benches: Readonly<Record<string, Bench>>): ReturnType<typeof runBenches> {
  return runBenches(Object.entries(benches), { within, scale: QUICK, say: (...what) => said.push(...what) });
}

describe('benches, one after another', () => {
  it('keep what was measured beside a size that failed, which is said', async () => {
    const { measurements, failures } = await run({ sizes, after: () => [rowOf('another')] });
    expect(measurements.map(({ what }) => what)).toEqual(['of 100', 'of 10000', 'another']);
    expect(failures).toEqual([{ bench: 'sizes', what: 'sizes: 1000', why: 'miners got no work' }]);
    expect(failuresText(failures)).toContain('sizes: 1000 (miners got no work)');
    expect(said.join('\n')).toMatch(/of 100 [\s\S]*of 10000 [\s\S]*"sizes: 1000" failed/);
  });

  it('go on after one that failed whole', async () => {
    const broken: Bench = () => Promise.reject(new Error('no disk'));
    const { measurements, failures } = await run({ broken, after: () => [rowOf('another')] });
    expect(measurements).toHaveLength(1);
    expect(failures).toEqual([{ bench: 'broken', what: 'broken', why: 'no disk' }]);
  });

  it('fail nothing where nothing failed, and leave no folder', async () => {
    const { failures } = await run({ after: () => [rowOf('another')] });
    expect(failures).toEqual([]);
    expect(failuresText(failures)).toBe('');
    expect(readdirSync(within)).toEqual([]);
  });
});
