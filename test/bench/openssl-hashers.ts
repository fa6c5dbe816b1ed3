/**
 * The hash of a share on Node's OpenSSL, plainly: for the bench, and for tests as the other implementation. The header
 * is put together from the fields themselves, not from what `PackedTemplate` made of them.
 */
import { createHash, hash } from 'node:crypto';
import type { CutCoinbase, ShareFields, TemplateFields } from '../../src/lib/index.js';

export interface OpensslHasher {
  readonly name: string;
  hash(coinbase: CutCoinbase, template: TemplateFields, share: ShareFields): Uint8Array;
}

type Digest = (data: Uint8Array) => Uint8Array;

function opensslHasher(name: string, sha256: Digest): OpensslHasher {
  const pair = new Uint8Array(64);
  const header = new Uint8Array(80);
  const view = new DataView(header.buffer);
  return {
    name,
    hash({ prefix, suffix }, { prevHash, bits, branch }, { extranonce, version, time, nonce }) {
      let root = sha256(sha256(Buffer.concat([prefix, extranonce, suffix])));
      for (const sibling of branch) {
        pair.set(root);
        pair.set(sibling, 32);
        root = sha256(sha256(pair));
      }
      view.setUint32(0, version, true);
      header.set(prevHash, 4);
      header.set(root, 36);
      view.setUint32(68, time, true);
      view.setUint32(72, bits, true);
      view.setUint32(76, nonce, true);
      return sha256(sha256(header));
    },
  };
}

export const oneShotHasher: OpensslHasher = opensslHasher('crypto.hash', (data) =>
  hash('sha256', data, 'buffer'),
);

export const streamHasher: OpensslHasher = opensslHasher('crypto.createHash', (data) =>
  createHash('sha256').update(data).digest(),
);
