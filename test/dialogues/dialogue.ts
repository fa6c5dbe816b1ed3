/**
 * A dialogue: what one real miner says to a pool, line for line, and what it must hear, as a file under
 * `test/vectors/dialogues/`. `sources` names the repository, file and commit each was read from, or the document where
 * no source is public. Lines are the miner's own spelling of keys, spaces and ids with the test's data in them;
 * `<name>` in them is filled in by the replay: `<user>` and `<address>`, `<session>` from subscribe's answer, `<job>`,
 * `<extranonce2>`, `<time>`, `<nonce>` and `<bits>` from the last `solve`, `<call-id>` from the pool's last request.
 * `else` says what that miner would do if the pool did otherwise.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]+$/);

const step = z.union([
  /** The miner says this, each line in a segment of its own, all in one, or in segments of so many bytes. */
  z.strictObject({
    send: z.array(z.string()),
    cut: z.union([z.literal('together'), z.number().int().positive()]).optional(),
    end: z.enum(['\n', '\r\n']).optional(),
  }),
  /** Bytes that are no line; `<job>` and its like are bytes here, little-endian, the extranonce2 its last four. */
  z.strictObject({ sendHex: z.string().regex(/^(?:[0-9a-f]{2}|<[a-z0-9]+>)+$/) }),
  /** The pool's next words are a frame with these bytes. */
  z.strictObject({ frame: hex, else: z.string() }),
  /** The pool's next line answers the request of that id; without `error` that has to be null. */
  z.strictObject({
    answer: z.json(),
    result: z.json().optional(),
    error: z.json().optional(),
    else: z.string(),
  }),
  /** The pool's next line is a call of that method. */
  z.strictObject({
    call: z.string(),
    params: z.json().optional(),
    id: z.json().optional(),
    else: z.string(),
  }),
  /** The pool says nothing more. */
  z.strictObject({ nothing: z.literal(true), else: z.string() }),
  /** Time goes by. Exactly the methods in `hears` are heard (with `?`: perhaps), and never longer than `silenceMs` nothing. */
  z.strictObject({
    passMs: z.number().int().positive(),
    hears: z.array(z.string()),
    silenceMs: z.number().int().positive().optional(),
    else: z.string(),
  }),
  /** The miner finds a share of the job it was sent last, or of the one `back` before. */
  z.strictObject({
    solve: z.strictObject({
      back: z.number().int().positive().optional(),
      extranonce2: hex.optional(),
      versionBits: hex.optional(),
      nonceBelow: hex.optional(),
      bare: z.literal(true).optional(),
      upperCase: z.literal(true).optional(),
    }),
  }),
  /** Something happens to the pool: other transactions, a new block, no bitcoind. */
  z.strictObject({ work: z.enum(['refresh', 'block', 'none']) }),
  z.strictObject({ hangUp: z.literal(true) }),
  z.strictObject({ closed: z.literal(true), else: z.string() }),
  /** The pool's own count of the shares so far; what is not named is 0. */
  z.strictObject({ counts: z.record(z.string(), z.number().int()), else: z.string() }),
]);

/** What holds for every line that the miner hears. */
const rule = z.union([
  z.strictObject({
    rule: z.enum(['fields-are-hex', 'job-ids-are-new', 'new-blocks-are-clean']),
    else: z.string(),
  }),
  z.strictObject({
    rule: z.enum([
      'coinbase-bytes',
      'coinbase-1-bytes',
      'branches',
      'line-bytes',
      'job-id-length',
      'error-text-length',
    ]),
    atMost: z.number().int().positive(),
    else: z.string(),
  }),
  z.strictObject({
    rule: z.literal('extranonce-bytes'),
    atMost: z.number().int().positive(),
    else: z.string(),
  }),
  z.strictObject({ rule: z.literal('difficulty'), atLeast: z.number(), else: z.string() }),
  z.strictObject({ rule: z.literal('extranonce2-size'), atLeast: z.number(), else: z.string() }),
  z.strictObject({ rule: z.literal('methods'), known: z.array(z.string()), else: z.string() }),
]);

const dialogue = z.strictObject({
  miner: z.string(),
  about: z.string(),
  sources: z.array(z.string()).min(1),
  pool: z
    .strictObject({
      startDifficulty: z.number().optional(),
      minDifficulty: z.number().optional(),
      maxDifficulty: z.number().optional(),
    })
    .optional(),
  rules: z.array(rule),
  steps: z.array(step),
});

export type Step = z.infer<typeof step>;
export type Rule = z.infer<typeof rule>;
export type Dialogue = z.infer<typeof dialogue>;

/** `name`: for the error, which is thrown on a key that means nothing too. */
export function parseDialogue(name: string, value: unknown): Dialogue {
  const parsed = dialogue.safeParse(value);
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** By file name. */
export function readDialogues(): ReadonlyMap<string, Dialogue> {
  const folder = new URL('../../../test/vectors/dialogues/', import.meta.url);
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return new Map(
    names.map((name) => [
      name.replace('.json', ''),
      parseDialogue(name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
    ]),
  );
}
