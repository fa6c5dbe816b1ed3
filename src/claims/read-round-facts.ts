/**
 * `RoundFacts` as JSON: as the Koii task posts them to `/task/:round`, and as the node keeps them. Keys and blockhashes
 * are base58, as K2 writes them, seeds and scripts hex, slots and rounds decimal text or numbers.
 */
import { base58 } from '@scure/base';
import { z } from 'zod';
import { CodedError, fromHex, jsonText, toHex } from '../lib/index.js';
import { type HeardFacts, type RoundFacts, reserveOf } from '../rounds/index.js';
import { k2Key, wholeNumber } from './k2-json.js';

export class ReadFactsError extends CodedError<'FACTS_UNREADABLE'> {}

const MOST_LISTED = 1_000;

const hex = (bytes: number, message: string) =>
  z
    .string()
    .regex(new RegExp(`^([0-9a-f]{2}){${bytes}}$`, 'i'), message)
    .transform((text) => fromHex(text));
const script = z
  .string()
  .regex(/^([0-9a-f]{2}){1,100}$/i, 'must be a script in hex')
  .transform((text) => fromHex(text));

const epoch = z.object({
  epoch: z.number().int().nonnegative(),
  script,
  firstRound: wholeNumber,
  lastRound: wholeNumber,
});
const appointment = z.object({
  receiptKey: hex(32, 'must be 64 hex digits'),
  fromRound: wholeNumber,
  signature: hex(64, 'must be 128 hex digits'),
});

const facts = z.object({
  taskId: k2Key,
  nodeKey: k2Key,
  round: wholeNumber,
  seed: hex(32, 'must be 64 hex digits'),
  seedSlot: wholeNumber,
  startSlot: wholeNumber,
  endSlot: wholeNumber,
  submissionDeadlineSlot: wholeNumber,
  auditDeadlineSlot: wholeNumber,
  slotNow: wholeNumber,
  slotMs: z.number().min(1).max(60_000),
  reserveEpochs: z.array(epoch).min(1).max(MOST_LISTED),
  beacons: z
    .array(z.object({ round: wholeNumber, blockhash: k2Key }))
    .max(MOST_LISTED)
    .default([]),
  lineage: z.array(k2Key).max(MOST_LISTED).default([]),
  appointment: appointment.nullable().default(null),
});
/** Older records say no reserve: it was the newest epoch's. */
const heard = facts.extend({ heardMs: z.number(), reserveScript: script.optional() });

function read<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const what = path.length === 0 ? message : `${path.join('.')}: ${message}`;
  throw new ReadFactsError('FACTS_UNREADABLE', `these are no facts of a round: ${what}`);
}

/** Throws `ReadFactsError`. */
export function readRoundFacts(value: unknown): RoundFacts {
  return read(facts, value);
}

/** What `writeHeardFacts` wrote. Throws `ReadFactsError`. */
export function readHeardFacts(text: string): HeardFacts {
  try {
    const facts = read(heard, JSON.parse(text));
    return { ...facts, reserveScript: facts.reserveScript ?? reserveOf(facts) };
  } catch (error) {
    throw new ReadFactsError('FACTS_UNREADABLE', 'what was kept of a round is damaged', {}, error);
  }
}

export function writeHeardFacts(facts: HeardFacts): string {
  const told = {
    ...facts,
    taskId: base58.encode(facts.taskId),
    nodeKey: base58.encode(facts.nodeKey),
    seed: toHex(facts.seed),
    reserveScript: toHex(facts.reserveScript),
    reserveEpochs: facts.reserveEpochs.map((each) => ({ ...each, script: toHex(each.script) })),
    beacons: facts.beacons.map((each) => ({ ...each, blockhash: base58.encode(each.blockhash) })),
    lineage: facts.lineage.map((id) => base58.encode(id)),
    appointment: facts.appointment && {
      receiptKey: toHex(facts.appointment.receiptKey),
      fromRound: facts.appointment.fromRound,
      signature: toHex(facts.appointment.signature),
    },
  };
  return `${jsonText(told, 1)}\n`;
}
