/**
 * Koii's storage, as its own package speaks it: an upload is one multipart POST with the files, the SHA-256 of all
 * their bytes signed by the staking key, and its address; the answer names the folder they were put into by a CID of
 * the storage's. A file is had by that CID and its name, from any of the storage's nodes.
 */
import { createHash } from 'node:crypto';
import { base58 } from '@scure/base';
import { CodedError, concatBytes, errorMessage, utf8 } from '../../../../src/lib/index.js';
import type { StakingKey } from '../koii/staking-key.js';

export class KoiiStorageError extends CodedError<'STORAGE_UPLOAD' | 'STORAGE_SILENT' | 'STORAGE_DENIES'> {}

export interface StoragePlaces {
  /** The storage is a Koii task itself. */
  readonly taskId: string;
  readonly nodes: readonly string[];
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const PATIENCE_MS = 60_000;
/** Not found, and gone. */
const DENIALS: ReadonlySet<number> = new Set([404, 410]);

export class KoiiStorage {
  constructor(private readonly places: StoragePlaces) {}

  /** The first node that takes them decides; resolves to the folder's CID. Throws `KoiiStorageError`. */
  async upload(files: readonly StoredFile[], key: StakingKey): Promise<string> {
    const digest = utf8(
      createHash('sha256')
        .update(concatBytes(...files.map(({ bytes }) => bytes)))
        .digest('hex'),
    );
    const signature = base58.encode(concatBytes(key.sign(digest), digest));
    const failures: string[] = [];
    for (const node of this.places.nodes) {
      const form = new FormData();
      for (const { name, bytes } of files) form.append('files', new Blob([new Uint8Array(bytes)]), name);
      form.append('signature', signature);
      form.append('stakingWalletPubkey', key.address);
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const response = await fetch(this.at(node, 'add'), { method: 'POST', body: form, signal });
        if (!response.ok) {
          failures.push(`${response.status} ${(await response.text()).slice(0, 200)}`);
          continue;
        }
        const { cid } = (await response.json()) as { cid?: unknown };
        if (typeof cid === 'string') return cid;
        failures.push('an answer without a CID');
      } catch (error) {
        failures.push(errorMessage(error));
      }
    }
    throw new KoiiStorageError('STORAGE_UPLOAD', `no storage node took the files: ${failures.join('; ')}`);
  }

  get nodes(): readonly string[] {
    return this.places.nodes;
  }

  /**
   * What a node has under that name, as it comes. Throws `KoiiStorageError`: `STORAGE_DENIES` where it says that it has
   * nothing (404, 410), `STORAGE_SILENT` where it says neither, which may be our own network's fault.
   */
  async *file(node: string, folder: string, name: string): AsyncGenerator<Uint8Array, void, void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      const response = await fetch(this.at(node, `${folder}/${name}`), { signal });
      if (!response.ok) {
        await response.body?.cancel();
        const code = DENIALS.has(response.status) ? 'STORAGE_DENIES' : 'STORAGE_SILENT';
        throw new KoiiStorageError(code, `${response.status} from ${node}`);
      }
      if (response.body !== null) yield* response.body as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (error instanceof KoiiStorageError) throw error;
      throw new KoiiStorageError('STORAGE_SILENT', `${errorMessage(error)} at ${node}`);
    }
  }

  private at(node: string, path: string): string {
    return `${node}/task/${this.places.taskId}/ipfs/${path}`;
  }
}
