/** What a node keeps of a round it has closed: everything the submission says of it, and where its shares end. */
import { z } from 'zod';
import { CodedError, fromHex, toHex } from '../lib/index.js';
import type { RoundBinding } from '../mining/index.js';

export class ClosedRoundError extends CodedError<'CLOSED_ROUND_UNREADABLE'> {}

/** By shard, the last batch that can have shares of the round. */
export type ShardBounds = Readonly<Record<string, number>>;

export interface ClaimFigures {
  readonly root: Uint8Array;
  /** Expected hashes. */
  readonly total: bigint;
  readonly count: bigint;
  readonly miners: number;
  readonly tier: 'full' | 'sampled';
  /** The highest block that shares were mined on. */
  readonly tip: { readonly height: number; readonly hash: Uint8Array };
  /** The package's CID as text. */
  readonly packageCid: string;
  readonly packageBytes: number;
}

export interface ClosedRound {
  readonly binding: RoundBinding;
  readonly bounds: ShardBounds;
  readonly closedMs: number;
  /** Null for a round without shares, which is submitted as idle. */
  readonly claim: ClaimFigures | null;
  /** How many shares are in no claim, and why: see `claim-round.ts`. Null where an older version did not say. */
  readonly leftOut: {
    readonly foreign: number;
    readonly noRoom: number;
    readonly offChain: number;
  } | null;
  /** The blocks whose shares are the `offChain` ones, display order. */
  readonly lost: readonly string[];
}

const FORMAT = 1;

export function writeClosedRound(closed: ClosedRound): string {
  const { binding, bounds, closedMs, claim, leftOut, lost } = closed;
  const { taskId, nodeKey, round, seed, reserveScript } = binding;
  return `${JSON.stringify(
    {
      format: FORMAT,
      round: round.toString(),
      task: toHex(taskId),
      nodeKey: toHex(nodeKey),
      seed: toHex(seed),
      reserve: toHex(reserveScript),
      bounds,
      closedMs,
      claim: claim && {
        ...claim,
        root: toHex(claim.root),
        total: claim.total.toString(),
        count: claim.count.toString(),
        tip: { height: claim.tip.height, hash: toHex(claim.tip.hash) },
      },
      leftOut,
      lost,
    },
    null,
    2,
  )}\n`;
}

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((hex) => fromHex(hex));
const integer = z
  .string()
  .regex(/^\d{1,39}$/)
  .transform((text) => BigInt(text));
const count = z.number().int().nonnegative();

const record = z.strictObject({
  format: z.literal(FORMAT),
  round: integer,
  task: hash,
  nodeKey: hash,
  seed: hash,
  reserve: z
    .string()
    .regex(/^([0-9a-f]{2})*$/)
    .transform((hex) => fromHex(hex)),
  bounds: z.record(z.string(), count),
  closedMs: z.number(),
  claim: z
    .strictObject({
      root: hash,
      total: integer,
      count: integer,
      miners: count,
      tier: z.enum(['full', 'sampled']),
      tip: z.strictObject({ height: count, hash }),
      packageCid: z.string(),
      packageBytes: count,
    })
    .nullable(),
  leftOut: z
    .strictObject({ foreign: count, noRoom: count, offChain: count.default(0) })
    .nullable()
    .default(null),
  lost: z.array(z.string().regex(/^[0-9a-f]{64}$/)).default([]),
});

/** Reads what `writeClosedRound` wrote. Throws `ClosedRoundError`. */
export function readClosedRound(text: string): ClosedRound {
  try {
    const { round, task, nodeKey, seed, reserve, bounds, closedMs, claim, leftOut, lost } = record.parse(
      JSON.parse(text),
    );
    return {
      binding: { taskId: task, nodeKey, round, seed, reserveScript: reserve },
      bounds,
      closedMs,
      claim,
      leftOut,
      lost,
    };
  } catch (error) {
    throw new ClosedRoundError(
      'CLOSED_ROUND_UNREADABLE',
      'the record of a closed round is damaged',
      {},
      error,
    );
  }
}
