/**
 * What a node that cheats makes of the submission its honest task gave it, on its way to the chain. Only emulated nodes
 * know of these. Each is caught by the check of docs/claim-format.md that stands beside it.
 */
import { workOfBits } from '../../bitcoin/index.js';
import { concatBytes } from '../../lib/index.js';
import { readShareRecord, SHARE_RECORD_BYTES } from '../../mining/index.js';
import { type ClaimSubmission, decodeSubmission, encodeSubmission } from '../../rounds/index.js';
import { packageOf, partsOf, submitted, withMiners } from './forgery.js';
import type { StoredArchives } from './stored-archives.js';

/** What a node that cheats sees when it submits. */
export interface CheatGround {
  readonly storage: StoredArchives;
  /** Its own. */
  readonly nodeKey: Uint8Array;
  /** Its submission for the round before; null for none. */
  readonly before: string | null;
  /** Those of others for the same round; waits a while for the first. */
  others(): Promise<readonly string[]>;
}

/** What is submitted; the honest submission where there is nothing to cheat with. */
type Forgery = (honest: ClaimSubmission, ground: CheatGround) => Promise<string> | string;

export interface Cheat {
  /** By what it is caught. */
  readonly check: number;
  /** What it does, in words that follow "node X". */
  readonly does: string;
  /** Whether its node hands out no package of the round either. */
  readonly hides: boolean;
  readonly forge: (submission: string, ground: CheatGround) => Promise<string>;
}

function cheat(check: number, does: string, forge: Forgery, hides = false): Cheat {
  return {
    ...{ check, does, hides },
    forge: async (text, ground) => {
      const honest = decodeSubmission(text);
      return honest.kind === 'idle' ? text : await forge(honest, ground);
    },
  };
}

/** The first miner's work doubled, in its row and in all sums. */
const inflate: Forgery = (honest, { storage }) => {
  const parts = partsOf(packageOf(honest, storage)!);
  const [first, ...others] = parts.tables.miners;
  return submitted(honest, withMiners(parts, [{ ...first!, work: 2n * first!.work }, ...others]), storage);
};

/** The first share twice, counted and summed as two. */
const duplicate: Forgery = (honest, { storage }) => {
  const parts = partsOf(packageOf(honest, storage)!);
  const share = parts.records.slice(0, SHARE_RECORD_BYTES);
  const work = workOfBits(readShareRecord(share, 0).bits);
  const [first, ...others] = parts.tables.miners;
  const twice = { ...first!, count: first!.count + 1n, work: first!.work + work };
  const records = concatBytes(share, parts.records);
  return submitted(honest, withMiners({ ...parts, records }, [twice, ...others]), storage);
};

/** Another node's package with this node's key in it. */
const steal: Forgery = async (honest, { storage, nodeKey, others }) => {
  for (const text of await others()) {
    const theirs = decodeSubmission(text);
    const stolen = theirs.kind === 'claim' ? packageOf(theirs, storage) : null;
    if (stolen === null) continue;
    const parts = partsOf(stolen);
    return submitted(honest, { ...parts, claim: { ...parts.claim, nodeKey }, appointment: null }, storage);
  }
  return encodeSubmission(honest);
};

/** The package of the round before, as it was. */
const replay: Forgery = (honest, { before }) => {
  const earlier = before === null ? null : decodeSubmission(before);
  if (earlier?.kind !== 'claim') return encodeSubmission(honest);
  return encodeSubmission({ ...earlier, round: honest.round, stake: honest.stake, proofCid: null });
};

/** Coinbases that pay the node's own key in place of the reserve. */
const reserve: Forgery = (honest, { storage, nodeKey }) => {
  const parts = partsOf(packageOf(honest, storage)!);
  const own = concatBytes(Uint8Array.of(0x51, 0x20), nodeKey);
  const shapes = parts.tables.shapes.map((shape) => ({
    ...shape,
    middle: replaced(shape.middle, parts.reserveScript, own),
  }));
  return submitted(honest, { ...parts, tables: { ...parts.tables, shapes } }, storage);
};

/** The honest claim, whose package is nowhere. */
const withhold: Forgery = (honest, { storage }) => {
  if (honest.storeCid !== null) storage.forget(honest.storeCid);
  return encodeSubmission(honest);
};

function replaced(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(from);
  return concatBytes(bytes.subarray(0, at), to, bytes.subarray(at + from.length));
}

/** By the name that `--cheat` has for it. */
export const CHEATS = {
  inflate: cheat(29, 'claims twice the work that its first miner did', inflate),
  duplicate: cheat(28, 'counts a share twice', duplicate),
  steal: cheat(27, "claims another node's shares as its own", steal),
  replay: cheat(9, 'claims the shares of the round before once more', replay),
  reserve: cheat(16, 'claims shares whose blocks would have paid itself, not the reserve', reserve),
  'withhold-package': cheat(5, 'claims shares and shows them to nobody', withhold, true),
} as const satisfies Record<string, Cheat>;

export type CheatName = keyof typeof CHEATS;
