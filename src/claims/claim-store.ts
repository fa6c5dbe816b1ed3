/**
 * The rounds a node has closed, in one folder: `<round>.json`, of rounds with shares `<round>.car`, the package, and of
 * sampled claims `<round>.draws.car`, the proof of their draws.
 * What is there once is never written again, so a claim is the same bytes for ever; the package is on disk before
 * the record that names it, and goes when the shares do. Records are small, and read and written at once; what may be
 * large, or many, is read without blocking.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurablySync } from '../disk/index.js';
import { errorCode } from '../lib/index.js';
import { type ClosedRound, readClosedRound, writeClosedRound } from './closed-round.js';

const RECORD = /^(\d{1,20})\.json$/;
const PACKAGE = /^(\d{1,20})(?:\.draws)?\.car$/;

export class ClaimStore {
  /** Makes the folder when it is missing. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Null for a round that is not closed. Throws `ClosedRoundError` for a damaged record. */
  get(round: bigint): ClosedRound | null {
    const text = this.read(`${round}.json`);
    return text === null ? null : readClosedRound(text.toString('utf8'));
  }

  /** The package of a closed round with shares, up to 32 MiB; null for any other. */
  package(round: bigint): Promise<Uint8Array | null> {
    return this.readLater(`${round}.car`);
  }

  /** The proof of draws; null while there is none. */
  draws(round: bigint): Promise<Uint8Array | null> {
    return this.readLater(`${round}.draws.car`);
  }

  hasDraws(round: bigint): boolean {
    return existsSync(join(this.folder, `${round}.draws.car`));
  }

  /** On disk when it returns. */
  putDraws(round: bigint, bytes: Uint8Array): void {
    writeDurablySync(this.folder, `${round}.draws.car`, bytes);
  }

  /** Packages and proofs of rounds closed before then go, and their records stay: a round is never claimed anew. */
  async dropPackages(closedBeforeMs: number): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const round = PACKAGE.exec(name)?.[1];
      const record = round === undefined ? null : await this.readLater(`${round}.json`);
      if (record === null || readClosedRound(record.toString('utf8')).closedMs >= closedBeforeMs) continue;
      await rm(join(this.folder, name), { force: true });
    }
  }

  /** Closed rounds, the newest first. */
  rounds(): bigint[] {
    return readdirSync(this.folder)
      .flatMap((name) => RECORD.exec(name)?.[1] ?? [])
      .map(BigInt)
      .sort((a, b) => (a < b ? 1 : -1));
  }

  /** On disk when it returns. A round that is closed already stays as it is. `bytes`: the package, null without shares. */
  put(closed: ClosedRound, bytes: Uint8Array | null): ClosedRound {
    const { round } = closed.binding;
    const known = this.get(round);
    if (known !== null) return known;
    if (bytes !== null) writeDurablySync(this.folder, `${round}.car`, bytes);
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
