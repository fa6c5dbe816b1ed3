/**
 * The newest shares of several shards, merged by their commit times, page by page. A cursor is where each shard is to
 * be read next, `<shard>.<batch>.<index>` joined by commas: pages neither repeat nor skip a share while more arrive.
 */
import { CodedError } from '../lib/index.js';
import type { ShardFile, StoredBatch } from './shard-file.js';
import { batchLength, type StoredShare, storedShare } from './stored-share.js';

export class ShareCursorError extends CodedError<'SHARE_CURSOR_MALFORMED'> {}

export interface SharePage {
  /** Newest first. */
  readonly shares: readonly StoredShare[];
  /** For the next page; null when there is none. */
  readonly next: string | null;
}

interface Place {
  /** Shares of this batch below `index`, then older batches. */
  readonly batch: number;
  readonly index: number;
}

const CURSOR_PART = /^([A-Za-z0-9_-]+)\.(\d{1,15})\.(\d{1,9})$/;
const BATCHES_AT_ONCE = 16;

/** Throws `ShareCursorError`. */
function parseCursor(cursor: string): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const part of cursor.split(',')) {
    const [, shard, batch, index] = CURSOR_PART.exec(part) ?? [];
    if (shard === undefined) {
      throw new ShareCursorError('SHARE_CURSOR_MALFORMED', 'take the cursor from the page before, unchanged');
    }
    places.set(shard, { batch: Number(batch), index: Number(index) });
  }
  return places;
}

/** What `read` returns, alone; nothing where the file turns out to be damaged. */
type ReadFrom = <Result>(file: ShardFile, read: () => Result) => readonly Result[];

class NewestFirst {
  private batches: StoredBatch[] = [];
  private index: number;
  private batch: number;

  constructor(
    readonly file: ShardFile,
    { batch, index }: Place,
  ) {
    this.batch = batch + 1;
    this.index = index;
    if (this.load()) {
      const length = batchLength(this.batches[0]!);
      this.index = this.batches[0]!.id === batch ? Math.min(index, length) : length;
      this.skipEmpty();
    }
  }

  private load(): boolean {
    this.batches = this.file.batchesBefore(this.batch, BATCHES_AT_ONCE);
    return this.batches.length > 0;
  }

  /** Null at the end of the log. */
  get committedMs(): number | null {
    return this.batches[0]?.committedMs ?? null;
  }

  take(): StoredShare {
    const share = storedShare(this.file, this.batches[0]!, --this.index);
    this.skipEmpty();
    return share;
  }

  private skipEmpty(): void {
    while (this.index === 0 && this.batches.length > 0) {
      this.batch = this.batches.shift()!.id;
      if (this.batches.length === 0 && !this.load()) return;
      this.index = batchLength(this.batches[0]!);
    }
  }

  /** Ends before every share there ever was once the log is at its end. */
  get place(): string {
    return `${this.file.name}.${this.batches[0]?.id ?? 0}.${this.batches.length > 0 ? this.index : 0}`;
  }
}

/**
 * `before`: `next` of an earlier page; null for the newest. A shard ends for this page where `readFrom` has nothing to
 * return. Throws `ShareCursorError`.
 */
export function recentShares(
  files: readonly ShardFile[],
  limit: number,
  before: string | null,
  readFrom: ReadFrom,
): SharePage {
  const places = before === null ? null : parseCursor(before);
  const readers = files
    .filter(({ name }) => places === null || places.has(name))
    .flatMap((file) =>
      readFrom(file, () => {
        const place = places?.get(file.name) ?? { batch: file.lastBatch(), index: Number.MAX_SAFE_INTEGER };
        return new NewestFirst(file, place);
      }),
    );
  const shares: StoredShare[] = [];
  while (shares.length < limit) {
    let newest: NewestFirst | null = null;
    for (const reader of readers) {
      if (reader.committedMs === null) continue;
      if (newest === null || reader.committedMs > newest.committedMs!) newest = reader;
    }
    if (newest === null) break;
    const taken = newest;
    const share = readFrom(taken.file, () => taken.take());
    shares.push(...share);
    if (share.length === 0) readers.splice(readers.indexOf(taken), 1);
  }
  const hasMore = readers.some(({ committedMs }) => committedMs !== null);
  return { shares, next: hasMore ? readers.map(({ place }) => place).join(',') : null };
}
