/**
 * What a node claims of a round it has closed, for anybody: the claim's figures as the submission has them, the
 * package they are of, and proofs that a miner or a share is in it or is not.
 */
import type { Request, Response } from 'express';
import { HttpError } from './http-error.js';
import { roundNumber } from './round-number.js';

/** Shares of a closed round that are in no claim. */
export interface LeftOutView {
  /** They commit to another task, node, seed or reserve. */
  readonly foreign: number;
  /** The package had no room for their rows, and they had least work. */
  readonly noRoom: number;
  readonly offChain: number;
}

export function leftOutJson(leftOut: LeftOutView | null) {
  return leftOut && { foreign: leftOut.foreign, no_room: leftOut.noRoom, off_chain: leftOut.offChain };
}

export interface ClaimView {
  readonly closedMs: number;
  /** Null where an older version did not say. */
  readonly leftOut: LeftOutView | null;
  /** Null for a round without shares. */
  readonly claim: {
    /** As the submission writes it. */
    readonly root: string;
    readonly work: bigint;
    readonly count: bigint;
    readonly miners: number;
    readonly tier: 'full' | 'sampled';
    readonly tipHeight: number;
    /** Display order. */
    readonly tipHash: string;
    readonly packageCid: string;
    readonly packageBytes: number;
  } | null;
}

export interface MembershipView {
  /** Whether the claim has what was asked for. */
  readonly included: boolean;
  /** What the miner's row says; null where it has none. */
  readonly row: { readonly work: bigint; readonly count: bigint } | null;
  /** `docs/claim-format.md`, "Proof of membership". */
  readonly proof: Uint8Array;
  /** 32 bytes, of the address. */
  readonly minerId: Uint8Array;
}

export interface ClaimReader {
  /** Null for a round that is not closed. */
  claim(round: bigint): ClaimView | null;
  /** Null for a round that is not closed or has no shares. */
  package(round: bigint): Promise<Uint8Array | null>;
  /** The proof of draws for a sampled claim, once its beacon is known; null before, and for any other round. */
  draws(round: bigint): Promise<{ readonly cid: string; readonly bytes: Uint8Array } | null>;
  /**
   * `shareHash`: display order, or null to ask for the miner alone. `busy` when too many ask at once; `address` for
   * what is no payout address here; null as for `package`.
   */
  prove(
    round: bigint,
    address: string,
    shareHash: string | null,
  ): Promise<MembershipView | 'busy' | 'address' | null>;
}

const IMMUTABLE = 'public, max-age=31536000, immutable';

function notClosed(round: bigint): HttpError {
  return new HttpError(
    404,
    'ROUND_NOT_CLOSED',
    `this node has closed no round ${round}`,
    'A round is closed a little after its end; GET /api/v1/pool tells the present one.',
  );
}

export function noShares(round: bigint): HttpError {
  return new HttpError(
    404,
    'ROUND_IDLE',
    `round ${round} is not closed here, nobody mined in it, or its package was kept for as long as shares are`,
    'GET /submission/:round tells which.',
  );
}

export function claimRoute(reader: ClaimReader | null) {
  return (request: Request, response: Response): void => {
    const round = roundNumber(request.params.round);
    const view = reader?.claim(round) ?? null;
    if (view === null) throw notClosed(round);
    const { claim } = view;
    response.json({
      round_number: Number(round),
      closed_at: new Date(view.closedMs).toISOString(),
      idle: claim === null,
      left_out: leftOutJson(view.leftOut),
      claim: claim && {
        root: claim.root,
        work: claim.work.toString(),
        count: claim.count.toString(),
        miners: claim.miners,
        tier: claim.tier,
        tip_height: claim.tipHeight,
        tip_hash: claim.tipHash,
        package_cid: claim.packageCid,
        package_bytes: claim.packageBytes,
        package_url: `/api/v1/rounds/${round}/package`,
      },
    });
  };
}

async function drawsOf(
  reader: ClaimReader | null,
  round: bigint,
): Promise<{ cid: string; bytes: Uint8Array }> {
  const draws = (await reader?.draws(round)) ?? null;
  if (draws !== null) return draws;
  throw new HttpError(
    404,
    'DRAWS_MISSING',
    `there is no proof of draws for round ${round}`,
    'Only claims of more than 16,384 shares have one, from when the Koii task has told the blockhash they depend on.',
  );
}

export function drawsRoute(reader: ClaimReader | null) {
  return async (request: Request, response: Response): Promise<void> => {
    const round = roundNumber(request.params.round);
    const { cid, bytes } = await drawsOf(reader, round);
    response.json({
      round_number: Number(round),
      proof_cid: cid,
      proof_bytes: bytes.length,
      proof_url: `/api/v1/rounds/${round}/draws/package`,
    });
  };
}

export function drawsPackageRoute(reader: ClaimReader | null) {
  return async (request: Request, response: Response): Promise<void> => {
    sendCar(response, (await drawsOf(reader, roundNumber(request.params.round))).bytes);
  };
}

function sendCar(response: Response, bytes: Uint8Array): void {
  response
    .set({ 'content-type': 'application/vnd.ipld.car; version=1', 'cache-control': IMMUTABLE })
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

export function packageRoute(reader: ClaimReader | null) {
  return async (request: Request, response: Response): Promise<void> => {
    const round = roundNumber(request.params.round);
    const bytes = (await reader?.package(round)) ?? null;
    if (bytes === null) throw noShares(round);
    sendCar(response, bytes);
  };
}
