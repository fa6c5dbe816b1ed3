/**
 * `GET /api/v1/rounds/:round/miners/:address/proof`: that a miner, or a share of his, is in a closed round's claim or is
 * not. Asked with a receipt and its appointment, the answer for a share that is not there is the whole proof of its
 * omission, which needs this node no more (docs/claim-format.md, "Receipts").
 */
import type { Request, Response } from 'express';
import { vouchFault } from '../claims/index.js';
import { CodedError, equalBytes, fromHex, toDisplayHex, toHex } from '../lib/index.js';
import { decodeKeptReceipt, encodeKeptReceipt, type KeptReceipt } from '../rounds/index.js';
import { type ClaimReader, noShares } from './claims.js';
import { HttpError } from './http-error.js';
import { roundNumber } from './round-number.js';

const HASH = /^[0-9a-f]{64}$/i;
const HEX = /^(?:[0-9a-f]{2})+$/i;

function invalid(message: string, hint: string): HttpError {
  return new HttpError(400, 'QUERY_INVALID', message, hint);
}

/** Null to ask for the miner alone. Throws `HttpError`. */
function shareOf({ share }: Request['query']): string | null {
  if (share === undefined) return null;
  if (typeof share === 'string' && HASH.test(share)) return share.toLowerCase();
  throw invalid(
    'share is not a share hash',
    'A share hash has 64 hex digits, as explorers write hashes; leave it out to ask for the miner alone.',
  );
}

/** Null for none. Throws `HttpError` for what is not the node key's word on a share of the round. */
function receiptOf({ receipt: text }: Request['query'], round: bigint): KeptReceipt | null {
  if (text === undefined) return null;
  const fault = 'receipt is not a receipt with its appointment';
  const hint = 'Send the hex of both as GET /api/v1/workers/:address/receipts gave them, the receipt first.';
  if (typeof text !== 'string' || !HEX.test(text)) throw invalid(fault, hint);
  let kept: KeptReceipt;
  try {
    kept = decodeKeptReceipt(fromHex(text));
  } catch (error) {
    if (error instanceof CodedError) throw invalid(`${fault}: ${error.message}`, hint);
    throw error;
  }
  const { receipt, appointment, proof } = kept;
  if (appointment === null || proof !== null) throw invalid(fault, hint);
  const why = receipt.round === round ? vouchFault(receipt, appointment) : `it is of round ${receipt.round}`;
  if (why !== null) throw invalid(`the receipt shows nothing of this round: ${why}`, hint);
  return kept;
}

export function membershipRoute(reader: ClaimReader | null) {
  return async (request: Request, response: Response): Promise<void> => {
    const round = roundNumber(request.params.round);
    const { address } = request.params;
    const kept = receiptOf(request.query, round);
    const share = kept === null ? shareOf(request.query) : toDisplayHex(kept.receipt.shareHash);
    const view = (await reader?.prove(round, String(address), share)) ?? null;
    if (view === null) throw noShares(round);
    if (view === 'address') {
      throw new HttpError(
        400,
        'ADDRESS_MALFORMED',
        'the path has no payout address of this network',
        'Ask with the address miners log in with, without the worker name.',
      );
    }
    if (view === 'busy') {
      response.set('retry-after', '5');
      throw new HttpError(503, 'BUSY', 'too many proofs are being made', 'Ask again in a few seconds.');
    }
    if (kept !== null && !equalBytes(kept.receipt.minerId, view.minerId)) {
      throw invalid('the receipt is of another miner', 'Ask with the address that the share was for.');
    }
    const omission =
      kept === null || view.included ? null : toHex(encodeKeptReceipt({ ...kept, proof: view.proof }));
    response.json({
      round_number: Number(round),
      address,
      share,
      included: view.included,
      work: view.row?.work.toString() ?? null,
      count: view.row?.count.toString() ?? null,
      proof: toHex(view.proof),
      ...(kept === null ? {} : { omission }),
    });
  };
}
