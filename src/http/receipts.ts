/**
 * `GET /api/v1/workers/:address/receipts`: the node's signed word for an address's accepted shares, the newest first,
 * each with the node key's word for the key that signs. Whoever keeps both can show later that a share was left out of its
 * round's claim, whatever the node says by then.
 */
import type { Request, Response } from 'express';
import { HttpError } from './http-error.js';
import { queryOf } from './query.js';
import { pageOf, pageQuery } from './share-page.js';

export interface ReceiptView {
  /** Display order. */
  readonly share: string;
  readonly round: bigint;
  /** Whether its round's claim has it; null before the round is closed, and where nobody knows any more. */
  readonly inClaim: boolean | null;
  /** `docs/claim-format.md`, "Receipts": 222 bytes. */
  readonly receipt: Uint8Array;
  /** The node key's word that the key of the receipt is its own, 190 bytes; null where the Koii task gave none. */
  readonly appointment: Uint8Array | null;
}

export interface ReceiptPage {
  /** Newest first. */
  readonly receipts: readonly ReceiptView[];
  /** Where the next, older page begins, perhaps without any of this address; null on the last. */
  readonly next: string | null;
}

export interface ReceiptReader {
  /** Ed25519, 32 bytes. */
  readonly receiptKey: Uint8Array;
  /** Null for what is no payout address here. */
  receipts(address: string, limit: number, before: string | null): ReceiptPage | null;
}

export function receiptsRoute(reader: ReceiptReader | null) {
  return async (request: Request, response: Response): Promise<void> => {
    const { limit, before } = queryOf(pageQuery, request);
    const address = String(request.params.address);
    const page = await pageOf(() => reader?.receipts(address, limit, before ?? null) ?? null);
    if (reader === null || page === null) {
      throw new HttpError(
        400,
        'ADDRESS_MALFORMED',
        'the path has no payout address that this node signs receipts for',
        'Ask with the address miners log in with, without the worker name; a solo pool signs none.',
      );
    }
    response.json({
      address,
      receipt_key: Buffer.from(reader.receiptKey).toString('hex'),
      receipts: page.receipts.map(({ share, round, inClaim, receipt, appointment }) => ({
        share,
        round_number: Number(round),
        in_claim: inClaim,
        receipt: Buffer.from(receipt).toString('hex'),
        appointment: appointment && Buffer.from(appointment).toString('hex'),
      })),
      ...(page.next === null ? {} : { next: page.next }),
    });
  };
}
