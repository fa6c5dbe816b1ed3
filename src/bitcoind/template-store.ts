/**
 * The transactions of every live template, on disk before the template is announced, so that a block found on it
 * can be put together after a crash. One file a template, written beside its place, fsynced and renamed:
 * magic "OTPL" · format u8 · height u32 · prevhash 32 · bits u32 · has witness commitment u8 · count varint · each
 * transaction as varbytes · SHA-256 of all before. Little-endian. Format 1 was without the bits.
 */
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import {
  ByteReader,
  ByteWriter,
  CodedError,
  equalBytes,
  errorCode,
  fromHex,
  sha256,
  toHex,
  utf8,
} from '../lib/index.js';
import type { BlockTemplate } from '../mining/index.js';

export class TemplateStoreError extends CodedError<'TEMPLATE_MISSING' | 'TEMPLATE_CORRUPT'> {}

/** What a block's header says of its template, and nothing that had to be checked yet. */
export interface TemplateHead {
  readonly id: string;
  readonly height: number;
  /** Internal order. */
  readonly prevHash: Uint8Array;
  /** The network's, compact; null in a file of format 1. */
  readonly bits: number | null;
}

/** What `assembleBlock` needs, and enough to recognise the template by. */
export interface StoredTemplate extends TemplateHead {
  readonly hasWitnessCommitment: boolean;
  /** Serialised with witness, in block order, without the coinbase. */
  readonly transactions: readonly Uint8Array[];
}

const MAGIC = utf8('OTPL');
const FORMAT = 2;
const FORMAT_WITHOUT_BITS = 1;
const HEAD_BYTES = 4 + 1 + 4 + 32 + 4;
const SUFFIX = '.template';
const PARTIAL_SUFFIX = '.partial';
const HASH_BYTES = 32;

export class TemplateStore {
  private latest: StoredTemplate | null = null;
  private readonly held = new Set<string>();
  private readonly released = new Set<string>();

  private constructor(private readonly folder: string) {}

  /** Makes the folder if need be and removes what a crash left half written. */
  static async open(folder: string): Promise<TemplateStore> {
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (name.endsWith(PARTIAL_SUFFIX)) await unlink(path.join(folder, name));
    }
    return new TemplateStore(folder);
  }

  /** Resolves when the template would survive a power cut. */
  async write(template: BlockTemplate, transactions: readonly Uint8Array[]): Promise<void> {
    const stored: StoredTemplate = {
      id: template.id,
      height: template.height,
      prevHash: template.prevHash,
      bits: template.bits,
      hasWitnessCommitment: template.witnessCommitment !== null,
      transactions,
    };
    const partial = path.join(this.folder, template.id + PARTIAL_SUFFIX);
    const file = await open(partial, 'w', 0o600);
    try {
      await file.writeFile(encode(stored));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(partial, this.pathOf(template.id));
    await this.syncFolder();
    this.released.delete(template.id);
    this.latest = stored;
  }

  /** Throws `TemplateStoreError`. */
  async read(id: string): Promise<StoredTemplate> {
    if (this.latest?.id === id) return this.latest;
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.pathOf(id));
    } catch (cause) {
      if (errorCode(cause) !== 'ENOENT') throw cause;
      throw new TemplateStoreError(
        'TEMPLATE_MISSING',
        `template ${id} is not in ${this.folder}: its transactions are gone, so a block on it cannot be put together`,
        { id },
        cause,
      );
    }
    return decode(id, bytes);
  }

  /** Ids of the templates on disk. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.folder);
    return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  }

  /** The first bytes of every file; one that cannot be read is left out, and `read` says what is wrong with it. */
  async heads(): Promise<TemplateHead[]> {
    const heads: TemplateHead[] = [];
    for (const id of await this.ids()) {
      try {
        const file = await open(this.pathOf(id), 'r');
        try {
          const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
          heads.push(readHead(id, new ByteReader(buffer.subarray(0, bytesRead))));
        } finally {
          await file.close();
        }
      } catch {}
    }
    return heads;
  }

  /** No job of this template can bring a share any more. It goes now, or when nothing holds it. */
  async release(id: string): Promise<void> {
    if (this.held.has(id)) {
      this.released.add(id);
      return;
    }
    this.released.delete(id);
    if (this.latest?.id === id) this.latest = null;
    await this.remove(id);
  }

  /** A found block needs this template until `letGo`, whatever is released. */
  hold(id: string): void {
    this.held.add(id);
  }

  async letGo(id: string): Promise<void> {
    this.held.delete(id);
    if (this.released.has(id)) await this.release(id);
  }

  private async remove(id: string): Promise<void> {
    try {
      await unlink(this.pathOf(id));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  private async syncFolder(): Promise<void> {
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  private pathOf(id: string): string {
    return path.join(this.folder, toHex(fromHex(id)) + SUFFIX);
  }
}

function encode(template: StoredTemplate): Uint8Array {
  const size = template.transactions.reduce((sum, { length }) => sum + length + 5, 64 + HASH_BYTES);
  const writer = new ByteWriter(size)
    .bytes(MAGIC)
    .u8(FORMAT)
    .u32(template.height)
    .bytes(template.prevHash)
    .u32(template.bits ?? 0)
    .u8(template.hasWitnessCommitment ? 1 : 0)
    .varint(template.transactions.length);
  for (const transaction of template.transactions) writer.varbytes(transaction);
  const digest = sha256(writer.finish());
  return writer.bytes(digest).finish();
}

function decode(id: string, bytes: Uint8Array): StoredTemplate {
  const body = bytes.subarray(0, Math.max(0, bytes.length - HASH_BYTES));
  if (!equalBytes(sha256(body), bytes.subarray(body.length))) {
    throw new TemplateStoreError(
      'TEMPLATE_CORRUPT',
      `the file of template ${id} does not match its checksum: check the disk`,
      { id },
    );
  }
  const reader = new ByteReader(body);
  const head = readHead(id, reader);
  const hasWitnessCommitment = reader.u8() === 1;
  const transactions: Uint8Array[] = [];
  for (let left = reader.varint(); left > 0; left--) transactions.push(reader.varbytes());
  reader.end();
  return { ...head, hasWitnessCommitment, transactions };
}

function readHead(id: string, reader: ByteReader): TemplateHead {
  const magic = reader.bytes(MAGIC.length);
  const format = reader.u8();
  if (!equalBytes(magic, MAGIC) || (format !== FORMAT && format !== FORMAT_WITHOUT_BITS)) {
    throw new TemplateStoreError(
      'TEMPLATE_CORRUPT',
      `the file of template ${id} has format ${format}, not ${FORMAT}: another version of the pool wrote it`,
      { id, format },
    );
  }
  const height = reader.u32();
  const prevHash = reader.bytes(HASH_BYTES);
  return { id, height, prevHash, bits: format === FORMAT ? reader.u32() : null };
}
