/**
 * Checks 37 to 39. They depend on what one observer saw, so they accuse nobody: a
 * suspicion is recorded and told, and never votes.
 */
import { toDisplayHex } from '../lib/index.js';
import type { ShareRecord } from '../mining/index.js';
import type { ClaimPackage, CountedShare } from '../rounds/index.js';
import { type Finding, overAll, PASSED, suspect } from './finding.js';
import { blockName, recordEvidence } from './share-checks.js';

const STALE_SECONDS = 300;
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

export function blockWithheld(blocks: readonly CountedShare[], known: ReadonlySet<string>): Finding {
  return overAll(blocks, (block) =>
    known.has(blockName(block))
      ? PASSED
      : suspect('a block that this node knows', blockName(block), {
          height: String(block.job.template.height),
        }),
  );
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

export function blocksTooFew({ expected, found }: { expected: number; found: number }): Finding {
  const chance = found >= expected ? 1 : chanceOfAtMost(found, expected);
  if (chance >= LEAST_CHANCE) return PASSED;
  return suspect(`${expected.toFixed(1)} blocks`, `${found} blocks, chance ${chance.toExponential(1)}`);
}
