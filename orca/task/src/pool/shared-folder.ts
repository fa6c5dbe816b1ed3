/**
 * The folder that container and bundle both have: `<base path>/orca/data` here, `/data` there. Packages and proofs go
 * through it, because a call between the two holds no more than half a megabyte.
 */
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { CodedError, errorCode } from '../../../../src/lib/index.js';
import { type Cid, rootOfCar } from '../../../../src/rounds/index.js';

export class SharedFolderError extends CodedError<'PACKAGE_OTHER'> {}

export type OwnArchive = 'package' | 'draws';

function nameOf(round: number, kind: OwnArchive): string {
  return kind === 'package' ? `${round}.car` : `${round}.draws.car`;
}

export class SharedFolder {
  private readonly folder: string;

  constructor(basePath: string) {
    this.folder = join(basePath, 'orca', 'data');
  }

  /** The container's package of a round, or its proof of draws. Throws `SharedFolderError` and the system's errors. */
  async own(round: number, kind: OwnArchive, cid: Cid): Promise<Uint8Array> {
    const name = nameOf(round, kind);
    const bytes = new Uint8Array(await readFile(join(this.folder, 'claims', name)));
    if (rootOfCar(bytes).toString() === cid.toString()) return bytes;
    throw new SharedFolderError('PACKAGE_OTHER', `claims/${name} is not the archive of ${cid}`);
  }

  /** The same, whatever its CID, to be sent; null for one that is not there. Throws the system's errors. */
  async openOwn(
    round: number,
    kind: OwnArchive,
  ): Promise<{ readonly bytes: number; readonly stream: Readable } | null> {
    try {
      const file = await open(join(this.folder, 'claims', nameOf(round, kind)));
      const { size } = await file.stat();
      return { bytes: size, stream: file.createReadStream() };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Whether an archive to audit lies there already. */
  async has(cid: Cid): Promise<boolean> {
    try {
      await stat(this.toAudit(cid));
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** For the container's eyes alone. Throws the system's errors. */
  async putSecret(name: string, text: string): Promise<void> {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}`;
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, path);
  }

  /** Where the container looks for what it audits; it never sees half of one. */
  async put(cid: Cid, bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.folder, 'packages'), { recursive: true });
    const draft = `${this.toAudit(cid)}.${process.pid}`;
    await writeFile(draft, bytes);
    await rename(draft, this.toAudit(cid));
  }

  private toAudit(cid: Cid): string {
    return join(this.folder, 'packages', `${cid}.car`);
  }
}
