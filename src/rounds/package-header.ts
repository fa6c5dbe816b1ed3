/**
 * The root block of a package, and the block of tables it links to (docs/claim-format.md, "Header"): everything the
 * claim's root hashes, with the reserve's script in place of its hash, and the links to the rest. What the root
 * does not hash, the appointment of a receipt key and the headers beside, the CID still covers.
 */
import { HEADER_BYTES } from '../bitcoin/index.js';
import { bigintFromLe, bigintToLe, compareBytes, sha256, sha256d } from '../lib/index.js';
import { type RoundBinding, SHARE_RECORD_BYTES } from '../mining/index.js';
import { type CborMap, type CborValue, decodeCbor, encodeCbor, isArray, isBytes } from './cbor.js';
import { CHUNK_BYTES } from './chunks.js';
import { Cid } from './cid.js';
import { CLAIM_FORMAT, type Claim, tierNumber, tierOf } from './claim.js';
import { TABLE_NAMES, type TableName } from './claim-tables.js';
import { PackageError } from './package-error.js';
import { type ReceiptAppointment, SIGNATURE_BYTES } from './receipt.js';

export interface PackageHeader {
  readonly claim: Claim;
  readonly reserveScript: Uint8Array;
  readonly appointment: ReceiptAppointment | null;
  /** Headers of blocks beside the chain that shares were mined on, 80 bytes each, ascending by hash. */
  readonly beside: readonly Uint8Array[];
  readonly tables: Cid;
  /** Chunks of records; none in the sampled tier. */
  readonly records: readonly Cid[];
}

export type TableLinks = Readonly<Record<TableName, readonly Cid[]>>;

const MAX_RESERVE_BYTES = 100;
/** More blocks than lose their race in a day. */
export const MAX_BESIDE = 16;

export function encodeHeader({
  claim,
  reserveScript,
  appointment,
  beside,
  tables,
  records,
}: PackageHeader): Uint8Array {
  return encodeCbor({
    format: BigInt(CLAIM_FORMAT),
    tier: BigInt(tierNumber(claim.tier)),
    task: claim.taskId,
    nodekey: claim.nodeKey,
    round: claim.round,
    reserve: reserveScript,
    seed: claim.seed,
    total: bigintToLe(claim.total, 16),
    count: claim.count,
    miners: BigInt(claim.miners),
    top: claim.topRoot,
    tables,
    records,
    receipts:
      appointment === null
        ? null
        : { key: appointment.receiptKey, from: appointment.fromRound, signature: appointment.signature },
    ...(beside.length === 0 ? {} : { beside }),
  });
}

/** Throws `PackageError`. */
export function decodeHeader(block: Uint8Array): PackageHeader {
  const value = decodeCbor(block);
  const hasBeside = isMap(value) && 'beside' in value;
  const fields = new Fields(value, [
    ...(hasBeside ? ['beside'] : []),
    ...['count', 'format', 'miners', 'nodekey', 'receipts', 'records', 'reserve', 'round'],
    ...['seed', 'tables', 'task', 'tier', 'top', 'total'],
  ]);
  if (fields.integer('format') !== BigInt(CLAIM_FORMAT)) {
    throw new PackageError('HEADER_VALUE', `package format ${fields.integer('format')} is unknown here`);
  }
  const reserveScript = fields.bytes('reserve', null);
  if (reserveScript.length === 0 || reserveScript.length > MAX_RESERVE_BYTES) {
    throw new PackageError('HEADER_VALUE', `a reserve script of ${reserveScript.length} bytes`);
  }
  const tables = fields.link('tables', 'dag-cbor');
  const count = fields.integer('count');
  const miners = fields.integer('miners');
  if (count === 0n || miners === 0n || miners > 0xffff_ffffn || miners > count) {
    throw new PackageError('HEADER_VALUE', `${count} shares of ${miners} miners`);
  }
  const claim: Claim = {
    tier: tierOf(count),
    taskId: fields.bytes('task', 32),
    nodeKey: fields.bytes('nodekey', 32),
    round: fields.integer('round'),
    reserveHash: sha256(reserveScript),
    seed: fields.bytes('seed', 32),
    total: bigintFromLe(fields.bytes('total', 16)),
    count,
    miners: Number(miners),
    topRoot: fields.bytes('top', 32),
    tablesHash: tables.digest,
  };
  if (fields.integer('tier') !== BigInt(tierNumber(claim.tier))) {
    throw new PackageError('TIER', `a claim of ${count} shares is ${claim.tier}`);
  }
  const records = fields.links('records');
  if (claim.tier === 'sampled' && records.length > 0) {
    throw new PackageError('TIER', 'a sampled claim has no records in its package');
  }
  const chunks = claim.tier === 'full' ? Math.ceil((Number(count) * SHARE_RECORD_BYTES) / CHUNK_BYTES) : 0;
  if (records.length !== chunks) {
    throw new PackageError('CHUNKS', `${records.length} chunks of records, not ${chunks}`);
  }
  const beside = hasBeside ? readBeside(fields.value('beside')) : [];
  const appointment = readAppointment(fields.value('receipts'));
  return { claim, reserveScript, appointment, beside, tables, records };
}

