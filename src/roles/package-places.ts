/** Where an auditor looks for a package: what the Koii task has put into the shared folder, and what the node made itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';
import type { Cid } from '../rounds/index.js';

/** The largest that the format allows: 128 chunks and two blocks, with room for their heads. */
export const LARGEST_PACKAGE = 40 << 20;

export interface PackagePlaces {
  /** The bytes as they are there, or null; whether they are the CID's is for the audit to see. */
  get(cid: Cid, url: string | null): Promise<Uint8Array | null>;
}

/** `<datadir>/packages/<cid>.car`. */
export class PackageFolder implements PackagePlaces {
  constructor(private readonly folder: string) {}

  async get(cid: Cid): Promise<Uint8Array | null> {
    try {
      const bytes = await readFile(join(this.folder, `${cid}.car`));
      return bytes.length > LARGEST_PACKAGE ? null : bytes;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }
}
