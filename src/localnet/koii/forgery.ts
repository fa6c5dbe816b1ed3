/**
 * An honest claim taken apart and put together again otherwise, every hash and sum above the forged part mended, so
 * that nothing but the forgery itself is wrong with it.
 */
import {
  type ClaimPackage,
  type ClaimSubmission,
  type ClaimTables,
  claimRoot,
  decodePackage,
  encodePackage,
  encodeSubmission,
  type PackageParts,
  topOf,
} from '../../rounds/index.js';
import type { StoredArchives } from './stored-archives.js';

export function partsOf({
  claim,
  binding,
  appointment,
  beside,
  tables,
  records,
}: ClaimPackage): PackageParts {
  return { claim, reserveScript: binding.reserveScript, appointment, beside, tables, records };
}

/** Null where the storage has no such package. */
export function packageOf(submission: ClaimSubmission, storage: StoredArchives): ClaimPackage | null {
  const { packageCid, storeCid } = submission;
  const bytes = storeCid === null ? null : storage.file(storeCid, `${packageCid}.car`);
  return bytes === null ? null : decodePackage(bytes, packageCid);
}

/** Miners' rows as they are told, and the sums that fit them. */
export function withMiners(parts: PackageParts, miners: ClaimTables['miners']): PackageParts {
  const { sum, count, hash } = topOf(miners);
  const claim = { ...parts.claim, total: sum, count, miners: miners.length, topRoot: hash };
  return { ...parts, claim, tables: { ...parts.tables, miners } };
}

/** Puts the forged package into the storage, and says so in place of the honest submission. */
export function submitted(honest: ClaimSubmission, parts: PackageParts, storage: StoredArchives): string {
  const { bytes, cid, claim } = encodePackage(parts);
  return encodeSubmission({
    ...honest,
    root: claimRoot(claim),
    ...{ work: claim.total, count: claim.count, miners: claim.miners, packageCid: cid },
    storeCid: storage.put([{ name: `${cid}.car`, bytes }]),
  });
}
