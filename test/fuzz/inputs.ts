/**
 * Whole conversations, drawn: a door, perhaps bytes that come before any line, perhaps an orderly login, then lines of
 * every kind, cut into segments and joined, while blocks are found, time passes and the disk fails.
 */
import fc from 'fast-check';
import { readDialogues } from '../dialogues/dialogue.js';
import { agentFrame } from './agent-frames.js';
import { firstBytes, mutated, noLine } from './hostile-bytes.js';
import { otherLine, rightRequest, wrongRequest } from './hostile-requests.js';
import { type Input, readCorpus, type Step } from './input.js';

const login = (password: string): string =>
  '{"id":"s","method":"mining.subscribe","params":["fuzz/1"]}\n' +
  `{"id":"a","method":"mining.authorize","params":["<user>","${password}"]}\n`;
/** With vardiff, and without. */
const LOGINS = fc.constantFrom(login('x'), login('x'), login('d=1e-9'), login('d=1e-7,sig=fuzz'));
const SUBMIT =
  '{"id":"g","method":"mining.submit","params":["<user>","<job>","<extranonce2>","<time>","<nonce>"]}\n';

/** What real miners say, and what was said before by inputs worth keeping. */
function knownLines(): fc.Arbitrary<string> {
  const lines = new Set<string>();
  for (const { steps } of readDialogues().values()) {
    for (const step of steps) if ('send' in step) for (const line of step.send) lines.add(line);
  }
  for (const { steps } of readCorpus().values()) {
    for (const step of steps) if ('say' in step) for (const line of step.say.split('\n')) lines.add(line);
  }
  return fc.constantFrom(...lines);
}

const line = fc.oneof(
  { weight: 4, arbitrary: rightRequest },
  { weight: 5, arbitrary: wrongRequest },
  { weight: 1, arbitrary: otherLine },
  { weight: 3, arbitrary: mutated(knownLines()) },
  { weight: 1, arbitrary: mutated(rightRequest) },
);

const end = fc.constantFrom('\n', '\n', '\n', '\r\n', '\n\n');

/** Several lines, one after another in one go. */
const lines = fc
  .array(fc.tuple(line, end), { minLength: 1, maxLength: 8 })
  .map((each) => each.map(([text, ending]) => text + ending).join(''));

/** The same call again and again. */
const many = fc
  .tuple(rightRequest, fc.integer({ min: 10, max: 120 }))
  .map(([text, times]) => `${text}\n`.repeat(times));

const cuts = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 6 }) },
  // Every byte of the beginning in a segment of its own.
  { weight: 1, arbitrary: fc.constant(Array.from({ length: 40 }, (_, i) => i)) },
);

const said = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: lines },
      { weight: 1, arbitrary: many },
      { weight: 1, arbitrary: noLine },
    ),
    cuts,
  )
  .map(([say, at]): Step => (at.length === 0 ? { say } : { say, cuts: [...at] }));

/** Lines that come with another login, and are looked at before it is answered. */
const behindLogin = lines.map(
  (say): Step => ({ say: `{"id":"b","method":"mining.authorize","params":["<address>.b","x"]}\n${say}` }),
);

const solved = fc
  .tuple(fc.constantFrom('share', 'share', 'low', 'earlier'), fc.boolean())
  .map(([solve, twice]): Step[] => [{ solve } as Step, { say: twice ? SUBMIT + SUBMIT : SUBMIT }]);

const wish = (difficulty: string): Step => ({
  say: `{"id":"w","method":"mining.suggest_difficulty","params":[${difficulty}]}\n`,
});

/** Up and down again, with a share that is worth only what is asked for now. */
const eased: fc.Arbitrary<Step[]> = fc.constant([
  wish('1e-7'),
  wish('1e-9'),
  { solve: 'earlier' },
  { say: SUBMIT },
]);

/** A share, a drop, and the same session again, by its id or by its worker's name, with the share a second time. */
const comesBack: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.constantFrom('["fuzz/1","<session>"]', '["fuzz/1"]'),
    fc.constantFrom('share', 'earlier'),
    fc.boolean(),
  )
  .map(([params, solve, before]): Step[] => [
    { solve } as Step,
    ...(before ? [{ say: SUBMIT }] : []),
    { again: true },
    {
      say:
        `{"id":"s","method":"mining.subscribe","params":${params}}\n` +
        '{"id":"a","method":"mining.authorize","params":["<user>","x"]}\n',
    },
    { say: SUBMIT + SUBMIT },
  ]);

const AGENT_LOGIN =
  '{"id":"s","method":"mining.subscribe","params":["btccom-agent/2.0.0-mu"]}\n' +
  '{"id":"a","method":"mining.authorize","params":["<address>",""]}\n' +
  '{"id":"c","method":"agent.get_capabilities","params":[["verrol","subres"]]}\n';

/** A farm agent's frames, each a step or a few of them in one. */
const framed: fc.Arbitrary<Step[]> = fc
  .tuple(fc.array(agentFrame, { minLength: 1, maxLength: 6 }), cuts)
  .map(([frames, at]): Step[] => [{ solve: 'share' }, { say: frames.join(''), cuts: [...at] }]);

const happening: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  { passMs: 1_000 },
  { passMs: 61_000 },
  { passMs: 601_000 },
  { work: 'refresh' },
  { work: 'block' },
  { work: 'none' },
  { disk: 'hold' },
  { disk: 'commit' },
  { disk: 'fail' },
);

const part: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 6, arbitrary: said.map((step) => [step]) },
  { weight: 1, arbitrary: behindLogin.map((step) => [step]) },
  { weight: 3, arbitrary: solved },
  { weight: 1, arbitrary: eased },
  { weight: 1, arbitrary: comesBack },
  { weight: 3, arbitrary: happening.map((step) => [step]) },
  { weight: 1, arbitrary: framed },
);

const opening: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 6, arbitrary: LOGINS.map((say): Step[] => [{ say }]) },
  { weight: 2, arbitrary: fc.constant<Step[]>([]) },
  { weight: 1, arbitrary: framed.map((steps) => [{ say: AGENT_LOGIN }, ...steps]) },
  { weight: 2, arbitrary: firstBytes.map((say): Step[] => [{ say }]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(firstBytes, LOGINS)
      .map(([first, say]): Step[] => [{ say: first + say, cuts: [first.length] }]),
  },
);

const ending: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step[]>([]) },
  { weight: 1, arbitrary: fc.constant<Step[]>([{ end: 'half' }]) },
  { weight: 1, arbitrary: fc.constant<Step[]>([{ end: 'reset' }]) },
);

const door = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ proxied: false, tls: false }) },
  { weight: 2, arbitrary: fc.record({ proxied: fc.boolean(), tls: fc.boolean() }) },
);

export const inputs: fc.Arbitrary<Input> = fc
  .tuple(door, opening, fc.array(part, { maxLength: 8 }), ending)
  .map(([at, first, parts, last]) => ({ door: at, steps: [...first, ...parts.flat(), ...last] }));
