/** Packages that a liar would make, each from an honest one by one change, with the fault that a reader should name. */
import { isCanonicalBits } from '../../../src/bitcoin/index.js';
import {
  readShareRecord,
  SHARE_RECORD_BYTES,
  type ShareRecord,
  writeShareRecord,
} from '../../../src/mining/index.js';
import { type CborMap, decodeCbor, encodeCbor } from '../../../src/rounds/cbor.js';
import { rowOf, topOf } from '../../../src/rounds/claim-trie.js';
import {
  type BuiltClaim,
  Cid,
  type ClaimDraft,
  type ClaimTables,
  decodePackage,
  encodePackage,
  PackageError,
  type PackageFault,
  RecountError,
  type RecountFault,
  recountPackage,
} from '../../../src/rounds/index.js';
import { ShareSet } from '../../../src/rounds/share-set.js';
import { blocksOf, type LooseBlock, sealed, withBlock } from './archive-surgery.js';
import { APPOINTMENT, BINDING, bytesOf, draftOf, jobOnLost, lostHeader, REGTEST } from './claim-source.js';

export interface HostilePackage {
  readonly name: string;
  readonly fault: PackageFault | RecountFault;
  readonly bytes: Uint8Array;
}

type Parts = { claim: BuiltClaim['claim']; tables: ClaimTables; records: Uint8Array };

function honest(): { built: BuiltClaim; parts: Parts } {
  const { draft, shares } = draftOf({ shares: 12, miners: 3, jobs: 3, appointment: APPOINTMENT });
  const built = draft.finish();
  const records = new Uint8Array(12 * SHARE_RECORD_BYTES);
  for (let place = 0; place < 12; place++) {
    const { record } = shares[built.shares.added(place)]!;
    writeShareRecord(built.settledRecord(record), records, place * SHARE_RECORD_BYTES);
  }
  return { built, parts: { claim: built.claim, tables: built.tables, records } };
}

const GOOD = honest();

function packed(change: Partial<Parts>): Uint8Array {
  const parts = { ...GOOD.parts, ...change };
  return encodePackage({ ...parts, reserveScript: BINDING.reserveScript, appointment: APPOINTMENT }).bytes;
}

/** With the sums above them made to fit the rows, so that only the rows themselves are wrong. */
function withMiners(miners: ClaimTables['miners'], records = GOOD.parts.records): Uint8Array {
  const top = topOf(miners);
  const figures = { total: top.sum, count: top.count, miners: miners.length, topRoot: top.hash };
  return packed({
    claim: { ...GOOD.parts.claim, ...figures },
    tables: { ...GOOD.parts.tables, miners },
    records,
  });
}

function withRecord(at: number, change: (record: ShareRecord) => Partial<ShareRecord>): Uint8Array {
  const records = GOOD.parts.records.slice();
  const record = readShareRecord(records, at * SHARE_RECORD_BYTES);
  writeShareRecord({ ...record, ...change(record) }, records, at * SHARE_RECORD_BYTES);
  return packed({ records });
}

