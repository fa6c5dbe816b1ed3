/**
 * The proof of a sampled claim, due with the next round's submission: for each draw the share under it, its path to
 * its miner's row, and its record, from which it is hashed again (docs/claim-format.md, "The proof"). The package
 * with its tables is the claim's own and is not repeated. A claim and a beacon have one proof, byte for byte.
 */
import type { Network } from '../bitcoin/index.js';
import { ByteReader, ByteReaderError, ByteWriter, equalBytes } from '../lib/index.js';
import { readShareRecord, SHARE_RECORD_BYTES, type ShareRecord, writeShareRecord } from '../mining/index.js';
import type { BuiltClaim } from './built-claim.js';
import { encodeCar } from './car.js';
import { decodeCbor, encodeCbor } from './cbor.js';
import { chunksOf, joinChunks } from './chunks.js';
import { Cid } from './cid.js';
import { CLAIM_FORMAT } from './claim.js';
import type { ClaimPackage } from './claim-package.js';
import { drawSeed, drawsOf, liesUnder } from './draws.js';
import { LinkedBlocks } from './linked-blocks.js';
import { PackageError } from './package-error.js';
import { Fields } from './package-header.js';
import { openedLeaves, PrunedTrieError, readPrunedTrie, SHARE_LEAF, writePrunedTrie } from './pruned-trie.js';
import { type CountedShare, RecountError, ShareRecount } from './recount.js';
import type { SortedShares } from './share-set.js';
import { SumError } from './sum-node.js';

/** 2 MiB: 384 paths of 60 branches each, beyond what any number of shares needs, and their records. */
const BOUNDS = { heads: 1, chunks: 8 };

/** The places in the claim's order under the draws, which ascend and are less than all work; each place once. */
export function placesUnder(shares: SortedShares, draws: readonly bigint[]): number[] {
  const places: number[] = [];
  let end = 0n;
  let place = -1;
  for (const draw of draws) {
    while (draw >= end) end += shares.work(++place);
    if (places.at(-1) !== place) places.push(place);
  }
  return places;
}

/** The shares under the draws, by the number each was added to the draft as. */
export function drawnShares({ shares, root, claim }: BuiltClaim, beacon: Uint8Array): number[] {
  return placesUnder(shares, drawsOf(drawSeed(root, beacon), claim.total)).map((place) =>
    shares.added(place),
  );
}

/** `recordAt`: the record of the share that was added to the draft as number `added`, as it was added. */
export function proveDraws(
  built: BuiltClaim,
  beacon: Uint8Array,
  recordAt: (added: number) => ShareRecord,
): { bytes: Uint8Array; cid: Cid } {
  const { shares, root, claim, spans } = built;
  const places = placesUnder(shares, drawsOf(drawSeed(root, beacon), claim.total));
  const openings = new ByteWriter(1 << 18);
  for (const [miner, { from, to }] of spans.entries()) {
    const hashes = places
      .filter((place) => place >= from && place < to)
      .map((place) => shares.hash(place).slice());
    if (hashes.length === 0) continue;
    writePrunedTrie(openings.u32(miner), SHARE_LEAF, built.openShares(miner, hashes));
  }
  const records = new Uint8Array(places.length * SHARE_RECORD_BYTES);
  for (const [i, place] of places.entries()) {
    writeShareRecord(built.settledRecord(recordAt(shares.added(place))), records, i * SHARE_RECORD_BYTES);
  }
  return encodeProof(root, beacon, openings.finish(), records);
}

function encodeProof(
  root: Uint8Array,
  beacon: Uint8Array,
  openings: Uint8Array,
  records: Uint8Array,
): { bytes: Uint8Array; cid: Cid } {
  const openingChunks = chunksOf(openings);
  const recordChunks = chunksOf(records);
  const bytes = encodeCbor({
    format: BigInt(CLAIM_FORMAT),
    claim: root,
    beacon,
    openings: openingChunks.map(({ cid }) => cid),
    records: recordChunks.map(({ cid }) => cid),
  });
  const cid = Cid.of('dag-cbor', bytes);
  return { bytes: encodeCar([{ cid, bytes }, ...openingChunks, ...recordChunks]), cid };
}

interface ProofParts {
  readonly openings: Uint8Array;
  readonly records: Uint8Array;
}

function decodeProof(bytes: Uint8Array, cid: Cid | null, root: Uint8Array, beacon: Uint8Array): ProofParts {
  let head: ProofHead | null = null;
  const linked = new LinkedBlocks(cid, BOUNDS, (index, block) => {
    if (index > 0) return [];
    head = readHead(block);
    if (!equalBytes(head.root, root) || !equalBytes(head.beacon, beacon)) {
      throw new PackageError('HEADER_VALUE', 'a proof of another claim or beacon');
    }
    return linksOf(head);
  });
  linked.push(bytes);
  return streamsOf(head!, linked.finish());
}

interface ProofHead {
  readonly root: Uint8Array;
  readonly beacon: Uint8Array;
  readonly openings: readonly Cid[];
  readonly records: readonly Cid[];
}

