/** Benches by name, each in a folder of its own. One that fails is told, and so are its parts that did not fail. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Failure } from './findings.js';
import type { Measurement } from './measurement.js';
import { PartsFailed } from './part-by-part.js';
import { profileText } from './profile/pool-profile.js';
import type { Scale } from './scale.js';
import { table } from './table.js';

export type Bench = (
  folder: string,
  scale: Scale,
) => readonly Measurement[] | Promise<readonly Measurement[]>;

/** `say`: takes what is known as soon as it is. */
export async function runBenches(
  benches: readonly (readonly [name: string, bench: Bench])[],
  { within, scale, say }: { within: string; scale: Scale; say: (...what: unknown[]) => void },
): Promise<{ measurements: Measurement[]; failures: Failure[] }> {
  const measurements: Measurement[] = [];
  const failures: Failure[] = [];
  for (const [name, bench] of benches) {
    const folder = mkdtempSync(join(within, 'orcapool-bench-'));
    const keep = (rows: readonly Measurement[]): void => {
      if (rows.length > 0) say(table(rows));
      for (const { id, profiled } of rows) if (profiled !== undefined) say(profileText(id!, profiled));
      measurements.push(...rows);
    };
    const fail = (what: string, error: unknown): void => {
      say(`"${what}" failed, and is missing:`, error);
      failures.push({ bench: name, what, why: error instanceof Error ? error.message : String(error) });
    };
    try {
      keep(await bench(folder, scale));
    } catch (error) {
      if (error instanceof PartsFailed) {
        keep(error.measurements);
        for (const part of error.parts) fail(`${name}: ${part.what}`, part.error);
      } else fail(name, error);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return { measurements, failures };
}

/** Empty where nothing failed. */
export function failuresText(failures: readonly Failure[]): string {
  return failures.map(({ what, why }) => `\nmissing, because it failed: ${what} (${why})`).join('');
}
