/**
 * What the pool owes a miner for its lines, read from the lines alone and by other code than the pool's: every request
 * one answer, with the very id it was sent with, in the order of the requests; a share may be answered later than what
 * came after it. What the pool says is checked here too: lines of ASCII that are JSON and Stratum, none of them long.
 */
import { HeardSoFar, keeps, malformed } from '../dialogues/line-rules.js';
import { check } from './finding.js';
import { LEAST_DIFFICULTY, MOST_DIFFICULTY } from './fuzz-rules.js';

export interface Reading {
  /** `end`: the line is no JSON object, which ends the connection. `perhaps`: it may be answered. */
  readonly owes: 'answer' | 'perhaps' | 'nothing' | 'end';
  readonly id: unknown;
  readonly isSubmit: boolean;
}

export interface Said {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: readonly [number, string, null] | null;
  /** No line, but a frame to a farm agent, in hex. */
  readonly frame?: string;
}

/** What some firmware writes around a line: a byte order mark before it, and behind it the end of a string in C. */
const STRAYS = /^\xef\xbb\xbf|\0+$/g;

/** To these nothing is said. */
const PONGS = ['pong', 'mining.pong'];
/** Without an id, to these neither. */
const STATEMENTS = [
  'mining.suggest',
  'mining.suggest_difficulty',
  'mining.suggest_target',
  'mining.capabilities',
];
/** A call of the pool's, a notify with a long branch say. */
const LONGEST_CALL = 8_192;
/** An answer repeats the id and other words of its line, a character as the six of `\u00e9` at worst. */
const MOST_ESCAPED = 6;
const LONGEST_OWN_WORDS = 1_024;
const RESULT = ',"result":';

/** A farm agent's frames: those that submit, by their length, and those that the pool says. */
const FRAME = '\x7f';
const SUBMIT_LENGTHS: ReadonlyMap<number, number> = new Map([
  [0x02, 15],
  [0x03, 19],
  [0x12, 19],
  [0x13, 23],
]);
const POOLS_FRAMES = /^7f(?:05|100a00[0-9a-f]{12}$)/;

export function readLine(line: string): Reading {
  if (line.startsWith(FRAME))
    return { owes: 'nothing', id: null, isSubmit: line.length === SUBMIT_LENGTHS.get(line.charCodeAt(1)) };
  let message: unknown;
  try {
    message = JSON.parse(line.replace(STRAYS, ''));
  } catch {
    return { owes: 'end', id: null, isSubmit: false };
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return { owes: 'end', id: null, isSubmit: false };
  }
  const { id = null, method, result, error } = message as Record<string, unknown>;
  if (method === undefined && (result !== undefined || error !== undefined)) {
    return { owes: 'nothing', id, isSubmit: false };
  }
  if (typeof method !== 'string') return { owes: 'answer', id, isSubmit: false };
  // Old clients write the argument into the name: whether that is a call is the pool's to say.
  const [name = '', ...argument] = method.split('(');
  const isCalled = argument.length > 0;
  const isSubmit = name === 'mining.submit';
  const isSilent = PONGS.includes(name) || (id === null && STATEMENTS.includes(name));
  if (!isSilent) return { owes: 'answer', id, isSubmit };
  return { owes: isCalled || !PONGS.includes(name) ? 'perhaps' : 'nothing', id, isSubmit };
}

interface Debt {
  readonly reading: Reading;
  readonly line: string;
}

export class AnswersOwed {
  /** Requests to submit a share; one with its argument in the name is or is not. */
  submits = 0;
  submitsPerhaps = 0;
  /** What submits were answered: `true` or the error's code. Wrong where ids repeat and answers are late. */
  readonly verdicts = new Map<string, number>();
  private debts: Debt[] = [];

  /** The pool has read this line. */
  heard(line: string): Reading {
    const reading = readLine(line);
    if (reading.isSubmit) {
      const isSure = !line.startsWith(FRAME) && !line.includes('mining.submit(') && !line.includes('\\');
      if (!isSure) this.submitsPerhaps++;
      else this.submits++;
    }
    if (reading.owes === 'answer' || reading.owes === 'perhaps') this.debts.push({ reading, line });
    return reading;
  }

