/**
 * What a share's hash takes of its template, in one buffer made once a template: the header with holes, room for a
 * hash, and the Merkle branch. `share-hash.c` wants exactly these bytes at the beginning of its desk.
 */
import { CodedError } from '../coded-error.js';

export class PackedTemplateError extends CodedError<'HASH_LENGTH' | 'BRANCH_TOO_LONG'> {}

const HEADER_BYTES = 80;
const HASH_BYTES = 32;

/** Byte offsets. */
export const PACKED = {
  version: 0,
  prevHash: 4,
  merkleRoot: 36,
  time: 68,
  bits: 72,
  nonce: 76,
  /** Of the whole header, where the add-on leaves it. */
  hash: HEADER_BYTES,
  branch: HEADER_BYTES + HASH_BYTES,
} as const;

/** Of a block's tree; the largest that consensus allows has 15 levels. */
export const MAX_BRANCH = 32;

export interface TemplateFields {
  /** 32 bytes, internal order. */
  readonly prevHash: Uint8Array;
  /** Compact target of the header. */
  readonly bits: number;
  /** Siblings of the coinbase upwards, 32 bytes each, internal order. */
  readonly branch: readonly Uint8Array[];
}

function check32(hash: Uint8Array): void {
  if (hash.length === HASH_BYTES) return;
  throw new PackedTemplateError('HASH_LENGTH', `a hash has ${HASH_BYTES} bytes, not ${hash.length}`);
}

/** Copies what it is given, so that nobody can change it afterwards. */
export class PackedTemplate {
  /** `PACKED` says where what lies; never changed. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Hashes in the branch. */
  readonly branchLength: number;

  /** Throws `PackedTemplateError` for a hash that has not 32 bytes or a branch of more than `MAX_BRANCH`. */
  constructor({ prevHash, bits, branch }: TemplateFields) {
    check32(prevHash);
    branch.forEach(check32);
    if (branch.length > MAX_BRANCH) {
      throw new PackedTemplateError('BRANCH_TOO_LONG', `no Merkle tree has ${branch.length} levels`);
    }
    this.bytes = new Uint8Array(PACKED.branch + HASH_BYTES * branch.length);
    this.view = new DataView(this.bytes.buffer);
    this.branchLength = branch.length;
    this.bytes.set(prevHash, PACKED.prevHash);
    this.view.setUint32(PACKED.bits, bits, true);
    for (const [i, hash] of branch.entries()) this.bytes.set(hash, PACKED.branch + HASH_BYTES * i);
  }
}
