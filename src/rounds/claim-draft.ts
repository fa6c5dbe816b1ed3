/**
 * A round's claim in the making: takes shares in whatever order the log's shards give them and ends in the trie, the
 * package and the proofs. It keeps 44 bytes a share, and the records only as
 * long as they may be few enough for the full tier; those that draws ask for are read from the log once more. A share that is given twice is counted once.
 */
import { workOfBits } from '../bitcoin/index.js';
import { ByteWriter, CodedError, sha256, sha256d, toHex } from '../lib/index.js';
import {
  type CoinbaseShape,
  decodeJobTemplate,
  decodePayout,
  decodeShape,
  encodeJobTemplate,
  encodePayout,
  encodeShape,
  type JobTemplate,
  minerId,
  type Payout,
  type RoundBinding,
  readShareRecord,
  SHARE_RECORD_BYTES,
  type ShareRecord,
  writeShareRecord,
} from '../mining/index.js';
import { BuiltClaim, type RowPlaces, settledRecord } from './built-claim.js';
import { FULL_TIER_SHARES, tierOf } from './claim.js';
import { encodePackage } from './claim-package.js';
import { type ClaimJob, type ClaimMiner, type ClaimTables, MAX_ROWS } from './claim-tables.js';
import { minerSpans, rowOf, topOf } from './claim-trie.js';
import { MAX_BESIDE } from './package-header.js';
import type { ReceiptAppointment } from './receipt.js';
import { RowBook } from './row-book.js';
import { ShareSet, type SortedShares } from './share-set.js';

export class ClaimDraftError extends CodedError<'NOTHING_TO_CLAIM' | 'TOO_MANY_REPEATED'> {}

/** Twice the full tier's, so that shares given twice do not cost a full claim its records. */
const RECORDS_KEPT = 2 * FULL_TIER_SHARES;

export class ClaimDraft {
  private readonly books = {
    templates: new RowBook(),
    shapes: new RowBook(),
    signatures: new RowBook(),
    jobs: new RowBook(),
    miners: new RowBook(),
  };
  private readonly used = {
    signatures: new Set<number>(),
    jobs: new Set<number>(),
    miners: new Set<number>(),
  };
  private readonly works = new Map<number, bigint>();
  private shares = new ShareSet();
  private records: Uint8Array | null = new Uint8Array(RECORDS_KEPT * SHARE_RECORD_BYTES);

  constructor(
    private readonly binding: RoundBinding,
    private readonly appointment: ReceiptAppointment | null,
  ) {}

  /** A number to name the job by in records; equal jobs have one. */
  job(template: JobTemplate, shape: CoinbaseShape): number {
    const row = new ByteWriter(8)
      .u32(this.books.templates.number(encodeJobTemplate(template)))
      .u32(this.books.shapes.number(encodeShape(shape)));
    return this.books.jobs.number(row.finish());
  }

  miner(payout: Payout): number {
    return this.books.miners.number(encodePayout(payout));
  }

  signature(bytes: Uint8Array): number {
    return this.books.signatures.number(bytes);
  }

  get length(): number {
    return this.shares.length;
  }

  /**
   * `record`'s rows are numbers this draft gave. `hash`: the header's, internal order; the log's, which is believed.
   * False for a share that is left out, because a package has no room for its row.
   */
  add(record: ShareRecord, hash: Uint8Array): boolean {
    const hasRoom = (table: 'signatures' | 'jobs' | 'miners', row: number): boolean =>
      this.used[table].size < MAX_ROWS[table] || this.used[table].has(row);
    const { signature, job, miner } = record;
    if (!hasRoom('signatures', signature) || !hasRoom('jobs', job) || !hasRoom('miners', miner)) return false;
    if (this.shares.length === RECORDS_KEPT) this.records = null;
    if (this.records !== null)
      writeShareRecord(record, this.records, this.shares.length * SHARE_RECORD_BYTES);
    let work = this.works.get(record.bits);
    if (work === undefined) {
      work = workOfBits(record.bits);
      this.works.set(record.bits, work);
    }
    this.shares.add(record.miner, hash, work);
    this.used.signatures.add(record.signature);
    this.used.jobs.add(record.job);
    this.used.miners.add(record.miner);
    return true;
  }

  /** Forgets the shares, and keeps the numbers it gave. */
  clear(): void {
    this.shares = new ShareSet();
    this.records = new Uint8Array(RECORDS_KEPT * SHARE_RECORD_BYTES);
    for (const used of Object.values(this.used)) used.clear();
  }

  /** The blocks that the shares so far were mined on, internal order. */
  prevHashes(): Uint8Array[] {
    const { jobs, templates } = this.books;
    const numbers = new Set(
      [...this.used.jobs].map((job) => new DataView(jobs.row(job).buffer).getUint32(0, true)),
    );
    const hashes = [...numbers].map((number) => decodeJobTemplate(templates.row(number)).prevHash);
    return [...new Map(hashes.map((hash) => [toHex(hash), hash])).values()];
  }

