/**
 * What a node's shards say together: workers, totals, rounds, shares and blocks. Reads beside the live writers and
 * never waits for them: a shard that is locked is missing this time, and `busy` says so; synchronous, so a coordinator asks for long lists in a worker thread. One worker may be in
 * several shards, since each connection goes to some listener; its figures are put together here. Of a shard with a
 * damaged page what cannot be read is missing, and `damaged` says so: the other listeners' miners are to go on.
 */
import { toHex, weekOf } from '../lib/index.js';
import { encodePayout, type Payout } from '../mining/index.js';
import type { StoredBlock } from './block-rows.js';
import { findShare } from './find-share.js';
import { bandsAt, mergeRates, type RateBands, type Rates, ratesAt } from './rate-windows.js';
import { recentShares, type SharePage } from './recent-shares.js';
import { addRounds, NO_ROUND, type RoundFigures } from './round-rows.js';
import type { ShardFile, StoredMemory } from './shard-file.js';
import { ShardFolder } from './shard-folder.js';
import { type StoredShare, storedShare } from './stored-share.js';
import { addFigures, type OutcomeCounts, type WorkerFigures } from './worker-figures.js';

export interface WorkerSummary {
  readonly payout: Payout;
  /** Behind the address; often empty. */
  readonly name: string;
  readonly counts: OutcomeCounts;
  /** Expected hashes of the accepted shares, exact. */
  readonly work: bigint;
  readonly rates: Rates;
  /** Where the truth may lie around `rates`. */
  readonly bands: RateBands;
  /** Difficulties that hashes reached; 0 for none. */
  readonly bestEver: number;
  readonly bestWeek: number;
  /** Null before the first share. */
  readonly lastShareMs: number | null;
}

export interface ShareTotals extends RoundFigures {
  readonly rates: Rates;
  readonly bands: RateBands;
  /** Workers with an accepted share. */
  readonly workers: number;
  readonly miners: number;
  readonly bestEver: number;
  readonly lastShareMs: number | null;
}

export interface NamedMemory extends Omit<StoredMemory, 'miner'> {
  readonly payout: Payout;
}

interface NamedFigures {
  readonly payout: Payout;
  readonly name: string;
  readonly figures: WorkerFigures;
}

/** `folder`: where the listeners' shards lie. It may still be empty, or missing. */
export function openShards(folder: string): ShardReader {
  return new ShardReader(new ShardFolder(folder, 0));
}

export class ShardReader {
  constructor(private readonly folder: ShardFolder) {}

  /** Names of shards that cannot be read in full: their shares are missing in what is told. */
  get damaged(): readonly string[] {
    return this.folder.damaged;
  }

  /** Names of shards that were locked when they were last read: what was told then lacks theirs. */
  get busy(): readonly string[] {
    return this.folder.busy;
  }

  /** Opens what can be opened; whether that is all there is. */
  look(): boolean {
    this.folder.soundFiles();
    return this.folder.busy.length === 0;
  }

  /** Those of which the newest batch can be read. */
  private readable(): readonly ShardFile[] {
    return this.ofEach((file) => {
      file.lastBatch();
      return file;
    });
  }

  private ofEach<Result>(read: (file: ShardFile) => Result): Result[] {
    return this.folder.soundFiles().flatMap((file) => this.folder.unlessDamaged(file.name, () => read(file)));
  }

  private figures(): NamedFigures[] {
    const merged = new Map<string, NamedFigures>();
    const ofShards = this.ofEach((file) =>
      file.workers().map((worker) => ({ ...worker, payout: file.rows.payout(worker.miner) })),
    );
    for (const workers of ofShards) {
      for (const { payout, name, figures } of workers) {
        if (payout === null) continue;
        const key = `${toHex(encodePayout(payout))}.${name}`;
        const known = merged.get(key);
        merged.set(key, {
          payout,
          name,
          figures: known === undefined ? figures : addFigures(known.figures, figures),
        });
      }
    }
    return [...merged.values()];
  }

  workers(nowMs: number): WorkerSummary[] {
    return this.figures().map(({ payout, name, figures }) => ({
      payout,
      name,
      counts: figures.counts,
      work: figures.work,
      rates: ratesAt(figures.rates, nowMs),
      bands: bandsAt(figures.rates, nowMs),
      bestEver: figures.bestEver,
      bestWeek: figures.week === weekOf(nowMs) ? figures.bestWeek : 0,
      lastShareMs: figures.lastShareMs === 0 ? null : figures.lastShareMs,
    }));
  }

  /** Counts include senders who never logged in. */
  totals(nowMs: number): ShareTotals {
    const rounds = this.ofEach((file) => file.rounds()).flat();
    const mined = this.figures().filter(({ figures }) => figures.counts.accepted > 0);
    const rates = mergeRates(mined.map(({ figures }) => figures.rates));
    const lastShareMs = mined.reduce((last, { figures }) => Math.max(last, figures.lastShareMs), 0);
    return {
      ...rounds.reduce(addRounds, NO_ROUND),
      rates: ratesAt(rates, nowMs),
      bands: bandsAt(rates, nowMs),
      workers: mined.length,
      miners: new Set(mined.map(({ payout }) => toHex(encodePayout(payout)))).size,
      bestEver: mined.reduce((best, { figures }) => Math.max(best, figures.bestEver), 0),
      lastShareMs: lastShareMs === 0 ? null : lastShareMs,
    };
  }

  /** What is kept of every worker between its connections, a row a shard it was on; in no particular order. */
  memories(): NamedMemory[] {
    return this.ofEach((file) =>
      file.memories().flatMap(({ miner, ...memory }) => {
        const payout = file.rows.payout(miner);
        return payout === null ? [] : [{ ...memory, payout }];
      }),
    ).flat();
  }

  round(round: bigint): RoundFigures {
    return this.ofEach((file) => file.round(round)).reduce(addRounds, NO_ROUND);
  }

  /** Newest first. `before`: `next` of the page before, or null. Throws `ShareCursorError`. */
  recentShares(limit: number, before: string | null): SharePage {
    return recentShares(this.readable(), limit, before, (file, read) =>
      this.folder.unlessDamaged(file.name, read),
    );
  }

  /** `hash`: internal order. Null when it is not, or no longer, in the log. */
  share(hash: Uint8Array): StoredShare | null {
    const [share] = this.ofEach((file) => {
      const found = findShare([file], hash);
      return found === null ? [] : [storedShare(found.file, found.batch, found.index)];
    }).flat();
    return share ?? null;
  }

  /** Found since then, oldest first. */
  blocks(sinceMs: number): StoredBlock[] {
    return this.ofEach((file) => file.blocks(sinceMs))
      .flat()
      .sort((a, b) => a.foundMs - b.foundMs);
  }

  close(): void {
    this.folder.close();
  }
}