function recordBytes(at: number): Uint8Array {
  return GOOD.parts.records.slice(at * SHARE_RECORD_BYTES, (at + 1) * SHARE_RECORD_BYTES);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** The last miner's last share counted twice, and its row and all sums as if that were two. */
function shareTwice(): Uint8Array {
  const { miners } = GOOD.parts.tables;
  const last = miners.at(-1)!;
  const work = last.work / last.count;
  const forged = { ...last, count: last.count + 1n, work: last.work + work };
  return withMiners([...miners.slice(0, -1), forged], joined(GOOD.parts.records, recordBytes(11)));
}

/** One share less than there are records for is no matter of the rows: the sums say 11, the records 12. */
function shareMissing(): Uint8Array {
  const { miners } = GOOD.parts.tables;
  const set = new ShareSet();
  const last = miners.at(-1)!;
  for (const place of [8, 9, 10]) set.add(2, GOOD.built.shares.hash(place), last.work / last.count);
  const row = rowOf(last.minerId, set.sort(Uint32Array.of(0, 1, 2)), { from: 0, to: 3 });
  return withMiners([...miners.slice(0, -1), { ...row, payout: last.payout }]);
}

function inflated(): Uint8Array {
  const { miners } = GOOD.parts.tables;
  return withMiners([{ ...miners[0]!, work: miners[0]!.work * 2n }, ...miners.slice(1)]);
}

/** The claimed sum and count stand, but for a trie of other shares. */
function foreignRoot(): Uint8Array {
  const { miners } = GOOD.parts.tables;
  return withMiners([{ ...miners[0]!, shareRoot: miners[1]!.shareRoot }, ...miners.slice(1)]);
}

function edited(index: number, edit: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const blocks = blocksOf(GOOD.built.package);
  return sealed(withBlock(blocks, index, edit(blocks[index]!.bytes)));
}

function reordered(order: (blocks: LooseBlock[]) => LooseBlock[]): Uint8Array {
  return sealed(order(blocksOf(GOOD.built.package)));
}

function spliced(bytes: Uint8Array, at: number, remove: number, ...insert: number[]): Uint8Array {
  return joined(bytes.subarray(0, at), Uint8Array.from(insert), bytes.subarray(at + remove));
}

function after(bytes: Uint8Array, text: string): number {
  return Buffer.from(bytes).indexOf(text, 0, 'latin1') + text.length;
}

const { built, parts } = GOOD;
const { tables } = parts;
const rolledBits = (bits: number): number => {
  // The same target with a smaller mantissa: one exponent more, if the low byte is none.
  const spelled = (((bits >>> 24) + 1) << 24) | ((bits & 0x7fffff) >>> 8);
  if (isCanonicalBits(spelled)) throw new Error('these bits are canonical');
  return spelled;
};
const car = built.package;

/** Blocks of the good package: 0 header, 1 tables, 2 templates, 3 shapes, 4 signatures, 5 jobs, 6 miners, 7 records. */
export const HOSTILE: readonly HostilePackage[] = [
  { name: 'a CARv2', fault: 'CAR_HEADER', bytes: spliced(car, 58, 1, 2) },
  { name: 'another kind of root', fault: 'CID_FORM', bytes: spliced(car, 14, 1, 2) },
  { name: 'nothing', fault: 'CAR_TRUNCATED', bytes: new Uint8Array(0) },
  { name: 'no block', fault: 'BLOCK_MISSING', bytes: car.slice(0, 59) },
  { name: 'an end inside a block', fault: 'CAR_TRUNCATED', bytes: car.slice(0, -1) },
  { name: 'an end before the last block', fault: 'BLOCK_MISSING', bytes: reordered((b) => b.slice(0, -1)) },
  { name: 'a byte behind its last block', fault: 'CAR_TRUNCATED', bytes: joined(car, Uint8Array.of(0x50)) },
  {
    name: 'an empty section behind its last block',
    fault: 'CAR_SECTION',
    bytes: joined(car, Uint8Array.of(0)),
  },
  { name: 'a length that is longer than it need be', fault: 'CAR_VARINT', bytes: longVarint() },
  {
    name: 'a section of four gigabytes',
    fault: 'CAR_VARINT',
    bytes: joined(car.subarray(0, 59), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f), car.subarray(61)),
  },
  {
    name: 'a section above a megabyte',
    fault: 'CAR_SECTION',
    bytes: joined(car.subarray(0, 59), Uint8Array.of(0xff, 0xff, 0x7f), car.subarray(61)),
  },
  {
    name: 'a block that is not its CID',
    fault: 'BLOCK_HASH',
    bytes: spliced(car, car.length - 1, 1, car.at(-1)! ^ 1),
  },
  { name: 'a block twice', fault: 'BLOCK_UNEXPECTED', bytes: reordered((b) => [...b, b[7]!]) },
  {
    name: 'blocks in another order',
    fault: 'BLOCK_UNEXPECTED',
    bytes: reordered((b) => [...b.slice(0, 6), b[7]!, b[6]!]),
  },
  {
    name: 'one chunk linked to twice',
    fault: 'BLOCK_TWICE',
    bytes: edited(1, (b) => {
      const jobs = after(b, 'djobs') + 1;
      return joined(
        b.subarray(0, jobs - 1),
        Uint8Array.of(0x82),
        b.subarray(jobs, jobs + 41),
        b.subarray(jobs),
      );
    }),
  },
  {
    name: 'bytes behind its header',
    fault: 'CBOR_TRAILING',
    bytes: edited(0, (b) => joined(b, Uint8Array.of(0))),
  },
  { name: 'a header cut short', fault: 'CBOR_TRUNCATED', bytes: edited(0, (b) => b.slice(0, -1)) },
  {
    name: 'an integer that is longer than it need be',
    fault: 'CBOR_NOT_CANONICAL',
    bytes: edited(0, (b) => spliced(b, after(b, 'eround'), 2, 0x19, 0, 41)),
  },
  {
    name: 'a map of indefinite length',
    fault: 'CBOR_NOT_CANONICAL',
    bytes: edited(0, (b) => joined(Uint8Array.of(0xbf), b.subarray(1), Uint8Array.of(0xff))),
  },
  {
    name: 'map keys in another order',
    fault: 'CBOR_NOT_CANONICAL',
    bytes: edited(1, (b) =>
      Uint8Array.from(
        Buffer.from(
          Buffer.from(b).toString('latin1').replace('fminers', 'ftables').replace('fshapes', 'fminers'),
          'latin1',
        ),
      ),
    ),
  },
  {
    name: 'a float',
    fault: 'CBOR_UNSUPPORTED',
    bytes: edited(0, (b) => spliced(b, after(b, 'eround'), 2, 0xf9, 0x3c, 0)),
  },
  {
    name: 'a map key in capitals',
    fault: 'CBOR_UNSUPPORTED',
    bytes: edited(0, (b) => spliced(b, after(b, 'eround') - 5, 1, 0x52)),
  },
  {
    name: 'an array of four billion',
    fault: 'CBOR_TRUNCATED',
    bytes: edited(0, (b) => spliced(b, after(b, 'grecords'), 1, 0x9a, 0xff, 0xff, 0xff, 0xff)),
  },
  {
    name: 'arrays in arrays in arrays',
    fault: 'CBOR_DEPTH',
    bytes: edited(0, (b) => spliced(b, after(b, 'grecords'), 1, ...Array(60).fill(0x81))),
  },
  {
    name: 'a field more',
    fault: 'HEADER_FORM',
    bytes: edited(0, (b) => spliced(spliced(b, 0, 1, 0xaf), 1, 0, 0x61, 0x61, 0)),
  },
  {
    name: 'a key of 31 bytes',
    fault: 'HEADER_FORM',
    bytes: edited(0, (b) => spliced(b, after(b, 'gnodekey'), 3, 0x58, 31)),
  },
  {
    name: 'another format',
    fault: 'HEADER_VALUE',
    bytes: edited(0, (b) => spliced(b, after(b, 'fformat'), 1, 2)),
  },
  { name: 'no shares', fault: 'HEADER_VALUE', bytes: edited(0, (b) => spliced(b, after(b, 'ecount'), 1, 0)) },
  {
    name: 'the sampled tier for twelve shares',
    fault: 'TIER',
    bytes: edited(0, (b) => spliced(b, after(b, 'dtier'), 1, 1)),
  },
  {
    name: 'the full tier for 16,385 shares',
    fault: 'TIER',
    bytes: edited(0, (b) => spliced(b, after(b, 'ecount'), 1, 0x19, 0x40, 1)),
  },
  {
    name: 'a total of one more',
    fault: 'MINER_SUMS',
    bytes: packed({ claim: { ...parts.claim, total: parts.claim.total + 1n } }),
  },
  {
    name: 'a count of one more',
    fault: 'MINER_SUMS',
    bytes: packed({ claim: { ...parts.claim, count: 13n } }),
  },
  {
    name: 'one miner fewer than its rows',
    fault: 'MINER_SUMS',
    bytes: packed({ claim: { ...parts.claim, miners: 2 } }),
  },
  {
    name: 'another top root',
    fault: 'MINER_SUMS',
    bytes: packed({ claim: { ...parts.claim, topRoot: parts.claim.seed } }),
  },
  {
    name: 'work beyond 128 bits',
    fault: 'MINER_SUMS',
    bytes: packed({
      tables: { ...tables, miners: tables.miners.map((m) => ({ ...m, work: (1n << 128n) - 1n })) },
    }),
  },
  {
    name: 'counts beyond 64 bits',
    fault: 'MINER_SUMS',
    bytes: packed({
      tables: { ...tables, miners: tables.miners.map((m) => ({ ...m, count: (1n << 64n) - 1n })) },
    }),
  },
  {
    name: 'a miner without shares',
    fault: 'MINER_SUMS',
    bytes: packed({
      tables: {
        ...tables,
        miners: [{ ...tables.miners[0]!, count: 0n, work: 0n }, ...tables.miners.slice(1)],
      },
    }),
  },
  {
    name: 'miners in another order',
    fault: 'TABLE_ORDER',
    bytes: packed({ tables: { ...tables, miners: tables.miners.toReversed() } }),
  },
  {
    name: 'a miner twice',
    fault: 'TABLE_ORDER',
    bytes: packed({ tables: { ...tables, miners: [tables.miners[0]!, ...tables.miners] } }),
  },
  {
    name: 'templates in another order',
    fault: 'TABLE_ORDER',
    bytes: packed({ tables: { ...tables, templates: tables.templates.toReversed() } }),
  },
  {
    name: 'jobs in another order',
    fault: 'TABLE_ORDER',
    bytes: packed({ tables: { ...tables, jobs: tables.jobs.toReversed() } }),
  },
  {
    name: 'a job of no template',
    fault: 'TABLE_REFERENCE',
    bytes: packed({ tables: { ...tables, jobs: [...tables.jobs.slice(0, -1), { template: 3, shape: 0 }] } }),
  },
  {
    name: 'a template of no job',
    fault: 'TABLE_REFERENCE',
    bytes: packed({ tables: { ...tables, jobs: tables.jobs.slice(0, -1) } }),
  },
  {
    name: 'a job of no share',
    fault: 'TABLE_REFERENCE',
    bytes: packed({ tables: { ...tables, jobs: [...tables.jobs, jobBehind()] } }),
  },
  {
    name: 'a signature of no share',
    fault: 'TABLE_REFERENCE',
    bytes: packed({ tables: { ...tables, signatures: [...tables.signatures, Uint8Array.of(0x7e)] } }),
  },
  {
    name: 'a signature of 21 bytes',
    fault: 'TABLE_ROW',
    bytes: packed({
      tables: { ...tables, signatures: [...tables.signatures, new Uint8Array(21).fill(0x7e)] },
    }),
  },
  {
    name: 'a shape for solo work',
    fault: 'TABLE_ROW',
    bytes: packed({
      tables: {
        ...tables,
        shapes: tables.shapes.map((shape, i) => (i === 0 ? { ...shape, kind: 'solo' as const } : shape)),
      },
    }),
  },
  {
    name: 'a script head of 101 bytes',
    fault: 'TABLE_ROW',
    bytes: packed({
      tables: {
        ...tables,
        shapes: tables.shapes.map((shape, i) =>
          i === 0 ? { ...shape, scriptHead: new Uint8Array(101) } : shape,
        ),
      },
    }),
  },
  {
    name: 'a row of 5,000 bytes',
    fault: 'TABLE_ROW',
    bytes: packed({
      tables: {
        ...tables,
        shapes: tables.shapes.map((shape, i) =>
          i === 0 ? { ...shape, middle: new Uint8Array(5_000) } : shape,
        ),
      },
    }),
  },
  {
    name: 'a payout of 101 bytes',
    fault: 'TABLE_ROW',
    bytes: packed({
      tables: {
        ...tables,
        miners: tables.miners.map((m, i) =>
          i === 0 ? { ...m, payout: { type: 'bitcoin' as const, script: new Uint8Array(101) } } : m,
        ),
      },
    }),
  },
  {
    name: 'a length of a row that is longer than it need be',
    fault: 'TABLE_ROW',
    bytes: edited(5, (b) => spliced(b, 0, 1, 0xfd, 8, 0)),
  },
  { name: 'a row cut short', fault: 'TABLE_ROW', bytes: edited(5, (b) => b.slice(0, -1)) },
  {
    name: 'records for one share fewer',
    fault: 'RECORDS',
    bytes: packed({ records: parts.records.slice(0, -40) }),
  },
  {
    name: 'records and half a record',
    fault: 'RECORDS',
    bytes: packed({ records: joined(parts.records, new Uint8Array(20)) }),
  },
  { name: 'a share fewer in its sums than in its records', fault: 'RECORDS', bytes: shareMissing() },
  { name: 'a record of no job', fault: 'RECORD_REFERENCE', bytes: withRecord(3, () => ({ job: 3 })) },
  { name: 'a record of no miner', fault: 'RECORD_REFERENCE', bytes: withRecord(3, () => ({ miner: 3 })) },
  {
    name: 'a record of no signature',
    fault: 'RECORD_REFERENCE',
    bytes: withRecord(3, () => ({ signature: 9 })),
  },
  {
    name: 'bits that are not canonical',
    fault: 'BITS_NOT_CANONICAL',
    bytes: withRecord(3, ({ bits }) => ({ bits: rolledBits(bits) })),
  },
  {
    name: 'bits with a sign',
    fault: 'BITS_NOT_CANONICAL',
    bytes: withRecord(3, () => ({ bits: 0x20800000 })),
  },
  {
    name: 'work of more than 96 bits',
    fault: 'WORK_OUT_OF_BOUNDS',
    bytes: withRecord(3, () => ({ bits: 0x1300ffff })),
  },
  {
    name: 'work of less than regtest asks',
    fault: 'WORK_OUT_OF_BOUNDS',
    bytes: withRecord(3, () => ({ bits: 0x2100ffff })),
  },
  {
    name: 'version bits outside the mask',
    fault: 'VERSION_BITS',
    bytes: withRecord(3, ({ version }) => ({ version: version ^ 1 })),
  },
  {
    name: 'a share at its realised difficulty',
    fault: 'LOW_DIFFICULTY',
    bytes: withRecord(3, () => ({ bits: 0x1f00ffff })),
  },
  { name: 'an invented share', fault: 'LOW_DIFFICULTY', bytes: lowDifficulty('nonce') },
  { name: "another miner's share", fault: 'LOW_DIFFICULTY', bytes: lowDifficulty('miner') },
  {
    name: "another round's shares",
    fault: 'LOW_DIFFICULTY',
    bytes: packed({ claim: { ...parts.claim, round: otherRound() } }),
  },
  { name: 'a share twice', fault: 'RECORD_ORDER', bytes: shareTwice() },
  {
    name: 'records in another order',
    fault: 'RECORD_ORDER',
    bytes: packed({ records: joined(recordBytes(1), recordBytes(0), parts.records.subarray(80)) }),
  },
  { name: 'inflated work', fault: 'MINER_ROW', bytes: inflated() },
  { name: 'a row of other shares', fault: 'MINER_ROW', bytes: foreignRoot() },
  {
    name: 'more than 128 chunks in one table',
    fault: 'CHUNKS',
    bytes: edited(1, () => tableBlock([129, 0, 0, 0, 0])),
  },
  {
    name: 'more than 128 chunks in all tables together',
    fault: 'CHUNKS',
    bytes: edited(1, () => tableBlock([26, 26, 26, 26, 26])),
  },
  { name: 'a share on a job of no template', fault: 'TABLE_REFERENCE', bytes: shareOnNoTemplate() },
  { name: 'records cut elsewhere', fault: 'CHUNKS', bytes: cutElsewhere() },
  {
    name: 'more miners than shares',
    fault: 'HEADER_VALUE',
    bytes: edited(0, (b) => spliced(b, after(b, 'fminers'), 1, 13)),
  },
  {
    name: 'an empty reserve script',
    fault: 'HEADER_VALUE',
    bytes: encodePackage({ ...parts, reserveScript: new Uint8Array(0), appointment: null }).bytes,
  },
  {
    name: 'a reserve script of 101 bytes',
    fault: 'HEADER_VALUE',
    bytes: encodePackage({ ...parts, reserveScript: new Uint8Array(101), appointment: null }).bytes,
  },
  {
    name: 'records in the sampled tier',
    fault: 'TIER',
    bytes: edited(0, (b) => {
      const counted = spliced(b, after(b, 'ecount'), 1, 0x19, 0x40, 1);
      return spliced(counted, after(counted, 'dtier'), 1, 1);
    }),
  },
  {
    name: 'tables in a raw block',
    fault: 'HEADER_FORM',
    bytes: edited(0, (b) => spliced(b, after(b, 'ftables') + 6, 1, 0x55)),
  },
  { name: 'a header beside of no template', fault: 'HEADER_VALUE', bytes: withBeside([lostHeader(9)]) },
  { name: 'an empty list of headers beside', fault: 'HEADER_VALUE', bytes: withBeside([]) },
  {
    name: 'a header beside of 79 bytes',
    fault: 'HEADER_FORM',
    bytes: withBeside([lostHeader(0).subarray(1)]),
  },
  { name: 'a header beside twice', fault: 'HEADER_VALUE', bytes: withBeside([lostHeader(0), lostHeader(0)]) },
  {
    name: 'headers beside in another order',
    fault: 'HEADER_VALUE',
    bytes: withBeside(besideInOrder().toReversed()),
  },
  {
    name: 'seventeen headers beside',
    fault: 'HEADER_VALUE',
    bytes: withBeside(Array.from({ length: 17 }, (_, n) => lostHeader(n))),
  },
  {
    name: 'records in a dag-cbor block',
    fault: 'HEADER_FORM',
    bytes: edited(0, (b) => spliced(b, after(b, 'grecords') + 7, 1, 0x71)),
  },
];

