/**
 * How large a node must be for so many of the load's miners. What is hashed for four hashes a share makes nobody a miner
 * in the guard's eyes, and such strangers have half of a node's places together; from three quarters of that half on they
 * are a crowd, and hurried. A listener has no more places than descriptors.
 */
import { descriptorLimit } from '../../src/cli/index.js';
import { GUARD_LIMITS } from '../../src/stratum/index.js';

/** Of a listener, beside its miners' sockets. */
const OTHER_DESCRIPTORS = 512;
const LEAST_PLACES = 1_000;

export interface NodeSize {
  readonly maxConnections: number;
  readonly listeners: number;
}

/** `crowded`: they may be a crowd, as long as each has a place. */
export async function nodeFor(strangers: number, crowded = false): Promise<NodeSize> {
  const { strangersPart, crowdedPart } = GUARD_LIMITS;
  // A few places more: two doors may count the same connection for a moment.
  const part = strangersPart * (crowded ? 0.97 : crowdedPart);
  const maxConnections = Math.max(LEAST_PLACES, Math.ceil(strangers / part));
  const places = (await descriptorLimit()) - OTHER_DESCRIPTORS;
  return { maxConnections, listeners: Math.ceil(maxConnections / places) };
}
