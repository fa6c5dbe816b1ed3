/**
 * The claim that a receipt is held against: its root from the submission, as K2 has it or as the node tells it, and its
 * package by the CID in it. A package without a submission is what anybody may have made.
 */
import { readFile } from 'node:fs/promises';
import type { ReceiptClaim, ReceiptWish } from '../cli/index.js';
import { CodedError, errorMessage, fromHex, type Logger, toDisplayHex } from '../lib/index.js';
import { decodeSubmission } from '../rounds/index.js';
import { auditedPackage } from './audited-package.js';
import { fetchText, submissionAt } from './told-submission.js';

export class ReceiptClaimError extends CodedError<
  'RECEIPT_CLAIM' | 'RECEIPT_ROUND' | 'RECEIPT_PACKAGE' | 'RECEIPT_PROOF'
> {}

/** Throws a `CodedError`, and what reading a file throws. */
export async function receiptClaim(wish: ReceiptWish, logger: Logger): Promise<ReceiptClaim> {
  const { node, receipt } = wish;
  const { round } = receipt;
  const source = await sourceOf(wish);
  if (source === null) {
    if (wish.package === null) {
      throw new ReceiptClaimError(
        'RECEIPT_CLAIM',
        `give --node or --submission: what the node key submitted for round ${round}`,
      );
    }
    return {
      root: null,
      by: 'nobody: a package is what anybody may have made',
      package: await readFile(wish.package),
    };
  }
  const { text, told, by } = source;
  const submission = decodeSubmission(text.trimEnd());
  if (submission.round !== round) {
    throw new ReceiptClaimError(
      'RECEIPT_ROUND',
      `the submission is of round ${submission.round}, the receipt of round ${round}`,
    );
  }
  if (submission.kind === 'idle') return { root: 'idle', by, package: null };
  if (!wish.needsPackage) return { root: submission.root, by, package: null };
  const bytes = await auditedPackage(submission, { only: wish.package, node, told, gateways: [] }, logger);
  if (bytes === 'unavailable') {
    throw new ReceiptClaimError('RECEIPT_PACKAGE', `${node} has not the package ${submission.packageCid}`);
  }
  return { root: submission.root, by, package: bytes };
}

async function sourceOf({ submission, node, receipt: { round } }: ReceiptWish) {
  if (submission !== null) {
    const by = 'the submission that was given: see on K2 that the node key put it there';
    return { text: submission, told: null, by };
  }
  if (node === null) return null;
  const { text, told } = await submissionAt(new URL(`/submission/${round}`, node));
  return { text, told, by: `the word of ${node}: see on K2 that the node key submitted the same` };
}

/** Of membership, from a node. Throws `ReceiptClaimError`. */
export async function membershipProof(
  { node, receipt: { round, shareHash } }: ReceiptWish,
  address: string,
): Promise<Uint8Array> {
  const path = `/api/v1/rounds/${round}/miners/${encodeURIComponent(address)}/proof`;
  try {
    if (node === null) throw new Error('no --node is given');
    const url = new URL(`${path}?share=${toDisplayHex(shareHash)}`, node);
    return fromHex((JSON.parse(await fetchText(url)) as { proof: string }).proof);
  } catch (error) {
    throw new ReceiptClaimError(
      'RECEIPT_PROOF',
      `there is no proof of membership to be had (${errorMessage(error)})`,
      {},
      error,
    );
  }
}
