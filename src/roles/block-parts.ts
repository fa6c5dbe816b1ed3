/** A block as it is handed in, and the templates that it may be of. */
import { decodeHeader, headerHash, meetsBlockTarget, type Network } from '../bitcoin/index.js';
import { equalBytes } from '../lib/index.js';

/** Header of 80 bytes; coinbase without witness. */
export interface BlockParts {
  readonly header: Uint8Array;
  readonly coinbase: Uint8Array;
}

/**
 * Of `templates` those whose bits and previous block are the header's, where its hash makes it a block; none for a header
 * that is no block. With them the Merkle root that shows which one. Throws `HeaderError` for what is no header.
 */
export function templatesFor<
  Template extends { readonly bits: number | null; readonly prevHash: Uint8Array },
>(
  header: Uint8Array,
  templates: readonly Template[],
  network: Network,
): { readonly of: readonly Template[]; readonly merkleRoot: Uint8Array } {
  const decoded = decodeHeader(header);
  const { bits, prevHash, merkleRoot } = decoded;
  const of = templates.filter((each) => each.bits === bits && equalBytes(each.prevHash, prevHash));
  const isBlock = of.length > 0 && meetsBlockTarget(headerHash(decoded), bits, network);
  return { of: isBlock ? of : [], merkleRoot };
}
