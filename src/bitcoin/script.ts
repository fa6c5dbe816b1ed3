/** The few script forms a coinbase needs. */
import { concatBytes } from '../lib/index.js';

const OP_0 = 0x00;
const OP_1 = 0x51;
const OP_RETURN = 0x6a;

/** A direct push of at most 75 bytes. */
export function push(data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(data.length), data);
}

/** The height a coinbase script must start with (BIP34), spelled as Bitcoin Core's `CScript << int` does. */
export function pushHeight(height: number): Uint8Array {
  if (height === 0) return Uint8Array.of(OP_0);
  if (height <= 16) return Uint8Array.of(OP_1 + height - 1);
  const bytes: number[] = [];
  for (let rest = height; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  if (bytes.at(-1)! >= 0x80) bytes.push(0);
  return push(Uint8Array.from(bytes));
}

/** An unspendable output script carrying at most 75 bytes. */
export function opReturn(data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(OP_RETURN), push(data));
}
