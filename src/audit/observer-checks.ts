/**
 * Checks 37 to 39 (36 is with the coinbases). They depend on what one observer saw, so they accuse nobody: a
 * suspicion is recorded and told, and never votes.
 */
import { toDisplayHex } from '../lib/index.js';
import type { ShareRecord } from '../mining/index.js';
import type { ClaimPackage, CountedShare } from '../rounds/index.js';
import type { BlocksFound } from './audit-subject.js';
import { type Finding, overAll, PASSED, suspect } from './finding.js';
import { type Recounted, recordEvidence } from './share-checks.js';

const STALE_SECONDS = 300;
const RACE_SECONDS = 120;
const LEAST_CHANCE = 0.001;

export function staleSeen(
  records: readonly ShareRecord[],
  { tables }: ClaimPackage,
  replacedAt: ReadonlyMap<string, number>,
): Finding {
  const limits = tables.templates.map(({ prevHash }) => replacedAt.get(toDisplayHex(prevHash)));
  return overAll(records.entries(), ([index, record]) => {
    const job = tables.jobs[record.job]!;
    const replaced = limits[job.template];
    if (replaced === undefined || record.time <= replaced + STALE_SECONDS) return PASSED;
    const { prevHash } = tables.templates[job.template]!;
    return suspect(
      `a time up to ${replaced + STALE_SECONDS}, ${STALE_SECONDS} s after ${toDisplayHex(prevHash)} was replaced`,
      String(record.time),
      recordEvidence(record, index),
    );
  });
}

/** How this observer saw the heights of a claim. */
export interface HeightsSeen {
  /** Of every block there by height, as `ObserverFacts` has it. */
  readonly blocks: ReadonlyMap<number, ReadonlySet<string>>;
  /** When a block came above this one, in seconds; null when nobody can tell. */
  replaced(prevHash: Uint8Array): number | null;
}

/**
 * Nobody passes on a block that comes behind another of its height, so one that lost is known to its finder alone. Its
 * header's time is that of its job, which may be as old as a template is worked on.
 */
function isKept({ record, job, hash }: CountedShare, seen: HeightsSeen): boolean {
  const there = seen.blocks.get(job.template.height);
  if (there === undefined || there.has(toDisplayHex(hash))) return false;
  const replaced = seen.replaced(job.template.prevHash);
  return replaced === null || record.time < replaced - RACE_SECONDS;
}

export function blockWithheld(blocks: readonly CountedShare[], seen: HeightsSeen): Finding {
  return overAll(blocks, (block) =>
    isKept(block, seen)
      ? suspect('a block that this node knows', toDisplayHex(block.hash), {
          height: String(block.job.template.height),
        })
      : PASSED,
  );
}

/** Of one claim. */
export function claimBlocks({ expected, blocks }: Recounted, seen: HeightsSeen): BlocksFound {
  return { expected, found: blocks.filter((block) => !isKept(block, seen)).length };
}

/** The chance of `found` or fewer where more are due (Poisson). Through logarithms: e^−746 is no double any more. */
function chanceOfAtMost(found: number, expected: number): number {
  let logOfLast = -expected;
  for (let k = 1; k <= found; k++) logOfLast += Math.log(expected / k);
  let part = 1;
  let parts = 1;
  for (let k = found; k > 0; k--) {
    part *= k / expected;
    parts += part;
  }
  return Math.exp(logOfLast) * parts;
}

export function blocksTooFew({ expected, found }: BlocksFound): Finding {
  const chance = found >= expected ? 1 : chanceOfAtMost(found, expected);
  if (chance >= LEAST_CHANCE) return PASSED;
  return suspect(`${expected.toFixed(1)} blocks`, `${found} blocks, chance ${chance.toExponential(1)}`);
}
