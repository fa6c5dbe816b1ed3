export { type BitcoindProgram, BitcoindProgramError, findBitcoind } from './program.js';
export { freePorts, RegtestBitcoind, RegtestBitcoindError, type RegtestOptions } from './regtest-bitcoind.js';
