/**
 * A claim's package: one CARv1 with everything a stranger needs to recompute the claim (docs/claim-format.md,
 * "The package"). Blocks, in this order and no other: header, tables, then the chunks of templates, shapes,
 * signatures, jobs, miners and records. One claim has one package, byte for byte, and so one CID.
 */
import { equalBytes, sha256d } from '../lib/index.js';
import { type RoundBinding, SHARE_RECORD_BYTES } from '../mining/index.js';
import { type Block, encodeCar } from './car.js';
import { chunksOf, joinChunks, MAX_CHUNKS } from './chunks.js';
import { Cid } from './cid.js';
import { type Claim, claimRoot } from './claim.js';
import { type ClaimTables, decodeTables, encodeTables, TABLE_NAMES, type TableName } from './claim-tables.js';
import { topOf } from './claim-trie.js';
import { LinkedBlocks } from './linked-blocks.js';
import { PackageError } from './package-error.js';
import {
  bindingOfHeader,
  decodeHeader,
  decodeTableLinks,
  encodeHeader,
  encodeTableLinks,
  type PackageHeader,
  type TableLinks,
} from './package-header.js';
import type { ReceiptAppointment } from './receipt.js';
import { SumError, type SumNode } from './sum-node.js';

export interface ClaimPackage {
  /** The root block's, which stands in the submission. */
  readonly cid: Cid;
  readonly claim: Claim;
  /** The claim's root, which stands in the submission. */
  readonly root: Uint8Array;
  readonly binding: RoundBinding;
  readonly appointment: ReceiptAppointment | null;
  /** Headers of blocks that lost their race and that templates stand on, 80 bytes each. */
  readonly beside: readonly Uint8Array[];
  readonly tables: ClaimTables;
  /** Share records one after another, in the claim's order; empty in the sampled tier. */
  readonly records: Uint8Array;
}

export interface PackageParts {
  /** Without what follows from the tables. */
  readonly claim: Omit<Claim, 'tablesHash'>;
  readonly reserveScript: Uint8Array;
  readonly appointment: ReceiptAppointment | null;
  /** Ascending by hash; each a template's previous block. None by default. */
  readonly beside?: readonly Uint8Array[];
  readonly tables: ClaimTables;
  readonly records: Uint8Array;
}

function block(codec: Cid['codec'], bytes: Uint8Array): Block {
  return { cid: Cid.of(codec, bytes), bytes };
}

/** The package's bytes, and what a submission says of it. Throws `PackageError` when it would be too large. */
export function encodePackage(parts: PackageParts): { bytes: Uint8Array; cid: Cid; claim: Claim } {
  const streams = encodeTables(parts.tables);
  const links: Partial<Record<TableName, Cid[]>> = {};
  const chunks: Block[] = [];
  for (const name of TABLE_NAMES) {
    const cut = chunksOf(streams[name]);
    chunks.push(...cut);
    links[name] = cut.map(({ cid }) => cid);
  }
  const tables = block('dag-cbor', encodeTableLinks(links as TableLinks));
  const records = chunksOf(parts.records);
  if (chunks.length + records.length > MAX_CHUNKS) {
    throw new PackageError(
      'CHUNKS',
      `the round's tables need ${chunks.length} chunks, a package has ${MAX_CHUNKS}`,
    );
  }
  const claim: Claim = { ...parts.claim, tablesHash: tables.cid.digest };
  const header = block(
    'dag-cbor',
    encodeHeader({
      ...parts,
      beside: parts.beside ?? [],
      claim,
      tables: tables.cid,
      records: records.map(({ cid }) => cid),
    }),
  );
  return { bytes: encodeCar([header, tables, ...chunks, ...records]), cid: header.cid, claim };
}

/** What a package's two head blocks say of the rest. */
class PackageOutline {
  header: PackageHeader | null = null;
  links: TableLinks | null = null;

  /** Throws `PackageError`. */
  follow(bytes: Uint8Array): readonly Cid[] {
    if (this.header === null) {
      this.header = decodeHeader(bytes);
      return [this.header.tables];
    }
    if (this.links !== null) return [];
    const links = decodeTableLinks(bytes);
    this.links = links;
    return [...TABLE_NAMES.flatMap((name) => links[name]), ...this.header.records];
  }
}

const BOUNDS = { heads: 2, chunks: MAX_CHUNKS };

/** Of the package `cid`. */
export function packageBlocks(cid: Cid): LinkedBlocks {
  const outline = new PackageOutline();
  return new LinkedBlocks(cid, BOUNDS, (_, bytes) => outline.follow(bytes));
}

export class PackageReader {
  private readonly linked: LinkedBlocks;
  private readonly outline = new PackageOutline();

  /** `cid`: the package that was asked for; null to take any. */
  constructor(cid: Cid | null) {
    this.linked = new LinkedBlocks(cid, BOUNDS, (_, bytes) => this.outline.follow(bytes));
  }

  /** Throws `PackageError` at the first byte that no package of this CID has; the reader is of no use afterwards. */
  push(bytes: Uint8Array): void {
    this.linked.push(bytes);
  }

  /** The package, when its last byte was pushed. Throws `PackageError`. */
  finish(): ClaimPackage {
    const blocks = this.linked.finish();
    const header = this.outline.header!;
    const links = this.outline.links!;
    let at = 2;
    const stream = (cids: readonly Cid[]): Uint8Array => {
      at += cids.length;
      return joinChunks(blocks.slice(at - cids.length, at));
    };
    const streams: Partial<Record<TableName, Uint8Array>> = {};
    for (const name of TABLE_NAMES) streams[name] = stream(links[name]);
    const tables = decodeTables(streams as Record<TableName, Uint8Array>, header.claim.count);
    refuseOtherSums(header.claim, tables);
    refuseStrayHeaders(header.beside, tables);
    const records = stream(header.records);
    const wanted = header.claim.tier === 'full' ? Number(header.claim.count) * SHARE_RECORD_BYTES : 0;
    if (records.length !== wanted) {
      throw new PackageError('RECORDS', `${records.length} bytes of records, not ${wanted}`);
    }
    return {
      cid: this.linked.cid,
      claim: header.claim,
      root: claimRoot(header.claim),
      binding: bindingOfHeader(header),
      appointment: header.appointment,
      beside: header.beside,
      tables,
      records,
    };
  }
}

function refuseStrayHeaders(beside: readonly Uint8Array[], { templates }: ClaimTables): void {
  for (const header of beside) {
    const hash = sha256d(header);
    if (templates.some(({ prevHash }) => equalBytes(prevHash, hash))) continue;
    throw new PackageError('HEADER_VALUE', 'a header beside is of a block that no template stands on');
  }
}

function refuseOtherSums(claim: Claim, { miners }: ClaimTables): void {
  const top = checkedTop(miners);
  const isClaims =
    miners.length === claim.miners &&
    top.sum === claim.total &&
    top.count === claim.count &&
    equalBytes(top.hash, claim.topRoot);
  if (!isClaims) throw new PackageError('MINER_SUMS', "the miners' rows are not what the header sums up");
}

function checkedTop(miners: ClaimTables['miners']): SumNode {
  try {
    return topOf(miners);
  } catch (error) {
    if (!(error instanceof SumError)) throw error;
    throw new PackageError('MINER_SUMS', error.message, {}, error);
  }
}

/** A whole package at once. Throws `PackageError`. */
export function decodePackage(bytes: Uint8Array, cid: Cid | null): ClaimPackage {
  const reader = new PackageReader(cid);
  reader.push(bytes);
  return reader.finish();
}
