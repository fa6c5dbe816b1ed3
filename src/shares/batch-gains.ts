/** What a batch adds, per worker and per round. The rows a share names are asked for on the way: see `RowsOfShare`. */
import { workOfBits } from '../bitcoin/index.js';
import { SHARE_RECORD_BYTES } from '../mining/index.js';
import { addRounds, NO_ROUND, type RoundFigures } from './round-rows.js';
import type { ShareBatch } from './share-batch.js';
import { NO_OUTCOMES, type WorkerGain } from './worker-figures.js';

/** Throws for a row that is missing, so that only what can be recomputed is stored; returns the job's round. */
export type RowsOfShare = (job: number, miner: number, signature: number, worker: number) => bigint;

export interface BatchGains {
  readonly byWorker: ReadonlyMap<number, WorkerGain>;
  readonly byRound: ReadonlyMap<bigint, RoundFigures>;
}

interface Sum {
  accepted: number;
  work: bigint;
  squares: number;
  best: number;
  excess: number;
}

const works = new Map<number, bigint>();

/** Vardiff uses a few hundred bits values. Throws `BitsError` unless canonical. */
function workOf(bits: number): bigint {
  let work = works.get(bits);
  if (work === undefined) {
    work = workOfBits(bits);
    works.set(bits, work);
  }
  return work;
}

function addTo<Key>(sums: Map<Key, Sum>, key: Key, work: bigint, best: number, excess: number): void {
  const sum = sums.get(key);
  const square = Number(work) ** 2;
  if (sum === undefined) sums.set(key, { accepted: 1, work, squares: square, best, excess });
  else {
    sum.accepted++;
    sum.work += work;
    sum.squares += square;
    sum.excess += excess;
    if (best > sum.best) sum.best = best;
  }
}

export function batchGains(batch: ShareBatch, rowsOfShare: RowsOfShare): BatchGains {
  const byWorker = new Map<number, Sum>();
  const rounds = new Map<bigint, Sum>();
  const { buffer, byteOffset, byteLength } = batch.records;
  const view = new DataView(buffer, byteOffset, byteLength);
  for (let i = 0; i < batch.workers.length; i++) {
    const at = i * SHARE_RECORD_BYTES;
    const worker = batch.workers[i]!;
    const round = rowsOfShare(
      view.getUint32(at, true),
      view.getUint32(at + 4, true),
      view.getUint32(at + 12, true),
      worker,
    );
    const work = workOf(view.getUint32(at + 8, true));
    addTo(byWorker, worker, work, batch.hashDifficulties[i]!, 0);
    addTo(rounds, round, work, 0, batch.excess[i]!);
  }
  const byRound = new Map<bigint, RoundFigures>();
  for (const [round, { accepted, work, squares, excess }] of rounds) {
    byRound.set(round, { counts: { ...NO_OUTCOMES, accepted }, work, squares, excess });
  }
  for (const { round, outcome, count } of batch.counts) {
    const gain = { ...NO_ROUND, counts: { ...NO_OUTCOMES, [outcome]: count } };
    byRound.set(round, addRounds(byRound.get(round) ?? NO_ROUND, gain));
  }
  return { byWorker, byRound };
}
