/**
 * Recomputes every share in a node's log from its 40 bytes and the job tables. Batches of all shards are taken in the
 * order of their commits, a few at a time, so memory stays small and the writers are never held up. One share twice is a
 * lie that hashing alone does not show: see `counted-hashes.ts`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { difficultyOfHash, type Network, workOfBits } from '../bitcoin/index.js';
import { toHex } from '../lib/index.js';
import { blockFault } from './block-fault.js';
import { CountedHashes, type TipSpans } from './counted-hashes.js';
import { missingShards } from './missing-shards.js';
import { type ShareFault, ShareRecomputer } from './recompute-share.js';
import { type RowSpans, spanFault } from './row-spans.js';
import type { ShardFile, StoredBatch } from './shard-file.js';
import { LOCK_PATIENCE_MS, ShardFolder } from './shard-folder.js';
import type { ShardStanding } from './shard-standing.js';
import { ShardTally } from './shard-tally.js';
import {
  batchLength,
  belongsTogether,
  hashAt,
  isWhole,
  recordAt,
  type SharePlace,
  workerAt,
  workerFault,
} from './stored-share.js';

export interface FailedShare extends SharePlace {
  /** As stored; internal order. */
  readonly hash: Uint8Array;
  readonly fault:
    | ShareFault
    | 'shard-missing'
    | 'shard-empty'
    | 'shard-damaged'
    | 'batch-missing'
    | 'batch-damaged'
    | 'worker-wrong'
    | 'job-over'
    | 'rows-elsewhere'
    | 'rows-missing'
    | 'block-missing'
    | 'block-differs'
    | 'totals-differ';
  /** For people. */
  readonly says: string;
}

export interface VerifyProgress {
  readonly checked: number;
  readonly failed: number;
  readonly total: number;
}

export interface Verification extends VerifyProgress {
  /** Of the shares that passed, in expected hashes. */
  readonly work: bigint;
  /** The first thousand; `failed` counts all. */
  readonly failures: readonly FailedShare[];
  /** What was not held against anything, or only against bounds, because retention removed shares; by shard, for people. */
  readonly notHeld: readonly { readonly shard: string; readonly says: string }[];
}

export interface VerifyOptions {
  /** Called about every 2,000 shares, and at the end. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Stops early, between batches: what was checked by then is returned. */
  readonly signal?: AbortSignal;
}

const BATCHES_AT_ONCE = 64;
const SHARES_PER_TURN = 2_000;
const MOST_FAILURES = 1_000;

function* batchesOf(file: ShardFile, last: number): Generator<StoredBatch> {
  for (let after = 0; ; ) {
    const batches = file.batchesAfter(after, last, BATCHES_AT_ONCE);
    if (batches.length === 0) return;
    yield* batches;
    after = batches.at(-1)!.id;
  }
}

interface ShardUnderway {
  readonly file: ShardFile;
  /** When the reading began. */
  readonly standing: ShardStanding;
  readonly spans: TipSpans;
  readonly rows: RowSpans;
  readonly contradictions: readonly string[];
  readonly tally: ShardTally;
  /** The last batch that was read, or that retention had removed. */
  before: number;
}

function begin(file: ShardFile): ShardUnderway {
  const standing = file.standing();
  // Behind the last batch above: a span only ever grows.
  const spans = file.tipSpans();
  const rows = file.rowSpans();
  const contradictions = [...standing.contradictions, ...file.rowContradictions()];
  return {
    file,
    standing,
    spans,
    rows,
    contradictions,
    tally: new ShardTally(),
    before: standing.removedBatches,
  };
}

/** All shards' batches, the earlier commit first. Of a shard that turns out to be damaged, those before that. */
function* inOrderOfCommit(
  underway: readonly ShardUnderway[],
  shards: ShardFolder,
): Generator<readonly [ShardUnderway, StoredBatch]> {
  const following = ({ file }: ShardUnderway, batches: Generator<StoredBatch>): StoredBatch | undefined =>
    shards.unlessDamaged(file.name, () => batches.next().value as StoredBatch | undefined)[0];
  const heads = underway.flatMap((shard) => {
    const batches = batchesOf(shard.file, shard.standing.lastBatch);
    const batch = following(shard, batches);
    return batch === undefined ? [] : [{ shard, batches, batch }];
  });
  while (heads.length > 0) {
    const head = heads.reduce((a, b) => (b.batch.committedMs < a.batch.committedMs ? b : a));
    yield [head.shard, head.batch];
    const batch = following(head.shard, head.batches);
    if (batch === undefined) heads.splice(heads.indexOf(head), 1);
    else head.batch = batch;
  }
}

