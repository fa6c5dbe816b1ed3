/** Checks 5, 6 and 12: that the package was to be had, and that it reads. */
import { equalBytes, errorMessage } from '../lib/index.js';
import { type ClaimPackage, type ClaimSubmission, decodePackage } from '../rounds/index.js';
import { codeOf, type Finding, failed, PASSED } from './finding.js';

export function unavailable(bytes: Uint8Array | 'unavailable', { packageCid }: ClaimSubmission): Finding {
  if (bytes !== 'unavailable') return PASSED;
  return failed(`the package ${packageCid}`, 'nobody who has it');
}

const opened = new WeakMap<Uint8Array, ClaimPackage>();

/**
 * Throws `PackageError`. Bytes are read once, though the questions to the chain and the audit both open them: the
 * widest package takes two thirds of a second. Nobody changes them meanwhile.
 */
export function openPackage(bytes: Uint8Array, { packageCid }: ClaimSubmission): ClaimPackage {
  const known = opened.get(bytes);
  if (known !== undefined && equalBytes(known.cid.bytes, packageCid.bytes)) return known;
  const read = decodePackage(bytes, packageCid);
  opened.set(bytes, read);
  return read;
}

export interface ReadPackage {
  readonly check: 'package-form' | 'miner-sums';
  readonly finding: Finding;
  readonly package: ClaimPackage | null;
}

/** A reader meets other sums (check 12) when all but they has been read; the checks between are not asked then. */
export function packageForm(bytes: Uint8Array, submission: ClaimSubmission): ReadPackage {
  try {
    return { check: 'package-form', finding: PASSED, package: openPackage(bytes, submission) };
  } catch (error) {
    const code = codeOf(error);
    const finding = failed(`the package ${submission.packageCid}`, `${code}: ${errorMessage(error)}`);
    return { check: code === 'MINER_SUMS' ? 'miner-sums' : 'package-form', finding, package: null };
  }
}