/** A claim on two lost blocks. */
function onLost(): { draft: ClaimDraft } {
  return draftOf({ shares: 2, miners: 1, jobs: 2, jobOf: jobOnLost });
}

function besideInOrder(): Uint8Array[] {
  return [...decodePackage(onLost().draft.finish([lostHeader(0), lostHeader(1)]).package, null).beside];
}

/** Its package with these headers, whatever they are. */
function withBeside(headers: readonly Uint8Array[]): Uint8Array {
  const blocks = blocksOf(onLost().draft.finish().package);
  const header = decodeCbor(blocks[0]!.bytes) as CborMap;
  return sealed(withBlock(blocks, 0, encodeCbor({ ...header, beside: headers })));
}

function shareOnNoTemplate(): Uint8Array {
  const records = parts.records.slice();
  writeShareRecord({ ...readShareRecord(records, 120), job: tables.jobs.length }, records, 120);
  return packed({ tables: { ...tables, jobs: [...tables.jobs, { template: 3, shape: 0 }] }, records });
}

/** Links to blocks that are not there, so many for each table. */
function tableBlock(counts: readonly number[]): Uint8Array {
  const names = ['jobs', 'miners', 'shapes', 'signatures', 'templates'];
  const links = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => Cid.of('raw', bytesOf(`${name} ${i}`)));
  return encodeCbor(Object.fromEntries(names.map((name, i) => [name, links(name, counts[i]!)])));
}

