/**
 * Recomputes every share in a node's log from its 40 bytes and the job tables. Batches of all shards are taken in the
 * order of their commits, a few at a time, so memory stays small and the writers are never held up. One share twice is a
 * lie that hashing alone does not show: see `counted-hashes.ts`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Network, workOfBits } from '../bitcoin/index.js';
import { toHex } from '../lib/index.js';
import { CountedHashes } from './counted-hashes.js';
import { missingShards } from './missing-shards.js';
import { type ShareFault, ShareRecomputer } from './recompute-share.js';
import type { ShardFile, StoredBatch } from './shard-file.js';
import { ShardFolder } from './shard-folder.js';
import { batchLength, hashAt, isWhole, recordAt, type SharePlace, workerFault } from './stored-share.js';

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
    | 'job-over';
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

/** All shards' batches, the earlier commit first. */
function* inOrderOfCommit(
  files: readonly { file: ShardFile; last: number }[],
): Generator<readonly [ShardFile, StoredBatch]> {
  const heads = files.flatMap(({ file, last }) => {
    const batches = batchesOf(file, last);
    const { value } = batches.next();
    return value === undefined ? [] : [{ file, batches, batch: value as StoredBatch }];
  });
  while (heads.length > 0) {
    const head = heads.reduce((a, b) => (b.batch.committedMs < a.batch.committedMs ? b : a));
    yield [head.file, head.batch];
    const { value } = head.batches.next();
    if (value === undefined) heads.splice(heads.indexOf(head), 1);
    else head.batch = value;
  }
}

/** `folder`: where the shards lie; writers may be at work. Shares committed after the start are left out. */
export async function verifyShares(
  folder: string,
  network: Network,
  { onProgress, signal }: VerifyOptions = {},
): Promise<Verification> {
  const shards = new ShardFolder(folder);
  try {
    const files = shards.soundFiles().map((file) => ({ file, last: file.lastBatch() }));
    const total = files.reduce((sum, { file, last }) => sum + file.shareCount(last), 0);
    const recomputer = new ShareRecomputer(network);
    // Behind the last batches above: a span only ever grows.
    const counted = new CountedHashes(new Map(files.map(({ file }) => [file.name, file.tipSpans()])));
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
    for (const shard of shards.damaged) {
      const says = 'SQLite finds its pages damaged: nothing of it was checked';
      fail({ shard, batch: 0, ...noShare, fault: 'shard-damaged', says });
    }
    for (const { name, says } of missingShards(folder)) {
      fail({ shard: name, batch: 0, ...noShare, fault: 'shard-missing', says });
    }
    const lastBatch = new Map<ShardFile, number>();
    for (const [file, batch] of inOrderOfCommit(files)) {
      if (signal?.aborted === true) break;
      const place = { shard: file.name, batch: batch.id };
      const before = lastBatch.get(file) ?? batch.id - 1;
      lastBatch.set(file, batch.id);
      // A running node may have removed old batches under this reader.
      if (before !== batch.id - 1 && file.firstBatch() <= before) {
        fail({ ...place, ...noShare, fault: 'batch-missing', says: `batch ${before} is the one before` });
      }
      counted.reach(file.name, batch.id);
      if (!isWhole(batch) || batchLength(batch) === 0) {
        const says = 'its records, hashes and workers do not belong together';
        fail({ ...place, ...noShare, fault: 'batch-damaged', says });
        continue;
      }
      for (let index = 0; index < batchLength(batch); index++) {
        const record = recordAt(batch, index);
        const hash = hashAt(batch, index);
        const result = recomputer.recompute(file, record, hash, (computed, { template }) =>
          counted.count(computed, toHex(template.prevHash)),
        );
        checked++;
        const worker = workerFault(file, batch, index, record);
        if (result.fault !== null) {
          fail({ ...place, index, hash, fault: result.fault, says: result.says });
          continue;
        }
        const last = counted.lastBatchOf(file.name, toHex(result.parts.template.prevHash));
        if (batch.id > last) {
          const says = `the last batch with shares on its previous block was ${last} at most`;
          fail({ ...place, index, hash, fault: 'job-over', says });
        } else if (worker !== null) fail({ ...place, index, hash, fault: 'worker-wrong', says: worker });
        else work += workOfBits(record.bits);
      }
      if (checked >= turnEnds) {
        turnEnds = checked + SHARES_PER_TURN;
        onProgress?.({ checked, failed, total });
        await nextTurn();
      }
    }
    onProgress?.({ checked, failed, total });
    return { checked, failed, total, work, failures };
  } finally {
    shards.close();
  }
}
