/** What one call of the bench found, as `--json` writes it and `--from` reads it. */
import { readFileSync } from 'node:fs';
import type { Machine } from './machine.js';
import type { Measurement } from './measurement.js';
import type { Yardstick } from './yardstick.js';

export interface Failure {
  readonly bench: string;
  /** The bench, or a part of it. */
  readonly what: string;
  readonly why: string;
}

export interface Findings {
  readonly machine: Machine;
  /** Cores that other programs kept busy. */
  readonly othersBefore: number;
  readonly othersAfter: number;
  /** Of the cores' time meanwhile, 0 to 1, what the host of the virtual machine gave to others; null where nothing tells. */
  readonly stolenPart?: number | null;
  readonly tookSeconds: number;
  /** Before and after the rows; absent from what was measured before there was one. */
  readonly yardsticks?: readonly Yardstick[];
  readonly quick: boolean;
  readonly measurements: readonly Measurement[];
  /** What should have been measured too; absent from what was written before this was told. */
  readonly failures?: readonly Failure[];
}

/** The bench wrote the file: its fields are as they were. */
export function readFindings(file: string): Findings {
  return JSON.parse(readFileSync(file, 'utf8')) as Findings;
}
