import { HashIndex } from '../session/hash-index.js';
import { inPieces } from './in-pieces.js';

/** About 2 ms. */
const PIECE = 4_096;

/** The index of a tip's share hashes, as the log has them: after a busy start they may be millions. */
export async function indexHashes(hashes: Iterable<Uint8Array>): Promise<HashIndex> {
  const seen = new HashIndex();
  await inPieces(hashes, PIECE, (hash) => {
    if (!seen.has(hash)) seen.add(hash);
  });
  return seen;
}
