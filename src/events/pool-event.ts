/**
 * The nine events of the pool and their envelope, version 1. The schemas are the definition: the TypeScript types
 * come from them, so a subscriber in another language and the code that publishes cannot drift apart. Publishing
 * does not run them (shares are too many); tests and whoever reads events from outside do.
 *
 * `user` is the payout address, `worker` the name after the dot ('' without one), `client_id` one connection.
 * Difficulties are pool difficulty (1 = about 2^32 hashes), hashrates H/s, hashes display-order hex. A change that
 * breaks readers gets a new `version`; a new optional field does not.
 */
import { z } from 'zod';
import { EVENT_VERSION, type EventName } from './event-names.js';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const mask = z.string().regex(/^[0-9a-f]{8}$/);
const difficulty = z.number().nonnegative();
const count = z.int().nonnegative();
const who = { user: z.string().min(1), worker: z.string() };
const client = { ...who, client_id: z.string().min(1) };

export const eventDataSchemas = {
  share_submitted: z.strictObject({
    ...client,
    /** '' for a share that nobody had logged in for. */
    user: z.string(),
    /** The difficulty the job committed to; what an accepted share is credited with. */
    diff: difficulty,
    /** What the hash itself reached; 0 where too little is known to hash it. */
    sdiff: difficulty,
    accepted: z.boolean(),
    /**
     * Why not; null for an accepted share. Counted as stale: stale, no-work, round-closed, unknown-job; as invalid:
     * version-bits, time-too-old, time-too-new, malformed, unauthorized, not-subscribed; under their own names: uncredited,
     * duplicate, low-difficulty, not-stored.
     */
    reject_reason: z.string().min(1).nullable(),
    ip: z.string(),
  }),
  block_found: z.strictObject({
    ...who,
    height: count,
    hash,
    diff: difficulty,
    network_diff: difficulty,
    /** Satoshis, decimal text: amounts are integers on both sides. */
    reward_sats: z.string().regex(/^(?:0|[1-9][0-9]*)$/),
    coinbase_sig: z.string(),
  }),
  miner_connected: z.strictObject({
    ...client,
    ip: z.string(),
    useragent: z.string(),
    initial_diff: difficulty,
    asicboost_capable: z.boolean(),
  }),
  miner_disconnected: z.strictObject({
    ...client,
    ip: z.string(),
    /** Seconds. */
    session_duration: z.number().nonnegative(),
    shares_session: count,
  }),
  diff_updated: z.strictObject({
    ...client,
    old_diff: difficulty,
    new_diff: difficulty,
    /** Shares per second, exponentially averaged. */
    ema_share_rate: z.number().nonnegative(),
    stable_intervals: count,
    adjustment_count: count,
  }),
  hashrate_update: z.strictObject({
    ...who,
    hashrate_1m: z.number().nonnegative(),
    hashrate_5m: z.number().nonnegative(),
    hashrate_1h: z.number().nonnegative(),
    hashrate_1d: z.number().nonnegative(),
  }),
  new_block_network: z.strictObject({ height: count, hash, diff: difficulty, prev_hash: hash }),
  share_best_diff: z.strictObject({
    ...who,
    new_best: difficulty,
    prev_best: difficulty,
    timeframe: z.enum(['session', 'weekly', 'alltime']),
  }),
  asicboost_detected: z.strictObject({
    ...who,
    /** BIP320 version bits, 8 hex digits. */
    pool_mask: mask,
    miner_mask: mask,
  }),
} as const satisfies Readonly<Record<EventName, z.ZodType>>;

export type EventData = { [Name in EventName]: z.infer<(typeof eventDataSchemas)[Name]> };

export interface Envelope<Name extends EventName> {
  readonly version: typeof EVENT_VERSION;
  /** UUIDv7; the same id after a relay, so a reader can drop what it saw before. */
  readonly event_id: string;
  readonly event: Name;
  /** ISO 8601, UTC, milliseconds. */
  readonly ts: string;
  /** The process that saw it happen. */
  readonly source: string;
  /** The pool node it belongs to. */
  readonly node: string;
  readonly data: EventData[Name];
}

/** Discriminated by `event`. */
export type PoolEvent = { [Name in EventName]: Envelope<Name> }[EventName];

function envelopeSchema<Name extends EventName>(event: Name) {
  return z.strictObject({
    version: z.literal(EVENT_VERSION),
    event_id: z.uuidv7(),
    event: z.literal(event),
    ts: z.iso.datetime({ precision: 3 }),
    source: z.string().min(1),
    node: z.string().min(1),
    data: eventDataSchemas[event],
  });
}

/** Accepts exactly the nine events of this version. */
export const poolEventSchema = z.discriminatedUnion('event', [
  envelopeSchema('share_submitted'),
  envelopeSchema('block_found'),
  envelopeSchema('miner_connected'),
  envelopeSchema('miner_disconnected'),
  envelopeSchema('diff_updated'),
  envelopeSchema('hashrate_update'),
  envelopeSchema('new_block_network'),
  envelopeSchema('share_best_diff'),
  envelopeSchema('asicboost_detected'),
]);
