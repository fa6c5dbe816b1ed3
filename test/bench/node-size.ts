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
/** Load processes open equally many, so a few more come than are wanted, and the last ones must not find a crowd. */
const SPARE = 1.01;

export interface NodeSize {
  readonly maxConnections: number;
  readonly listeners: number;
}

export async function nodeFor(strangers: number): Promise<NodeSize> {
  const { strangersPart, crowdedPart } = GUARD_LIMITS;
  const maxConnections = Math.max(
    LEAST_PLACES,
    Math.ceil((SPARE * strangers) / (strangersPart * crowdedPart)),
  );
  const places = (await descriptorLimit()) - OTHER_DESCRIPTORS;
  return { maxConnections, listeners: Math.ceil(maxConnections / places) };
}