function readBeside(value: CborValue): Uint8Array[] {
  const headers = isArray(value) ? value : [];
  if (headers.length === 0 || headers.length > MAX_BESIDE) {
    throw new PackageError('HEADER_VALUE', `beside is not a list of 1 to ${MAX_BESIDE} headers`);
  }
  let before: Uint8Array | null = null;
  return headers.map((header) => {
    if (!isBytes(header) || header.length !== HEADER_BYTES) {
      throw new PackageError('HEADER_FORM', `a header beside is not ${HEADER_BYTES} bytes`);
    }
    const hash = sha256d(header);
    if (before !== null && compareBytes(before, hash) >= 0) {
      throw new PackageError('HEADER_VALUE', 'the headers beside do not ascend by hash');
    }
    before = hash;
    return header;
  });
}

function readAppointment(value: CborValue): ReceiptAppointment | null {
  if (value === null) return null;
  const fields = new Fields(value, ['from', 'key', 'signature']);
  return {
    receiptKey: fields.bytes('key', 32),
    fromRound: fields.integer('from'),
    signature: fields.bytes('signature', SIGNATURE_BYTES),
  };
}

export function encodeTableLinks(links: TableLinks): Uint8Array {
  return encodeCbor(links);
}

/** Throws `PackageError`. */
export function decodeTableLinks(block: Uint8Array): TableLinks {
  const fields = new Fields(decodeCbor(block), [...TABLE_NAMES].sort());
  const links: Partial<Record<TableName, readonly Cid[]>> = {};
  for (const name of TABLE_NAMES) links[name] = fields.links(name);
  return links as TableLinks;
}

export function bindingOfHeader({ claim, reserveScript }: PackageHeader): RoundBinding {
  const { taskId, nodeKey, round, seed } = claim;
  return { taskId, nodeKey, round, seed, reserveScript };
}

function isMap(value: CborValue): value is CborMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isArray(value) &&
    !isBytes(value) &&
    !(value instanceof Cid)
  );
}

/** A map with exactly the named entries, read by kind. */
export class Fields {
  private readonly map: CborMap;

  /** `names`: in alphabetical order. Throws `PackageError` as all its methods do. */
  constructor(value: CborValue, names: readonly string[]) {
    if (!isMap(value) || Object.keys(value).sort().join() !== names.join()) {
      throw new PackageError('HEADER_FORM', `a block is not a map of exactly ${names.join(', ')}`);
    }
    this.map = value;
  }

  value(name: string): CborValue {
    return this.map[name]!;
  }

  private wrong(name: string, wanted: string): PackageError {
    return new PackageError('HEADER_FORM', `${name} is not ${wanted}`);
  }

  integer(name: string): bigint {
    const value = this.map[name]!;
    if (typeof value === 'bigint') return value;
    throw this.wrong(name, 'an integer');
  }

  /** `length`: null for any. */
  bytes(name: string, length: number | null): Uint8Array {
    const value = this.map[name]!;
    if (isBytes(value) && (length === null || value.length === length)) return value;
    throw this.wrong(name, length === null ? 'bytes' : `${length} bytes`);
  }

  link(name: string, codec: Cid['codec']): Cid {
    const value = this.map[name]!;
    if (value instanceof Cid && value.codec === codec) return value;
    throw this.wrong(name, `a link to a ${codec} block`);
  }

  /** Links to raw blocks. */
  links(name: string): Cid[] {
    const value = this.map[name]!;
    if (!isArray(value)) throw this.wrong(name, 'a list of links');
    return value.map((link) => {
      if (link instanceof Cid && link.codec === 'raw') return link;
      throw this.wrong(name, 'a list of links to raw blocks');
    });
  }
}
