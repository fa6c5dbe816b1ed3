/**
 * Who a share is paid to. A payout is a Bitcoin output script or a K2 public key; its 32-byte miner id stands for
 * it in every commitment and claim, so one payout is one miner wherever and under whatever worker name it mines.
 */
import { ByteReader, ByteWriter, CodedError, concatBytes, taggedHash } from '../lib/index.js';

export class PayoutError extends CodedError<'PAYOUT_TYPE' | 'PAYOUT_LENGTH'> {}

export type Payout =
  | { readonly type: 'bitcoin'; readonly script: Uint8Array }
  | { readonly type: 'k2'; readonly key: Uint8Array };

const TYPE_BITCOIN = 0;
const TYPE_K2 = 1;
const K2_KEY_BYTES = 32;

const minerHash = taggedHash('orcapool/miner/1');

function typed(payout: Payout): readonly [number, Uint8Array] {
  return payout.type === 'bitcoin' ? [TYPE_BITCOIN, payout.script] : [TYPE_K2, payout.key];
}

const ids = new WeakMap<Payout, Uint8Array>();

/** taggedHash("orcapool/miner/1", type u8 ‖ payout bytes). The same bytes each time: not to be written to. */
export function minerId(payout: Payout): Uint8Array {
  let id = ids.get(payout);
  if (id === undefined) {
    const [type, bytes] = typed(payout);
    id = minerHash(concatBytes(Uint8Array.of(type), bytes));
    ids.set(payout, id);
  }
  return id;
}

/** type u8 ‖ varint length ‖ payout bytes. */
export function encodePayout(payout: Payout): Uint8Array {
  const [type, bytes] = typed(payout);
  return new ByteWriter().u8(type).varbytes(bytes).finish();
}

export function decodePayout(encoded: Uint8Array): Payout {
  const reader = new ByteReader(encoded);
  const type = reader.u8();
  const bytes = reader.varbytes();
  reader.end();
  if (type === TYPE_BITCOIN) return { type: 'bitcoin', script: bytes };
  if (type !== TYPE_K2) throw new PayoutError('PAYOUT_TYPE', `payout type ${type} is unknown`);
  if (bytes.length !== K2_KEY_BYTES) {
    throw new PayoutError('PAYOUT_LENGTH', `a K2 key has ${K2_KEY_BYTES} bytes, not ${bytes.length}`);
  }
  return { type: 'k2', key: bytes };
}
