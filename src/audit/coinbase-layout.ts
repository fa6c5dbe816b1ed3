/**
 * What lies behind a shape's script: sequence, outputs, lock time; read strictly, as every coinbase that the shape
 * makes must be, whatever commitment fills it. Which bytes are the commitment's is known, so a shape whose lengths
 * would depend on them is found by where its outputs' scripts lie.
 */
import { ByteReader, concatBytes, errorMessage } from '../lib/index.js';
import type { CoinbaseShape } from '../mining/index.js';

const COMMITMENT_BYTES = 32;
/** Check 16 allows fewer by far. A package has room for millions, which no auditor keeps in memory. */
const MOST_OUTPUTS = 8;

export interface CoinbaseOutput {
  readonly valueSats: bigint;
  readonly script: Uint8Array;
  /** Where the commitment begins, counted from the script's beginning; also where that is outside of it. */
  readonly commitmentAt: number;
}

export interface CoinbaseLayout {
  readonly kind: 'read';
  readonly sequence: number;
  readonly outputs: readonly CoinbaseOutput[];
  readonly lockTime: number;
}

export type ShapeReading = CoinbaseLayout | { readonly kind: 'unreadable'; readonly fault: string };

export function layoutOf({ middle, tail }: CoinbaseShape): ShapeReading {
  const reader = new ByteReader(concatBytes(middle, new Uint8Array(COMMITMENT_BYTES), tail));
  const hole = middle.length;
  try {
    const sequence = reader.u32();
    const outputs: CoinbaseOutput[] = [];
    const count = reader.varint();
    if (count > MOST_OUTPUTS)
      return { kind: 'unreadable', fault: `${count} outputs, more than ${MOST_OUTPUTS}` };
    for (let left = count; left > 0; left--) {
      const valueSats = reader.u64();
      const script = reader.varbytes();
      outputs.push({ valueSats, script, commitmentAt: hole - (reader.offset - script.length) });
    }
    const lockTime = reader.u32();
    reader.end();
    return { kind: 'read', sequence, outputs, lockTime };
  } catch (error) {
    return { kind: 'unreadable', fault: errorMessage(error) };
  }
}
