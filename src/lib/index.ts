export { addOnProblem, sha256, sha256d, shareHasher } from '#sha256';
export { ByteReader, ByteReaderError } from './byte-reader.js';
export { ByteWriter } from './byte-writer.js';
export {
  bigintFromLe,
  bigintToLe,
  compareBytes,
  concatBytes,
  equalBytes,
  fromDisplayHex,
  fromHex,
  fromUtf8,
  HexError,
  reversed,
  toDisplayHex,
  toHex,
  utf8,
} from './bytes.js';
export type { Clock, SteadyTimers, Timers } from './clock.js';
export { CodedError, errorCode, errorMessage } from './coded-error.js';
export { END_WITH_STARTER } from './end-with-starter.js';
export { jsonText } from './json-text.js';
export type { Logger } from './logger.js';
export { ManualClock } from './manual-clock.js';
export { OnceAMinute } from './once-a-minute.js';
export { oneByOne } from './one-by-one.js';
export { compress, INITIAL_STATE } from './sha256/compress.js';
export { PackedTemplate, PackedTemplateError, type TemplateFields } from './sha256/packed-template.js';
export type { AddOnProblem, CutCoinbase, ShareFields, ShareHasher } from './sha256/share-hasher.js';
export { taggedHash } from './tagged-hash.js';
export { weekOf } from './week.js';
