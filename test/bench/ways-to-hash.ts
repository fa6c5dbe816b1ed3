/** Every way to hash a share that is measured, those that were not chosen too, by the name it is measured under. */
import {
  type CutCoinbase,
  PackedTemplate,
  type ShareFields,
  type ShareHasher,
  shareHasher,
  type TemplateFields,
} from '../../src/lib/index.js';
import { javascriptHasher } from '../../src/lib/sha256/javascript-hasher.js';
import { type OpensslHasher, oneShotHasher, streamHasher } from './openssl-hashers.js';
import { wasmHasher } from './wasm-hasher.js';

/** The hash may be overwritten by the next one. */
type HashOfTemplate = (coinbase: CutCoinbase, share: ShareFields) => Uint8Array;

const into =
  (hasher: ShareHasher) =>
  (fields: TemplateFields): HashOfTemplate => {
    const template = new PackedTemplate(fields);
    const out = new Uint8Array(32);
    return (coinbase, share) => {
      hasher.hash(coinbase, template, share, out);
      return out;
    };
  };

const fresh =
  (hasher: OpensslHasher) =>
  (fields: TemplateFields): HashOfTemplate =>
  (coinbase, share) =>
    hasher.hash(coinbase, fields, share);

export const WAYS_TO_HASH = {
  chosen: into(shareHasher),
  JavaScript: into(javascriptHasher),
  WebAssembly: into(wasmHasher()),
  'crypto.hash': fresh(oneShotHasher),
  'crypto.createHash': fresh(streamHasher),
} as const;

export type WayToHash = keyof typeof WAYS_TO_HASH;