  /** Whether a share with this record, added again, would be one of those taken. */
  holds({ signature, job, miner }: ShareRecord): boolean {
    const { signatures, jobs, miners } = this.used;
    return signatures.has(signature) && jobs.has(job) && miners.has(miner);
  }

  /**
   * Throws `ClaimDraftError` for a draft without shares: an idle node claims nothing. Throws `ShareSetError` or
   * `PackageError` for a round that no package holds. `beside`: headers of blocks that lost their race, of which those
   * that the shares were mined on are shown.
   */
  finish(beside: readonly Uint8Array[] = []): BuiltClaim {
    if (this.shares.length === 0) {
      throw new ClaimDraftError(
        'NOTHING_TO_CLAIM',
        'a round without shares is not claimed: submit it as idle',
      );
    }
    const { tables: kept, places } = this.settle();
    const shares = this.shares.sort(places.miners);
    const spans = minerSpans(shares);
    const miners: ClaimMiner[] = kept.miners.map((payout, i) => ({
      ...rowOf(minerId(payout), shares, spans[i]!),
      payout,
    }));
    const tables: ClaimTables = { ...kept, miners };
    const top = topOf(miners);
    const { taskId, nodeKey, round, seed, reserveScript } = this.binding;
    const reserveHash = sha256(reserveScript);
    const { bytes, cid, claim } = encodePackage({
      claim: {
        ...{ tier: tierOf(top.count), taskId, nodeKey, round, reserveHash, seed },
        ...{ total: top.sum, count: top.count, miners: miners.length, topRoot: top.hash },
      },
      reserveScript,
      appointment: this.appointment,
      beside: usedHeaders(beside, tables),
      tables,
      records: tierOf(top.count) === 'full' ? this.settledRecords(shares, places) : new Uint8Array(0),
    });
    return new BuiltClaim({ claim, binding: this.binding, bytes, cid, tables, shares, spans, places });
  }

  private settle(): {
    tables: Omit<ClaimTables, 'miners'> & { miners: Payout[] };
    places: RowPlaces;
  } {
    const { books, used } = this;
    const pairs = [...used.jobs].map((number) => {
      const view = new DataView(books.jobs.row(number).buffer);
      return { number, template: view.getUint32(0, true), shape: view.getUint32(4, true) };
    });
    const templates = books.templates.settle(new Set(pairs.map(({ template }) => template)));
    const shapes = books.shapes.settle(new Set(pairs.map(({ shape }) => shape)));
    const signatures = books.signatures.settle(used.signatures);
    const miners = books.miners.settle(used.miners, (row) => minerId(decodePayout(row)));
    const settled = pairs
      .map(({ number, template, shape }) => ({
        number,
        template: templates.place[template]!,
        shape: shapes.place[shape]!,
      }))
      .sort((a, b) => a.template - b.template || a.shape - b.shape);
    const jobPlaces = new Map(settled.map(({ number }, place) => [number, place]));
    return {
      tables: {
        templates: templates.rows.map(decodeJobTemplate),
        shapes: shapes.rows.map(decodeShape),
        signatures: signatures.rows,
        jobs: settled.map(({ template, shape }): ClaimJob => ({ template, shape })),
        miners: miners.rows.map(decodePayout),
      },
      places: { jobs: jobPlaces, signatures: signatures.place, miners: miners.place },
    };
  }

  /** The records in the claim's order, naming the package's rows. */
  private settledRecords(shares: SortedShares, places: RowPlaces): Uint8Array {
    if (this.records === null) {
      throw new ClaimDraftError(
        'TOO_MANY_REPEATED',
        `${shares.repeated} shares were given twice: read the log once`,
      );
    }
    const settled = new Uint8Array(shares.length * SHARE_RECORD_BYTES);
    for (let place = 0; place < shares.length; place++) {
      const record = readShareRecord(this.records, shares.added(place) * SHARE_RECORD_BYTES);
      writeShareRecord(settledRecord(record, places), settled, place * SHARE_RECORD_BYTES);
    }
    return settled;
  }
}

/** In the order of their hashes, each once; the rest of those who lost is beside the point. */
function usedHeaders(beside: readonly Uint8Array[], { templates }: ClaimTables): Uint8Array[] {
  const byHash = new Map(beside.map((header) => [toHex(sha256d(header)), header]));
  const used = new Set(templates.map(({ prevHash }) => toHex(prevHash)));
  return [...byHash]
    .filter(([hash]) => used.has(hash))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_BESIDE)
    .map(([, header]) => header);
}
