/** Work as the log keeps it: decimal text, because SQLite's integers end at 2⁶³. */
import { ShardAlteredError } from './storage-fault.js';

/** In SQL, of a column: it has what is no work. */
export const IS_NO_WORK = (column: string): string => `${column} = '' OR ${column} GLOB '*[^0-9]*'`;

/** Throws `ShardAlteredError`. */
export function workOfText(text: string): bigint {
  if (/^\d+$/.test(text)) return BigInt(text);
  throw new ShardAlteredError('SHARD_ALTERED', `"${text.slice(0, 40)}" stands where work should`);
}
