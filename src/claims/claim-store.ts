/**
 * The rounds a node has closed, in one folder: `<round>.json`, of rounds with shares `<round>.car`, the package, and of
 * sampled claims `<round>.draws.car`, the proof of their draws, and `<round>.left`, the hashes of shares that are in no
 * claim, where there are any.
 * What is there once is never written again, so a claim is the same bytes for ever; the package is on disk before
 * the record that names it, and goes when the shares do. Records are small, and read and written at once; what may be
 * large, or many, is read without blocking.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setAside, tellsNoFile, writeDurablySync } from '../disk/index.js';
import { compareBytes, errorCode } from '../lib/index.js';
import { isWholePackage, isWholeProof } from '../rounds/index.js';
import { type ClosedRound, ClosedRoundError, readClosedRound, writeClosedRound } from './closed-round.js';

const RECORD = /^(\d{1,20})\.json$/;
const PACKAGE = /^(\d{1,20})(?:(?:\.draws)?\.car|\.left)$/;

export class ClaimStore {
  /** Archives that were found whole, with how they stood on the disk then. */
  private readonly whole = new Map<string, string>();

  /** Makes the folder when it is missing. `tell`: hears of each archive that is set aside, by the name it has now. */
  constructor(
    private readonly folder: string,
    private readonly tell: (record: string) => void = () => {},
  ) {
    mkdirSync(folder, { recursive: true });
  }

  /** Null for a round that is not closed, or whose record is damaged: see `setDamagedAside`. */
  get(round: bigint): ClosedRound | null {
    const closed = this.readRecord(round);
    return closed === 'damaged' ? null : closed;
  }

  private readRecord(round: bigint): ClosedRound | 'damaged' | null {
    try {
      const record = this.read(`${round}.json`);
      return record && recordOf(round, record);
    } catch (error) {
      return damagedBy(error);
    }
  }

  private async readRecordLater(round: bigint): Promise<ClosedRound | 'damaged' | null> {
    try {
      const record = await this.readLater(`${round}.json`);
      return record && recordOf(round, record);
    } catch (error) {
      return damagedBy(error);
    }
  }

  /** Moves damaged records out of the way, after which their rounds are not closed. `record`: the name it has now. */
  setDamagedAside(): { readonly round: bigint; readonly record: string }[] {
    return this.rounds()
      .filter((round) => this.readRecord(round) === 'damaged')
      .map((round) => ({ round, record: setAside(this.folder, `${round}.json`) }));
  }

  setPackageAside(round: bigint): void {
    setAside(this.folder, `${round}.car`);
  }

  /** Packages of another length than their records say go out of the way, and what stands in the place of any other file. */
  setBrokenAside(): void {
    for (const name of readdirSync(this.folder)) {
      const round = PACKAGE.exec(name)?.[1];
      if (round === undefined) continue;
      const wanted = name === `${round}.car` ? this.get(BigInt(round))?.claim?.packageBytes : undefined;
      const size = sizeOf(join(this.folder, name));
      if (size === null || (size >= 0 && size === (wanted ?? size))) continue;
      this.tell(setAside(this.folder, name));
    }
  }

  /** The package of a closed round with shares, up to 32 MiB, held against its CID; null for any other, and for one that was damaged. */
  async package(round: bigint): Promise<Uint8Array | null> {
    const record = await this.readRecordLater(round);
    if (record === null || record === 'damaged' || record.claim === null) return null;
    const { packageCid } = record.claim;
    return await this.readArchive(`${round}.car`, (bytes) => isWholePackage(bytes, packageCid));
  }

  /** The proof of draws; null while there is none, as after it was found damaged. */
  draws(round: bigint): Promise<Uint8Array | null> {
    return this.readArchive(`${round}.draws.car`, isWholeProof);
  }

  /** What is not whole is never handed out. Looked at once, and again when the file is another. */
  private async readArchive(
    name: string,
    isWhole: (bytes: Uint8Array) => boolean,
  ): Promise<Uint8Array | null> {
    const path = join(this.folder, name);
    try {
      const { ino, size, mtimeMs } = await stat(path);
      const bytes = await readFile(path);
      const standing = `${ino} ${size} ${mtimeMs}`;
      if (bytes.length === size && this.whole.get(name) === standing) return bytes;
      if (isWhole(bytes)) {
        this.whole.set(name, standing);
        return bytes;
      }
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      if (!tellsNoFile(error)) throw error;
    }
    this.tell(setAside(this.folder, name));
    return null;
  }

  hasDraws(round: bigint): boolean {
    return existsSync(join(this.folder, `${round}.draws.car`));
  }

  /** On disk when it returns. */
  putDraws(round: bigint, bytes: Uint8Array): void {
    writeDurablySync(this.folder, `${round}.draws.car`, bytes);
  }

  /** Tells of a closed round's shares, by hash in internal order, whether they are in no claim; null where nobody knows. */
  leftOut({ binding, leftOut }: ClosedRound): ((hash: Uint8Array) => boolean) | null {
    if (leftOut === null) return null;
    if (leftOut.foreign + leftOut.noRoom + leftOut.offChain === 0) return () => false;
    const { foreign, noRoom, offChain } = leftOut;
    const hashes = this.readHashes(`${binding.round}.left`);
    if (hashes?.length !== HASH_BYTES * (foreign + noRoom + offChain)) return null;
    return (hash) => isAmong(hashes, hash);
  }

  private readHashes(name: string): Buffer | null {
    try {
      return this.read(name);
    } catch (error) {
      if (tellsNoFile(error)) return null;
      throw error;
    }
  }

  /** Packages and proofs of rounds closed before then go, and their records stay: a round is never claimed anew. */
  async dropPackages(closedBeforeMs: number): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const round = PACKAGE.exec(name)?.[1];
      if (round === undefined) continue;
      const closed = await this.readRecordLater(BigInt(round));
      if (closed === null || closed === 'damaged' || closed.closedMs >= closedBeforeMs) continue;
      await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** Closed rounds, the newest first. */
  rounds(): bigint[] {
    return readdirSync(this.folder)
      .flatMap((name) => RECORD.exec(name)?.[1] ?? [])
      .map(BigInt)
      .sort((a, b) => (a < b ? 1 : -1));
  }

  /**
   * On disk when it returns. A round that is closed already stays as it is. `bytes`: the package, null without shares.
   * `leftOut`: the hashes of shares that are in no claim, ascending.
   */
  put(closed: ClosedRound, bytes: Uint8Array | null, leftOut: Uint8Array): ClosedRound {
    const { round } = closed.binding;
    const known = this.readRecord(round);
    if (known === 'damaged') setAside(this.folder, `${round}.json`);
    else if (known !== null) return known;
    if (bytes !== null) writeDurablySync(this.folder, `${round}.car`, bytes);
    if (leftOut.length > 0) writeDurablySync(this.folder, `${round}.left`, leftOut);
    writeDurablySync(this.folder, `${round}.json`, writeClosedRound(closed));
    return closed;
  }

  private async readLater(name: string): Promise<Buffer | null> {
    try {
      return await readFile(join(this.folder, name));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  private read(name: string): Buffer | null {
    try {
      return readFileSync(join(this.folder, name));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }
}

/** Null where nothing is; −1 for what is no file. */
function sizeOf(path: string): number | null {
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.size : -1;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (tellsNoFile(error)) return -1;
    throw error;
  }
}

function recordOf(round: bigint, record: Buffer): ClosedRound | 'damaged' {
  const closed = readClosedRound(record.toString('utf8'));
  return closed.binding.round === round ? closed : 'damaged';
}

function damagedBy(error: unknown): 'damaged' {
  if (error instanceof ClosedRoundError || tellsNoFile(error)) return 'damaged';
  throw error;
}

const HASH_BYTES = 32;

/** `hashes`: ascending, one behind the other. */
function isAmong(hashes: Uint8Array, hash: Uint8Array): boolean {
  let from = 0;
  let to = hashes.length / HASH_BYTES;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const order = compareBytes(hashes.subarray(middle * HASH_BYTES, (middle + 1) * HASH_BYTES), hash);
    if (order === 0) return true;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return false;
}
