/**
 * Archives: a gzipped tar, sealed or not, whose first entry is the manifest. Bytes stream through; memory does not
 * grow with the log. Everything read is checked against the manifest on its way.
 */
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, type Pack, pack } from 'tar-stream';
import { CodedError, errorMessage } from '../lib/index.js';
import { type OpenKey, type SealKey, seal, unseal } from './archive-key.js';
import { BackupError } from './backup-error.js';
import {
  LARGEST_MANIFEST_BYTES,
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  parseManifest,
} from './manifest.js';
import { makeFolders } from './state-files.js';

type Progress = (bytes: number) => void;
type ByteStream = ReadableStream<Uint8Array>;

async function packFile(
  tar: Pack,
  source: string,
  { path, bytes }: ManifestFile,
  onBytes: Progress,
): Promise<void> {
  const entry = tar.entry({ name: path, size: bytes });
  // Destroyed with the tar, whose error is told.
  entry.on('error', () => {});
  for await (const chunk of createReadStream(source) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    if (!entry.write(chunk)) await once(entry, 'drain');
  }
  entry.end();
}

async function packAll(tar: Pack, folder: string, manifest: Manifest, onBytes: Progress): Promise<void> {
  try {
    tar.entry({ name: MANIFEST_NAME }, JSON.stringify(manifest));
    for (const file of manifest.files) await packFile(tar, join(folder, file.path), file, onBytes);
    tar.finalize();
  } catch (error) {
    tar.destroy(error as Error);
    throw error;
  }
}

/** Writes the files of `folder` that the manifest names. Returns the archive's own SHA-256; the file is on disk. */
export async function writeArchive(
  target: string,
  folder: string,
  manifest: Manifest,
  key: SealKey,
  onBytes: Progress,
): Promise<string> {
  const tar = pack();
  const gzip = createGzip();
  const sealed = await seal(Readable.toWeb(gzip) as ByteStream, key);
  const packing = Promise.all([packAll(tar, folder, manifest, onBytes), pipeline(tar, gzip)]);
  // Its failure reaches the reader as the stream's; here it only must not go unheard.
  packing.catch((error: unknown) => gzip.destroy(error as Error));
  const hash = createHash('sha256');
  await pipeline(
    Readable.fromWeb(sealed as never),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }),
  );
  await packing;
  return hash.digest('hex');
}

/** SHA-256 of a file as the disk has it. */
export async function hashOfFile(path: string): Promise<string> {
  const hash: Hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function textOf(entry: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of entry) {
    bytes += chunk.length;
    if (bytes > LARGEST_MANIFEST_BYTES) throw new BackupError('BACKUP_DAMAGED', 'the manifest is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function takeFile(
  entry: AsyncIterable<Buffer>,
  file: ManifestFile,
  folder: string | null,
  onBytes: Progress,
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const watched = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of entry) {
      bytes += chunk.length;
      if (bytes > file.bytes) break;
      hash.update(chunk);
      onBytes(chunk.length);
      yield chunk;
    }
  };
  if (folder === null) for await (const _ of watched());
  else await pipeline(watched, createWriteStream(join(folder, file.path), { flags: 'wx', flush: true }));
  if (bytes !== file.bytes || hash.digest('hex') !== file.sha256) {
    throw new BackupError('BACKUP_DAMAGED', `${file.path} in the archive is not what was written`);
  }
}

/** `folder` exists and is empty; null reads and checks only. Throws `BackupError`. */
export async function readArchive(
  source: string,
  key: OpenKey,
  folder: string | null,
  onBytes: Progress,
): Promise<Manifest> {
  const file = createReadStream(source);
  try {
    const plain = await unseal(Readable.toWeb(file) as ByteStream, key);
    const tar = extract();
    const gunzip = createGunzip();
    const unpacking = pipeline(Readable.fromWeb(plain as never), gunzip, tar);
    const taking = takeAll(tar, folder, onBytes);
    try {
      const [manifest] = await Promise.all([taking, unpacking]);
      return manifest;
    } finally {
      // Whichever failed ends the other; until it has, a file may still come into being in `folder`.
      await Promise.allSettled([taking, unpacking]);
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new BackupError('BACKUP_DAMAGED', `the archive cannot be read: ${errorMessage(error)}`, {}, error);
  } finally {
    file.destroy();
  }
}

async function takeAll(
  tar: ReturnType<typeof extract>,
  folder: string | null,
  onBytes: Progress,
): Promise<Manifest> {
  let manifest: Manifest | null = null;
  const missing = new Map<string, ManifestFile>();
  for await (const entry of tar) {
    const { name } = entry.header;
    if (manifest === null) {
      if (name !== MANIFEST_NAME)
        throw new BackupError('BACKUP_UNKNOWN', 'this archive does not begin with a manifest');
      manifest = parseManifest(await textOf(entry as AsyncIterable<Buffer>));
      for (const file of manifest.files) missing.set(file.path, file);
      if (folder !== null) makeFolders(folder, [...missing.keys()]);
      continue;
    }
    const file = missing.get(name);
    if (file === undefined)
      throw new BackupError('BACKUP_DAMAGED', `${name.slice(0, 100)} is not in the manifest`);
    missing.delete(name);
    await takeFile(entry as AsyncIterable<Buffer>, file, folder, onBytes);
  }
  if (manifest === null || missing.size > 0) {
    throw new BackupError('BACKUP_DAMAGED', `the archive ends early: ${missing.size} files are missing`);
  }
  return manifest;
}