function readHead(block: Uint8Array): ProofHead {
  const fields = new Fields(decodeCbor(block), ['beacon', 'claim', 'format', 'openings', 'records']);
  if (fields.integer('format') !== BigInt(CLAIM_FORMAT)) {
    throw new PackageError('HEADER_VALUE', `proof format ${fields.integer('format')} is unknown here`);
  }
  return {
    root: fields.bytes('claim', 32),
    beacon: fields.bytes('beacon', 32),
    openings: fields.links('openings'),
    records: fields.links('records'),
  };
}

function linksOf({ openings, records }: ProofHead): readonly Cid[] {
  return [...openings, ...records];
}

function streamsOf({ openings }: ProofHead, blocks: readonly Uint8Array[]): ProofParts {
  const chunks = blocks.slice(1);
  return {
    openings: joinChunks(chunks.slice(0, openings.length)),
    records: joinChunks(chunks.slice(openings.length)),
  };
}

/** Of the proof `cid`. */
export function proofBlocks(cid: Cid): LinkedBlocks {
  return new LinkedBlocks(cid, BOUNDS, (index, block) => (index === 0 ? linksOf(readHead(block)) : []));
}

/** Throws `PackageError` unless this reads as a proof, of whatever claim: `verifyDraws` says the rest. */
export function refuseOtherThanProof(blocks: readonly Uint8Array[]): void {
  streamsOf(readHead(blocks[0]!), blocks);
}

interface Opened {
  readonly miner: number;
  readonly hash: Uint8Array;
  readonly offset: bigint;
  readonly work: bigint;
}

/** The leaves that a proof opens, in the claim's order. Throws `PackageError`. */
function readOpenings(stream: Uint8Array, { tables }: Pick<ClaimPackage, 'tables'>): Opened[] {
  const opened: Opened[] = [];
  const reader = new ByteReader(stream);
  let before = 0n;
  let next = 0;
  try {
    while (reader.left > 0) {
      const miner = reader.u32();
      const row = tables.miners[miner];
      if (row === undefined || miner < next)
        throw new PackageError('PROOF_FORM', 'openings are not in order of miners');
      for (; next < miner; next++) before += tables.miners[next]!.work;
      const trie = readPrunedTrie(reader, SHARE_LEAF);
      const isRows =
        equalBytes(trie.folded.hash, row.shareRoot) &&
        trie.folded.sum === row.work &&
        trie.folded.count === row.count;
      if (!isRows)
        throw new PackageError('PROOF_FORM', `an opening of miner ${miner} does not lead to its row`);
      for (const { leaf, offset } of openedLeaves(trie)) {
        opened.push({ miner, hash: leaf.hash, work: leaf.work, offset: before + offset });
      }
      before += row.work;
      next = miner + 1;
    }
  } catch (error) {
    const isOfTheTrie =
      error instanceof PrunedTrieError || error instanceof SumError || error instanceof ByteReaderError;
    if (!isOfTheTrie) throw error;
    throw new PackageError('PROOF_FORM', error.message, {}, error);
  }
  return opened;
}

/** Throws `PackageError` unless a leaf lies under every draw, and a draw falls on every leaf. */
function refuseOtherDraws(opened: readonly Opened[], draws: readonly bigint[]): void {
  let at = 0;
  let isDrawn = false;
  for (const draw of draws) {
    while (at < opened.length && !liesUnder(draw, opened[at]!)) {
      if (!isDrawn) throw new PackageError('PROOF_DRAWS', `no draw falls on the leaf ${at} that is opened`);
      at++;
      isDrawn = false;
    }
    if (at === opened.length) throw new PackageError('PROOF_DRAWS', `nothing is opened under draw ${draw}`);
    isDrawn = true;
  }
  if (at < opened.length - 1)
    throw new PackageError('PROOF_DRAWS', 'leaves are opened on which no draw falls');
}

/**
 * Checks a sampled claim's proof against its package and returns the shares it opens. `cid`: the proof's, from the
 * submission; null to take any. Throws `PackageError` for a proof that is not this claim's, complete and canonical,
 * `RecountError` for a leaf that is no share.
 */
export function verifyDraws(
  proof: Uint8Array,
  cid: Cid | null,
  from: ClaimPackage,
  beacon: Uint8Array,
  network: Network,
): CountedShare[] {
  const { openings, records } = decodeProof(proof, cid, from.root, beacon);
  const opened = readOpenings(openings, from);
  refuseOtherDraws(opened, drawsOf(drawSeed(from.root, beacon), from.claim.total));
  if (records.length !== opened.length * SHARE_RECORD_BYTES) {
    throw new PackageError('RECORDS', `${records.length} bytes of records for ${opened.length} leaves`);
  }
  const recount = new ShareRecount(from, network);
  return opened.map((leaf, i) => {
    const share = recount.share(readShareRecord(records, i * SHARE_RECORD_BYTES));
    if (share.record.miner === leaf.miner && share.work === leaf.work && equalBytes(share.hash, leaf.hash))
      return share;
    throw new RecountError('MINER_ROW', `the record of leaf ${i} is another share`, { i });
  });
}
