export { freePortPair, freePorts, isFree } from './free-ports.js';
export { type BitcoindProgram, BitcoindProgramError, findBitcoind } from './program.js';
export { RegtestBitcoind, RegtestBitcoindError, type RegtestOptions } from './regtest-bitcoind.js';
