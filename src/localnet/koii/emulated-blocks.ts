/** Blocks of an emulated K2: one for each slot but every seventh, as leaders miss theirs; final 32 slots later. */
import { base58 } from '@scure/base';
import { sha256, utf8 } from '../../lib/index.js';

const FINAL_AFTER = 32;

function hasBlock(slot: number): boolean {
  return slot % 7 !== 0;
}

/** Base58; null for a slot without a block. */
export function blockhashOf(slot: number): string | null {
  return hasBlock(slot) ? base58.encode(sha256(utf8(`emulated K2 block at slot ${slot}`))) : null;
}

/** Base58: the hash of the first block at or after the slot. */
export function firstBlockFrom(slot: number): string {
  return blockhashOf(slot) ?? firstBlockFrom(slot + 1);
}

/** The RPC methods a task asks. `now`: the present slot. Null for a method that is not emulated. */
export function answerRpc(
  method: string,
  params: readonly unknown[],
  now: number,
): { result: unknown } | null {
  const [slot, limit] = params as [number, number];
  if (method === 'getBlocksWithLimit') {
    const slots: number[] = [];
    for (let each = slot; each <= now - FINAL_AFTER && slots.length < limit; each++) {
      if (hasBlock(each)) slots.push(each);
    }
    return { result: slots };
  }
  if (method === 'getBlock') {
    const blockhash = slot <= now - FINAL_AFTER ? blockhashOf(slot) : null;
    return { result: blockhash === null ? null : { blockhash, parentSlot: slot - 1 } };
  }
  return method === 'getSlot' ? { result: now } : null;
}
