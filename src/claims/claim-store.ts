/**
 * The rounds a node has closed, in one folder: `<round>.json` and, of rounds with shares, `<round>.car`, the package.
 * What is there once is never written again, so a claim is the same bytes for ever; the package is on disk before
 * the record that names it.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/index.js';
import { type ClosedRound, readClosedRound, writeClosedRound } from './closed-round.js';

const RECORD = /^(\d{1,20})\.json$/;

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

  /** The package of a closed round with shares; null for any other. */
  package(round: bigint): Uint8Array | null {
    return this.read(`${round}.car`);
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
    if (bytes !== null) this.write(`${round}.car`, bytes);
    this.write(`${round}.json`, writeClosedRound(closed));
    return closed;
  }

  private read(name: string): Buffer | null {
    try {
      return readFileSync(join(this.folder, name));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  private write(name: string, content: Uint8Array | string): void {
    const path = join(this.folder, name);
    writeFileSync(`${path}.part`, content, { flush: true });
    renameSync(`${path}.part`, path);
    const folder = openSync(this.folder, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}