  /** `text`: one line as its bytes came over the wire, without its newline. */
  said(text: string): Said {
    check(/^[\x20-\xff]*$/.test(text), 'answer', `control characters in ${JSON.stringify(text)}`);
    let said: Said;
    try {
      said = JSON.parse(text) as Said;
    } catch {
      check(false, 'answer', `no JSON: ${JSON.stringify(text.slice(0, 500))}`);
    }
    const { frame } = said;
    if (frame !== undefined) {
      check(
        POOLS_FRAMES.test(frame),
        'answer',
        `no frame that a farm agent can read: ${frame.slice(0, 200)}`,
      );
      return said;
    }
    const fault = malformed(said);
    check(fault === null, 'answer', `${fault}: ${text.slice(0, 500)}`);
    if (said.method === undefined) this.pay(text, said);
    else checkCall(text, said);
    return said;
  }

  /** After the last line, when the pool has had its time. */
  settle(): void {
    const open = this.debts.filter(({ reading }) => reading.owes === 'answer');
    check(open.length === 0, 'answer', `never answered: ${open[0]?.line.slice(0, 500)}`);
  }

  private pay(text: string, said: Said): void {
    const written = writtenId(text);
    check(written !== null && wellFormed(said), 'answer', `an answer in another form: ${text.slice(0, 500)}`);
    // What may be answered and was not is forgiven, so what has to be comes first.
    const certain = this.debtOf(written, said, 'answer');
    const i = certain >= 0 ? certain : this.debtOf(written, said, 'perhaps');
    const [debt] = i < 0 ? [] : this.debts.splice(i, 1);
    if (debt !== undefined) {
      const most = MOST_ESCAPED * debt.line.length + LONGEST_OWN_WORDS;
      const lengths = `${text.length} bytes in answer to ${debt.line.length}`;
      check(text.length <= most, 'answer', `${lengths}: ${text.slice(0, 200)}`);
      if (debt.reading.isSubmit) this.count(said);
      return;
    }
    const next = this.debts[0]?.line.slice(0, 300) ?? 'nothing';
    check(false, 'answer', `${text.slice(0, 500)} is said where this is owed an answer: ${next}`);
  }

  /** −1 for none. A share's answer waits for the disk, so what came after it may be answered before. */
  private debtOf(written: string, said: Said, owes: Reading['owes']): number {
    for (const [i, { reading, line }] of this.debts.entries()) {
      if (reading.owes === owes && isFor(written, said, reading, line)) return i;
      if (reading.owes === 'answer' && !reading.isSubmit) break;
    }
    return -1;
  }

  private count({ error }: Said): void {
    const verdict = error == null ? 'true' : String(error[0]);
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
  }
}

function checkCall(text: string, said: Said): void {
  check(text.length <= LONGEST_CALL, 'answer', `a call of ${text.length} bytes: ${text.slice(0, 200)}`);
  const isHex = keeps({ rule: 'fields-are-hex', else: '' }, said, text, new HeardSoFar());
  check(isHex, 'answer', `no notify that a miner can read: ${text.slice(0, 500)}`);
  if (said.method !== 'mining.set_difficulty') return;
  const difficulty = said.params?.[0];
  const isInBounds =
    typeof difficulty === 'number' && difficulty >= LEAST_DIFFICULTY && difficulty <= MOST_DIFFICULTY;
  check(isInBounds, 'answer', `a difficulty outside the pool's bounds: ${text}`);
}

/** The id's own text; null where the answer does not begin with an id and go on with a result. */
function writtenId(text: string): string | null {
  const from = '{"id":'.length;
  if (!text.startsWith('{"id":')) return null;
  for (let to = text.indexOf(RESULT, from); to >= 0; to = text.indexOf(RESULT, to + 1)) {
    if (isJson(text.slice(from, to))) return text.slice(from, to);
  }
  return null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isFor(written: string, { id }: Said, reading: Reading, line: string): boolean {
  const isWritten = written === 'null' || line.includes(written);
  return isWritten && JSON.stringify(id) === JSON.stringify(reading.id);
}

function wellFormed({ result, error }: Said): boolean {
  if (error === null) return result !== null;
  return (
    result === null &&
    Array.isArray(error) &&
    error.length === 3 &&
    Number.isInteger(error[0]) &&
    error[0] >= 20 &&
    error[0] <= 25 &&
    typeof error[1] === 'string' &&
    error[2] === null
  );
}
