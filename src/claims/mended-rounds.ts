/**
 * Closed rounds whose records are damaged. A round was submitted with the CID of its package, so where that is whole the
 * record is made anew from it, and the claim stays the same bytes; else both are set aside and the round counts as not
 * closed. For a start: it reads without giving way.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodePackage, PackageError } from '../rounds/index.js';
import type { ClaimStore } from './claim-store.js';
import type { ClosedRound, ShardBounds } from './closed-round.js';

/** `record`: what it is called now. */
export interface MendedRound {
  readonly round: bigint;
  readonly record: string;
  readonly isMended: boolean;
}

/**
 * `boundsNow`: where every shard ends, null where that cannot be read; of a closed round a shard has nothing more than
 * when it was closed.
 */
export function mendRounds(
  store: ClaimStore,
  folder: string,
  boundsNow: () => ShardBounds | null,
): readonly MendedRound[] {
  return store.setDamagedAside().map(({ round, record }) => {
    const path = join(folder, `${round}.car`);
    const bounds = boundsNow();
    const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    if (!isThere || bounds === null) return { round, record, isMended: false };
    const closed = closedRoundOf(round, readFileSync(path), bounds, statSync(path).mtimeMs);
    if (closed === null) store.setPackageAside(round);
    else store.put(closed, null, new Uint8Array(0));
    return { round, record, isMended: closed !== null };
  });
}

/** Null for what is no package of the round. */
function closedRoundOf(
  round: bigint,
  bytes: Uint8Array,
  bounds: ShardBounds,
  closedMs: number,
): ClosedRound | null {
  try {
    const { claim, root, binding, cid, tables } = decodePackage(bytes, null);
    if (binding.round !== round) return null;
    const highest = tables.templates.reduce((a, b) => (b.height > a.height ? b : a));
    const { total, count, miners, tier } = claim;
    return {
      ...{ binding, bounds, closedMs, leftOut: null, lost: [] },
      claim: {
        ...{ root, total, count, miners, tier, packageCid: cid.toString(), packageBytes: bytes.length },
        tip: { height: highest.height - 1, hash: highest.prevHash },
      },
    };
  } catch (error) {
    if (error instanceof PackageError) return null;
    throw error;
  }
}
