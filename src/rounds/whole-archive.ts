/** Whether an archive's bytes are all there and are what its CID names; what they say is not read. */
import { rootOfCar } from './car.js';
import { Cid } from './cid.js';
import { packageBlocks } from './claim-package.js';
import { PackageError } from './package-error.js';
import { proofBlocks } from './sample-proof.js';

/** `cid`: as text. */
export function isWholePackage(bytes: Uint8Array, cid: string): boolean {
  return isWhole(bytes, () => packageBlocks(Cid.parse(cid)));
}

/** Of the CID that it says it is of, since nobody else has written it down. */
export function isWholeProof(bytes: Uint8Array): boolean {
  return isWhole(bytes, () => proofBlocks(rootOfCar(bytes)));
}

function isWhole(bytes: Uint8Array, blocksOf: () => ReturnType<typeof packageBlocks>): boolean {
  try {
    const blocks = blocksOf();
    blocks.push(bytes);
    blocks.finish();
    return true;
  } catch (error) {
    if (error instanceof PackageError) return false;
    throw error;
  }
}
