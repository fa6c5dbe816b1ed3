/**
 * A template's row in the job tables:
 * prevhash 32 · nbits u32 · version u32 · height u32 · branch length varint · branch 32 each.
 */
import { ByteReader, ByteWriter } from '../lib/index.js';
import type { JobTemplate } from './template.js';

export function encodeJobTemplate(template: JobTemplate): Uint8Array {
  const writer = new ByteWriter(512)
    .bytes(template.prevHash)
    .u32(template.bits)
    .u32(template.version)
    .u32(template.height)
    .varint(template.branch.length);
  for (const hash of template.branch) writer.bytes(hash);
  return writer.finish();
}

export function decodeJobTemplate(encoded: Uint8Array): JobTemplate {
  const reader = new ByteReader(encoded);
  const prevHash = reader.bytes(32);
  const bits = reader.u32();
  const version = reader.u32();
  const height = reader.u32();
  const branch: Uint8Array[] = [];
  for (let left = reader.varint(); left > 0; left--) branch.push(reader.view(32));
  reader.end();
  return { height, prevHash, version, bits, branch };
}