/** The records as two chunks, neither of them full. */
function cutElsewhere(): Uint8Array {
  const blocks = blocksOf(car);
  const chunks = [parts.records.slice(0, 80), parts.records.slice(80)].map((bytes) => {
    return { cid: Cid.of('raw', bytes).bytes, bytes };
  });
  const at = after(blocks[0]!.bytes, 'grecords');
  const links = chunks.flatMap(({ cid }) => [0xd8, 0x2a, 0x58, 0x25, 0, ...cid]);
  const header = spliced(blocks[0]!.bytes, at, 1 + 41, 0x82, ...links);
  return sealed(withBlock([...blocks.slice(0, -1), ...chunks], 0, header));
}

/** What a reader says of a package; null when it is a claim. */
export function faultOf(bytes: Uint8Array): PackageFault | RecountFault | null {
  try {
    recountPackage(decodePackage(bytes, null), REGTEST);
    return null;
  } catch (error) {
    if (error instanceof PackageError || error instanceof RecountError) return error.code;
    throw error;
  }
}

/** A job behind the last one, of a template and a shape that there are. */
function jobBehind(): ClaimTables['jobs'][number] {
  const { template, shape } = tables.jobs.at(-1)!;
  if (shape + 1 === tables.shapes.length) throw new Error('the last job has the last shape');
  return { template, shape: shape + 1 };
}

function longVarint(): Uint8Array {
  // The last section's length is of two bytes; a third of zero adds nothing to it.
  const blocks = blocksOf(car);
  const at = car.length - blocks.at(-1)!.bytes.length - 36 - 2;
  return spliced(car, at + 1, 1, car[at + 1]! | 0x80, 0);
}

/** The first forgery of this kind whose hash does not meet its bits by chance; half of them do. */
function lowDifficulty(kind: 'nonce' | 'miner'): Uint8Array {
  for (let at = 0; at < 12; at++) {
    const bytes = withRecord(at, ({ nonce, miner }) =>
      kind === 'nonce' ? { nonce: nonce + 1 } : { miner: (miner + 1) % 3 },
    );
    if (faultOf(bytes) === 'LOW_DIFFICULTY') return bytes;
  }
  throw new Error('every forged share meets its bits');
}

/** A round in which the first share is none. */
function otherRound(): bigint {
  for (let round = 100n; ; round++) {
    if (faultOf(packed({ claim: { ...parts.claim, round } })) === 'LOW_DIFFICULTY') return round;
  }
}
