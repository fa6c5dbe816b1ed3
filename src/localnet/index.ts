export {
  type BitcoindProgram,
  BitcoindProgramError,
  findBitcoind,
  freePortPair,
  freePorts,
  RegtestBitcoind,
  RegtestBitcoindError,
  type RegtestOptions,
} from './bitcoind/index.js';
export { cacheFolder } from './cache-folder.js';
export { CHEATS, type CheatName } from './koii/index.js';
export { LocalNetwork } from './local-network.js';
export { Localnet, type LocalnetFigures, type LocalnetNode } from './localnet.js';
