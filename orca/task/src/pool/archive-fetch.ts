/**
 * Brings the archives of a submission to where the container audits them. What a storage node sends is gathered as it
 * comes: bytes that are not the CID's are that node's fault and nobody else is asked to pay for them; blocks that are the CID's
 * own and break the format go to the container as they are, because that is the claimant's.
 */
import { CodedError } from '../../../../src/lib/index.js';
import {
  ArchiveGatherer,
  type ArchiveKind,
  type Cid,
  MAX_ARCHIVE_BYTES,
  PackageError,
  TransferError,
} from '../../../../src/rounds/index.js';
import { type KoiiStorage, KoiiStorageError } from '../storage/koii-storage.js';
import type { SharedFolder } from './shared-folder.js';

export interface WantedArchive {
  readonly kind: ArchiveKind;
  readonly cid: Cid;
  /** The storage's folder that the submission names; null for none. */
  readonly storeCid: string | null;
}

export class ArchiveFetchError extends CodedError<'BUDGET_SPENT'> {}

/** `denied`: the whole storage says that it has not got it, or the submission names no place in it. */
export type Brought = 'there' | 'denied';

export class ArchiveFetch {
  /** Node, folder and archive of what was no archive: it stays that, so nobody asks for it again. */
  private readonly wrong = new Set<string>();

  /** `budget`: bytes that may be fetched altogether. */
  constructor(
    private readonly storage: Pick<KoiiStorage, 'nodes' | 'file'>,
    private readonly folder: Pick<SharedFolder, 'has' | 'put'>,
    private budget: number,
  ) {}

  /** Throws `ArchiveFetchError` when too much was fetched, `KoiiStorageError` when the storage does not say, and the system's errors. */
  async bring(wanted: WantedArchive): Promise<Brought> {
    const { cid, storeCid } = wanted;
    if (await this.folder.has(cid)) return 'there';
    if (storeCid === null) return 'denied';
    const silent: string[] = [];
    for (const node of this.storage.nodes) {
      const place = `${node} ${storeCid} ${cid}`;
      if (this.wrong.has(place)) continue;
      try {
        const archive = await this.gather(wanted, this.storage.file(node, storeCid, `${cid}.car`));
        if (archive === null) this.wrong.add(place);
        else {
          await this.folder.put(cid, archive);
          return 'there';
        }
      } catch (error) {
        if (!(error instanceof KoiiStorageError)) throw error;
        if (error.code === 'STORAGE_SILENT') silent.push(error.message);
      }
    }
    if (silent.length === 0 && this.storage.nodes.length > 0) return 'denied';
    throw new KoiiStorageError(
      'STORAGE_SILENT',
      `the storage does not say whether it has ${cid}: ${silent.join('; ') || 'it has no nodes'}`,
    );
  }

  /** Null when these bytes are not the archive; nothing is read behind the first that shows it. */
  private async gather(
    { kind, cid }: WantedArchive,
    pieces: AsyncIterable<Uint8Array>,
  ): Promise<Uint8Array | null> {
    const gatherer = new ArchiveGatherer(kind, cid);
    let size = 0;
    try {
      for await (const piece of pieces) {
        size += piece.length;
        if (size > MAX_ARCHIVE_BYTES) return null;
        this.budget -= piece.length;
        if (this.budget < 0) {
          throw new ArchiveFetchError(
            'BUDGET_SPENT',
            `too much was fetched for this round to look at ${cid}`,
          );
        }
        gatherer.push(piece);
        if (gatherer.isWhole) break;
      }
      return gatherer.finish();
    } catch (error) {
      if (error instanceof TransferError) return null;
      if (error instanceof PackageError) return gatherer.broken;
      throw error;
    }
  }
}
