/**
 * What a node writes on chain for a round, as text of at most 512 bytes (docs/claim-format.md, "The submission"):
 *
 *     orc1|round|root|work|count|miners|tip_height|tip_hash|package_cid|proof_cid|stake[|store_cid]
 *     orc1|round|idle|proof_cid[|store_cid]
 *
 * Numbers are decimal without leading zeros, hashes base64url without padding, `-` is no proof. A submission has one
 * spelling: whatever would not be written so is not read. The last field is there where package and proof were put
 * into a storage that names them by a CID of its own.
 */
import { CodedError } from '../lib/index.js';
import { Cid } from './cid.js';
import { MAX_U64, MAX_U128 } from './sum-node.js';

export class SubmissionError extends CodedError<
  'SUBMISSION_FORM' | 'SUBMISSION_FIELD' | 'SUBMISSION_TOO_LONG'
> {}

export type Submission = IdleSubmission | ClaimSubmission;

export interface IdleSubmission {
  readonly kind: 'idle';
  readonly round: bigint;
  /** Of the claim of `round − 1`; null for none. */
  readonly proofCid: Cid | null;
  /** See `ClaimSubmission`. */
  readonly storeCid: string | null;
}

export interface ClaimSubmission {
  readonly kind: 'claim';
  readonly round: bigint;
  readonly root: Uint8Array;
  readonly work: bigint;
  readonly count: bigint;
  readonly miners: number;
  readonly tipHeight: number;
  /** Internal order. */
  readonly tipHash: Uint8Array;
  readonly packageCid: Cid;
  /** Of the claim of `round − 1`; null for none. */
  readonly proofCid: Cid | null;
  /** In roe. */
  readonly stake: bigint;
  /** The storage's own name for the folder that has `<cid>.car` of package and proof; null for none. */
  readonly storeCid: string | null;
}

export const MAX_SUBMISSION_BYTES = 512;
const NAME = 'orc1';
const NONE = '-';
const MAX_U32 = 0xffff_ffffn;

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function hashText(hash: Uint8Array): string {
  let text = '';
  for (let i = 0; i < 32; i += 3) {
    const three = (hash[i]! << 16) | ((hash[i + 1] ?? 0) << 8) | (hash[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) text += BASE64URL[(three >> shift) & 63];
  }
  return text.slice(0, 43);
}

export function encodeSubmission(submission: Submission): string {
  const text = textOf(submission);
  refuseLong(text);
  return text;
}

function textOf(submission: Submission): string {
  const proof = submission.proofCid?.toString() ?? NONE;
  const store = submission.storeCid === null ? [] : [submission.storeCid];
  if (submission.kind === 'idle') return [NAME, submission.round, 'idle', proof, ...store].join('|');
  const { round, root, work, count, miners, tipHeight, tipHash, packageCid, stake } = submission;
  const figures = [work, count, miners, tipHeight];
  const cids = [packageCid, proof];
  return [NAME, round, hashText(root), ...figures, hashText(tipHash), ...cids, stake, ...store].join('|');
}

function refuseLong(text: string): void {
  if (text.length <= MAX_SUBMISSION_BYTES) return;
  throw new SubmissionError('SUBMISSION_TOO_LONG', `a submission has at most ${MAX_SUBMISSION_BYTES} bytes`);
}

/** `text`: without the spaces that K2 fills a submission up with. Throws `SubmissionError`. */
export function decodeSubmission(text: string): Submission {
  // One byte a character, because every other character is refused below.
  refuseLong(text);
  const [name, round = '', ...fields] = text.split('|');
  const isIdle = fields[0] === 'idle';
  const least = isIdle ? 2 : 9;
  if (name !== NAME || fields.length < least || fields.length > least + 1) {
    throw new SubmissionError('SUBMISSION_FORM', `not a submission of this format: "${text.slice(0, 80)}"`);
  }
  const storeCid = readStoreCid(fields[least]);
  if (isIdle) {
    const read = { round: number('round', round, 0n, MAX_U64), proofCid: proofCid(fields[1]!) };
    return { kind: 'idle', ...read, storeCid };
  }
  const [root, work, count, miners, tipHeight, tipHash, packageCid, proof, stake] =
    fields as string[] as Nine;
  return {
    kind: 'claim',
    round: number('round', round, 0n, MAX_U64),
    root: hashOfText('root', root),
    work: number('work', work, 1n, MAX_U128),
    count: number('count', count, 1n, MAX_U64),
    miners: Number(number('miners', miners, 1n, MAX_U32)),
    tipHeight: Number(number('tip_height', tipHeight, 0n, MAX_U32)),
    tipHash: hashOfText('tip_hash', tipHash),
    packageCid: cid('package_cid', packageCid),
    proofCid: proofCid(proof),
    stake: number('stake', stake, 0n, MAX_U64),
    storeCid,
  };
}

/** Of whatever kind the storage makes: a version 1 CID with a SHA-256, as text; nothing is derived from it. */
function readStoreCid(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^b[a-z2-7]{58}$/.test(text)) return text;
  throw wrong('store_cid', text, 'a CID in base32');
}

type Nine = [string, string, string, string, string, string, string, string, string];

function wrong(field: string, text: string, wanted: string): SubmissionError {
  return new SubmissionError('SUBMISSION_FIELD', `${field} is ${wanted}, not "${text.slice(0, 80)}"`, {
    field,
  });
}

function number(field: string, text: string, least: bigint, most: bigint): bigint {
  if (!/^(?:0|[1-9][0-9]{0,38})$/.test(text)) throw wrong(field, text, 'a decimal number');
  const value = BigInt(text);
  if (value >= least && value <= most) return value;
  throw wrong(field, text, `from ${least} to ${most}`);
}

/** 32 bytes. For this room; `field`: named where it is none. Throws `SubmissionError`. */
export function hashOfText(field: string, text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) throw wrong(field, text, '43 characters of base64url');
  const bytes = new Uint8Array(33);
  for (let i = 0; i < 11; i++) {
    let three = 0;
    for (let k = 0; k < 4; k++) three = (three << 6) | Math.max(0, BASE64URL.indexOf(text[4 * i + k] ?? 'A'));
    bytes.set([three >> 16, (three >> 8) & 0xff, three & 0xff], 3 * i);
  }
  if (bytes[32] !== 0) throw wrong(field, text, 'a hash whose last character has no spare bits');
  return bytes.slice(0, 32);
}

function cid(field: string, text: string): Cid {
  let parsed: Cid;
  try {
    parsed = Cid.parse(text);
  } catch (error) {
    throw new SubmissionError(
      'SUBMISSION_FIELD',
      `${field} is no CID: "${text.slice(0, 80)}"`,
      { field },
      error,
    );
  }
  if (parsed.codec === 'dag-cbor') return parsed;
  throw wrong(field, text, 'the CID of a dag-cbor block');
}

function proofCid(text: string): Cid | null {
  return text === NONE ? null : cid('proof_cid', text);
}
