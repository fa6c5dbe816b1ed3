/**
 * The body of `POST /submission/:round`: one share under the documented names, plus the proof that makes it one.
 * `hash`, `difficulty` and `block_height` are claims; nothing is ever taken from them, they are only compared with
 * what header, coinbase and bits amount to.
 */
import { z } from 'zod';
import { fromHex } from '../lib/index.js';
import { HttpError } from './http-error.js';
import { firstIssue } from './query.js';

const hexOf = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`), `must be ${2 * bytes} hex digits`);

const submissionSchema = z.strictObject({
  hash: hexOf(32),
  difficulty: z.number().positive(),
  block_height: z.int().nonnegative(),
  worker_id: z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be <payout address>[.worker name]'),
  submission_id: z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 visible ASCII characters'),
  header: hexOf(80),
  coinbase: z
    .string()
    .regex(/^(?:[0-9a-fA-F]{2}){60,20000}$/, 'must be the hex of the coinbase transaction without witness'),
  bits: hexOf(4),
});

export type Submission = z.output<typeof submissionSchema>;

export interface ShareProof {
  /** `<payout address>[.worker]`. */
  readonly worker: string;
  /** The bits the share's job committed to. */
  readonly bits: number;
  /** 80 bytes as hashed. */
  readonly header: Uint8Array;
  /** Without witness. */
  readonly coinbase: Uint8Array;
}

/** What makes a block, whatever else a body says. */
export interface BlockProof extends Pick<ShareProof, 'header' | 'coinbase'> {
  /** Who is said to have found it; empty where that cannot be read. */
  readonly worker: string;
  readonly bits: number | null;
}

export interface RecomputedShare {
  /** Display order. */
  readonly hash: string;
  /** Of the bits. */
  readonly difficulty: number;
  /** As the coinbase says (BIP34). */
  readonly blockHeight: number;
  readonly isBlock: boolean;
}

/** Compact bits round a target by up to 2^-15, firmware's diff-1 differ by 2^-16. */
const DIFFICULTY_TOLERANCE = 1e-4;

/** Throws `HttpError` BODY_NOT_JSON or BODY_INVALID. */
export function readSubmission(body: unknown): Submission {
  if (body === undefined) {
    throw new HttpError(
      415,
      'BODY_NOT_JSON',
      'a share comes as a JSON body',
      'Send one JSON object with content-type: application/json.',
    );
  }
  const parsed = submissionSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new HttpError(
    400,
    'BODY_INVALID',
    `the share cannot be read: ${firstIssue(parsed.error)}`,
    'Send hash, difficulty, block_height, worker_id, submission_id and the proof: header, coinbase, bits.',
  );
}

const blockSchema = submissionSchema.pick({ header: true, coinbase: true }).strip();
const finderSchema = submissionSchema.pick({ worker_id: true, bits: true }).strip();

/** Null where header or coinbase cannot be read. */
export function blockIn(body: unknown): BlockProof | null {
  const block = blockSchema.safeParse(body);
  if (!block.success) return null;
  const finder = finderSchema.safeParse(body);
  return {
    worker: finder.success ? finder.data.worker_id : '',
    bits: finder.success ? Number.parseInt(finder.data.bits, 16) : null,
    header: fromHex(block.data.header, 80),
    coinbase: fromHex(block.data.coinbase),
  };
}

export function proofOf(submission: Submission): ShareProof {
  return {
    worker: submission.worker_id,
    bits: Number.parseInt(submission.bits, 16),
    header: fromHex(submission.header, 80),
    coinbase: fromHex(submission.coinbase),
  };
}

/** Throws `HttpError` CLAIM_MISMATCH naming the first claim the proof does not bear out. */
export function compareClaims(submission: Submission, share: RecomputedShare): void {
  const mismatch = (field: string, claimed: string | number, found: string | number): never => {
    throw new HttpError(
      422,
      'CLAIM_MISMATCH',
      `${field} is claimed as ${claimed}, but header, coinbase and bits make it ${found}`,
      'Send the values the proof amounts to; nothing was credited on this claim.',
    );
  };
  if (submission.hash.toLowerCase() !== share.hash) mismatch('hash', submission.hash, share.hash);
  if (Math.abs(submission.difficulty - share.difficulty) > share.difficulty * DIFFICULTY_TOLERANCE) {
    mismatch('difficulty', submission.difficulty, share.difficulty);
  }
  if (submission.block_height !== share.blockHeight) {
    mismatch('block_height', submission.block_height, share.blockHeight);
  }
}
