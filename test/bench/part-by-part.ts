/** A bench of several parts, each on a pool of its own: one that fails takes nothing from the others. */
import type { Measurement } from './measurement.js';

export interface FailedPart {
  readonly what: string;
  readonly error: unknown;
}

export class PartsFailed extends Error {
  constructor(
    /** Of the parts that did not fail. */
    readonly measurements: readonly Measurement[],
    readonly parts: readonly FailedPart[],
  ) {
    super(`failed: ${parts.map(({ what }) => what).join(', ')}`);
  }
}

/** Every part, one after another. Throws `PartsFailed` when all have been tried, if one failed. */
export async function partByPart<Part>(
  parts: readonly Part[],
  nameOf: (part: Part) => string,
  measure: (part: Part) => Promise<readonly Measurement[]>,
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const failed: FailedPart[] = [];
  for (const part of parts) {
    try {
      measurements.push(...(await measure(part)));
    } catch (error) {
      failed.push({ what: nameOf(part), error });
    }
  }
  if (failed.length > 0) throw new PartsFailed(measurements, failed);
  return measurements;
}
