/**
 * One conversation with a miner that means no good, as data, so that it can be drawn, cut down, written to a file and
 * held again. `say` is one or more lines, or no line at all: each character is a byte (Latin-1), `cuts` are the places
 * where one segment ends and the next begins. `<user>`, `<address>`, `<session>`, `<job>`, `<extranonce2>`, `<time>`
 * and `<nonce>` in it are filled in when it is said, from what the pool has said so far and from the last `solve`.
 * The files are in `test/vectors/fuzz/`; `about` says what one is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const step = z.union([
  z.strictObject({ say: z.string(), cuts: z.array(z.number().int().nonnegative()).optional() }),
  /**
   * Looks for a share of the latest job that meets its difficulty, for a hash that does not, or for a share of the job
   * before it that meets the latest difficulty.
   */
  z.strictObject({ solve: z.enum(['share', 'low', 'earlier']) }),
  z.strictObject({ passMs: z.number().int().nonnegative() }),
  /** What happens to the pool meanwhile: other transactions, a new block, no bitcoind. */
  z.strictObject({ work: z.enum(['refresh', 'block', 'none']) }),
  /** Shares and logins wait for the share log from now on, are written again, or fail. */
  z.strictObject({ disk: z.enum(['hold', 'commit', 'fail']) }),
  /** The connection drops and the miner comes back on another; only in the dialogue. */
  z.strictObject({ again: z.literal(true) }),
  /** The miner shuts its side down, or is gone at once. Without it, the first is how the conversation ends. */
  z.strictObject({ end: z.enum(['half', 'reset']) }),
]);

const input = z.strictObject({
  /** `proxied`: it comes from an address whose PROXY headers are believed. `tls`: the listener has a certificate. */
  door: z.strictObject({ proxied: z.boolean(), tls: z.boolean() }),
  steps: z.array(step),
});

const file = input.extend({ about: z.string().min(1) });

export type Step = z.infer<typeof step>;
export type Input = z.infer<typeof input>;
export type CorpusFile = z.infer<typeof file>;

const FOLDER = new URL('../../../test/vectors/fuzz/', import.meta.url);

/** `path`: of a file anywhere. Throws on a key that means nothing. */
export function readInput(path: string | URL): CorpusFile {
  return file.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** By file name without its ending. */
export function readCorpus(): ReadonlyMap<string, CorpusFile> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return new Map(
    names.sort().map((name) => [name.replace('.json', ''), readInput(new URL(name, FOLDER))] as const),
  );
}

/** Writes it into the corpus; its path from the repository's root. */
export function writeInput(name: string, { about, door, steps }: CorpusFile): string {
  const lines = steps.map((each) => `    ${asciiJson(each)}`).join(',\n');
  const text = `{\n  "about": ${asciiJson(about)},\n  "door": ${asciiJson(door)},\n  "steps": [\n${lines}\n  ]\n}\n`;
  writeFileSync(new URL(`${name}.json`, FOLDER), text);
  return `test/vectors/fuzz/${name}.json`;
}

/** Bytes that no editor and no diff will change. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The segments of filled-in text. */
export function segmentsOf(text: string, cuts: readonly number[] = []): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const inside = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  const ends = [...new Set(inside), bytes.length];
  const segments = ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
  return segments.filter(({ length }) => length > 0);
}