/** `folder`: where the shards lie; writers may be at work. Shares committed after the start are left out. */
export async function verifyShares(
  folder: string,
  network: Network,
  { onProgress, signal }: VerifyOptions = {},
): Promise<Verification> {
  const shards = new ShardFolder(folder, LOCK_PATIENCE_MS);
  try {
    const underway = shards
      .soundFiles()
      .flatMap((file) => shards.unlessDamaged(file.name, () => begin(file)));
    const total = underway
      .flatMap(({ file, standing }) =>
        shards.unlessDamaged(file.name, () => file.shareCount(standing.lastBatch)),
      )
      .reduce((sum, count) => sum + count, 0);
    const recomputer = new ShareRecomputer(network);
    const counted = new CountedHashes(new Map(underway.map(({ file, spans }) => [file.name, spans])));
    const failures: FailedShare[] = [];
    let checked = 0;
    let failed = 0;
    let work = 0n;
    let turnEnds = SHARES_PER_TURN;
    const fail = (failure: FailedShare): void => {
      failed++;
      if (failures.length < MOST_FAILURES) failures.push(failure);
    };

    const noShare = { index: 0, hash: new Uint8Array(32) };
    for (const shard of shards.empty()) {
      fail({ shard, batch: 0, ...noShare, fault: 'shard-empty', says: 'the file has no tables' });
    }
    for (const { name, says } of missingShards(folder)) {
      fail({ shard: name, batch: 0, ...noShare, fault: 'shard-missing', says });
    }
    const examine = (shard: ShardUnderway, batch: StoredBatch): void => {
      const { file, tally, before, rows } = shard;
      const place = { shard: file.name, batch: batch.id };
      shard.before = batch.id;
      // A running node may have removed old batches under this reader.
      if (before !== batch.id - 1 && file.removedBatches() < batch.id - 1) {
        const says = `retention has not removed the batches between ${before} and it`;
        fail({ ...place, ...noShare, fault: 'batch-missing', says });
      }
      counted.reach(file.name, batch.id);
      if (!belongsTogether(batch) || batchLength(batch) === 0) {
        const says = 'its records, hashes and workers do not belong together';
        fail({ ...place, ...noShare, fault: 'batch-damaged', says });
        return;
      }
      if (!isWhole(batch)) {
        const says = 'it is not what was committed: its digest is another';
        fail({ ...place, ...noShare, fault: 'batch-damaged', says });
      }
      for (let index = 0; index < batchLength(batch); index++) {
        const record = recordAt(batch, index);
        const hash = hashAt(batch, index);
        const result = recomputer.recompute(file, record, hash, (computed, { template }) =>
          counted.count(computed, toHex(template.prevHash)),
        );
        checked++;
        if (result.fault !== null) {
          fail({ ...place, index, hash, fault: result.fault, says: result.says });
          tally.refuse();
          continue;
        }
        const { template, binding } = result.parts;
        const last = counted.lastBatchOf(file.name, toHex(template.prevHash));
        const worker = workerFault(file, batch, index, record);
        const elsewhere = spanFault(rows, batch.id, record);
        if (batch.id > last) {
          const says = `the last batch with shares on its previous block was ${last} at most`;
          fail({ ...place, index, hash, fault: 'job-over', says });
          tally.refuse();
        } else if (elsewhere !== null) {
          fail({ ...place, index, hash, fault: 'rows-elsewhere', says: elsewhere });
          tally.refuse();
        } else if (worker !== null) {
          fail({ ...place, index, hash, fault: 'worker-wrong', says: worker });
          tally.refuse();
        } else {
          const worth = workOfBits(record.bits);
          tally.credit(
            binding.round,
            workerAt(batch, index),
            worth,
            difficultyOfHash(hash),
            batch.committedMs,
          );
          work += worth;
          // It stands all the same: what is missing is the block's row.
          const block = result.isBlock ? file.block(hash) : null;
          if (result.isBlock && block === null) {
            const says = 'it is a block, and the shard has no row of that block';
            fail({ ...place, index, hash, fault: 'block-missing', says });
          }
          const differs = block === null ? null : blockFault(block, result.job, record);
          if (differs !== null) fail({ ...place, index, hash, fault: 'block-differs', says: differs });
        }
      }
    };
    for (const [shard, batch] of inOrderOfCommit(underway, shards)) {
      if (signal?.aborted === true) break;
      shards.unlessDamaged(shard.file.name, () => examine(shard, batch));
      if (checked >= turnEnds) {
        turnEnds = checked + SHARES_PER_TURN;
        onProgress?.({ checked, failed, total });
        await nextTurn();
      }
    }
    for (const { file, standing, contradictions, tally } of signal?.aborted === true ? [] : underway) {
      const place = { shard: file.name, batch: 0, ...noShare };
      for (const says of contradictions) fail({ ...place, fault: 'rows-missing', says });
      if (shards.damaged.includes(file.name)) continue;
      const [now] = shards.unlessDamaged(file.name, () => file.standing());
      for (const says of now === undefined ? [] : tally.differences(standing, now)) {
        fail({ ...place, fault: 'totals-differ', says });
      }
    }
    for (const shard of shards.damaged) {
      const says = `nothing more of it can be checked: ${shards.damageOf(shard)}`;
      fail({ shard, batch: 0, ...noShare, fault: 'shard-damaged', says });
    }
    const notHeld = underway.flatMap(({ file, standing, tally }) =>
      tally.notHeld(standing).map((says) => ({ shard: file.name, says })),
    );
    onProgress?.({ checked, failed, total });
    return { checked, failed, total, work, failures, notHeld };
  } finally {
    shards.close();
  }
}
