/**
 * Brings the archives of a submission to where the container audits them. What a storage node sends is gathered first:
 * bytes that are not the CID's are that node's fault and nobody else is asked to pay for them; blocks that are the CID's
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
import type { KoiiStorage } from '../storage/koii-storage.js';
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
  /** `budget`: bytes that may be fetched altogether. */
  constructor(
    private readonly storage: Pick<KoiiStorage, 'copies'>,
    private readonly folder: Pick<SharedFolder, 'has' | 'put'>,
    private budget: number,
  ) {}

  /** Throws `ArchiveFetchError` when too much was fetched, `KoiiStorageError` when the storage does not say, and the system's errors. */
  async bring({ kind, cid, storeCid }: WantedArchive): Promise<Brought> {
    if (await this.folder.has(cid)) return 'there';
    if (storeCid === null) return 'denied';
    const most = Math.max(0, Math.min(MAX_ARCHIVE_BYTES, this.budget));
    let isBeyondBudget = false;
    for await (const copy of this.storage.copies(storeCid, `${cid}.car`, most)) {
      if (copy === 'larger') {
        isBeyondBudget ||= most < MAX_ARCHIVE_BYTES;
        continue;
      }
      this.budget -= copy.length;
      const archive = gathered(kind, cid, copy);
      if (archive === null) continue;
      await this.folder.put(cid, archive);
      return 'there';
    }
    if (!isBeyondBudget) return 'denied';
    throw new ArchiveFetchError('BUDGET_SPENT', `too much was fetched for this round to look at ${cid}`);
  }
}

/** Null when these bytes are not the archive. */
function gathered(kind: ArchiveKind, cid: Cid, bytes: Uint8Array): Uint8Array | null {
  const gatherer = new ArchiveGatherer(kind, cid);
  try {
    gatherer.push(bytes);
    return gatherer.finish();
  } catch (error) {
    if (error instanceof TransferError) return null;
    if (error instanceof PackageError) return gatherer.broken;
    throw error;
  }
}
