/** What a block may create out of nothing, as Bitcoin Core's `GetBlockSubsidy` has it. */
const FIRST_SUBSIDY_SATS = 5_000_000_000n;
/** A shift by as many bits as the number has is undefined in C++, so Core stops there. */
const MOST_HALVINGS = 64;

/** `halvingBlocks`: the network's. */
export function subsidySats(height: number, halvingBlocks: number): bigint {
  const halvings = Math.floor(height / halvingBlocks);
  return halvings < MOST_HALVINGS ? FIRST_SUBSIDY_SATS >> BigInt(halvings) : 0n;
}
