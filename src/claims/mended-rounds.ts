/**
 * Closed rounds whose records are damaged. A round was submitted with the CID of its package, so where that is whole the
 * record is made anew from it, and the claim stays the same bytes; else both are set aside and the round counts as not
 * closed.
 */
import { statSync } from 'node:fs';
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
export async function mendRounds(
  store: ClaimStore,
  folder: string,
  boundsNow: () => ShardBounds | null,
): Promise<readonly MendedRound[]> {
  const mended: MendedRound[] = [];
  for (const { round, record } of store.setDamagedAside()) {
    const bytes = await store.package(round);
    const bounds = boundsNow();
    if (bytes === null || bounds === null) {
      mended.push({ round, record, isMended: false });
      continue;
    }
    const closedMs = statSync(join(folder, `${round}.car`)).mtimeMs;
    const closed = closedRoundOf(round, bytes, bounds, closedMs);
    if (closed === null) store.setPackageAside(round);
    else store.put(closed, null, new Uint8Array(0));
    mended.push({ round, record, isMended: closed !== null });
  }
  return mended;
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
      ...{ binding, bounds, closedMs, leftOut: null },
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
