/**
 * The interoperation record: every dialogue under `test/vectors/dialogues/` held with a listener, and shown to notice
 * when the pool does otherwise.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Dialogue, parseDialogue, type Rule, readDialogues } from '../../dialogues/dialogue.js';
import { matches } from '../../dialogues/matches.js';
import { type Bend, Replay } from '../../dialogues/replay.js';
import { EASY, PoolUnderTest } from './pool-under-test.js';
import { HARD_REGTEST } from './sample-work.js';

const dialogues = [...readDialogues()];

afterEach(() => PoolUnderTest.closeAll());

async function hold(dialogue: Dialogue, bend?: Bend): Promise<Replay> {
  const { startDifficulty = EASY, minDifficulty = EASY, maxDifficulty = 1e6 } = dialogue.pool ?? {};
  const network = HARD_REGTEST;
  const pool = await PoolUnderTest.open({ network, startDifficulty, minDifficulty, maxDifficulty });
  const replay = new Replay(dialogue, pool, bend);
  await replay.run();
  return replay;
}

describe('the pool says what is expected of it by', () => {
  it.each(dialogues)('%s', async (_name, dialogue) => {
    await hold(dialogue);
  });
});

type Message = { id?: unknown; method?: string; params?: unknown[]; result?: unknown; error?: unknown };

/** Changes the first message that `change` changes. */
function bending(change: (message: Message) => Message | null): Bend {
  let done = false;
  return (text) => {
    const bent = done ? null : change(JSON.parse(text) as Message);
    if (bent === null) return [text];
    done = true;
    return [JSON.stringify(bent)];
  };
}

const notifies =
  (params: (old: unknown[]) => unknown[]): ((message: Message) => Message | null) =>
  (message) =>
    message.method === 'mining.notify' ? { ...message, params: params(message.params!) } : null;
const withParam = (at: number, value: unknown): ReturnType<typeof notifies> =>
  notifies((old) => old.with(at, value));

/** What a pool would say that does not keep the rule. */
function breaking(rule: Rule): Bend {
  switch (rule.rule) {
    case 'fields-are-hex':
      return bending(withParam(5, '2000000'));
    case 'job-ids-are-new':
      return (text) => (text.includes('"method":"mining.notify"') ? [text, text] : [text]);
    case 'new-blocks-are-clean':
      return bending(withParam(8, false));
    case 'job-id-length':
      return bending(withParam(0, '0'.repeat(rule.atMost + 1)));
    case 'branches':
      return bending(withParam(4, Array(rule.atMost + 1).fill('0'.repeat(64))));
    case 'coinbase-1-bytes':
    case 'coinbase-bytes':
      return bending(withParam(2, '00'.repeat(rule.atMost + 1)));
    case 'difficulty':
      return bending((message) =>
        message.method === 'mining.set_difficulty' ? { ...message, params: [rule.atLeast / 2] } : null,
      );
    case 'extranonce-bytes':
      return bending(withSize(rule.atMost));
    case 'extranonce2-size':
      return bending(withSize(rule.atLeast - 1));
    case 'line-bytes':
    case 'error-text-length':
      return bending(({ id, method }) =>
        method === undefined ? { id, result: null, error: [20, 'x'.repeat(rule.atMost + 1), null] } : null,
      );
    case 'methods':
      return bending(({ method }) =>
        method === undefined ? null : { id: null, method: 'mining.set_goal', params: [] },
      );
  }
}

function withSize(size: number): (message: Message) => Message | null {
  return (message) =>
    Array.isArray(message.result) ? { ...message, result: message.result.with(2, size) } : null;
}

const rules = dialogues.flatMap(([name, dialogue]) =>
  dialogue.rules.map((rule) => [name, rule.rule, dialogue, rule] as const),
);

describe('it would be noticed', () => {
  it.each(rules)('by %s if %s did not hold', async (_name, _rule, dialogue, rule) => {
    await expect(hold(dialogue, breaking(rule))).rejects.toThrow(`Then: ${rule.else}`);
  });

  it.each(dialogues)('by %s if any line were left out, or said twice', async (_name, dialogue) => {
    const { expected } = await hold(dialogue);
    for (const index of expected) {
      await expect(hold(dialogue, (text, at) => (at === index ? [] : [text]))).rejects.toThrow('Then: ');
      await expect(hold(dialogue, (text, at) => (at === index ? [text, text] : [text]))).rejects.toThrow(
        'Then: ',
      );
      await PoolUnderTest.closeAll();
    }
  });

  it.each(dialogues)('by %s if an answer had another id', async (_name, dialogue) => {
    const bend = bending(({ method, ...answer }) => (method === undefined ? { ...answer, id: 77 } : null));
    await expect(hold(dialogue, bend)).rejects.toThrow(' instead of an answer to ');
  });

  it.each(dialogues)('by %s if the pool fell silent', async (_name, dialogue) => {
    const { passes } = await hold(dialogue);
    for (const { step, from } of passes) {
      if (!('silenceMs' in step)) continue;
      const silence = hold(dialogue, (text, index) => (index < from ? [text] : []));
      await expect(silence).rejects.toThrow(`Then: ${step.else}`);
    }
  });
});

describe('a step', () => {
  const SUBSCRIBE = { send: ['{"id":1,"method":"mining.subscribe","params":[]}'] };
  const PING = { send: ['{"id":2,"method":"mining.ping","params":[]}'] };
  const SUBSCRIBED = { answer: 1, result: '*', else: 'x' };
  const log = (password: string): object => ({
    send: [`{"id":3,"method":"mining.authorize","params":["<user>","${password}"]}`],
  });
  const WORK = [
    { answer: 3, else: 'x' },
    { call: 'mining.set_difficulty', else: 'x' },
    { call: 'mining.notify', else: 'x' },
  ];
  const VERSION = { call: 'client.get_version', id: 1, else: 'x' };
  const of = (...steps: object[]): Dialogue =>
    parseDialogue('here', { miner: 'm', about: '', sources: [''], rules: [], steps });

  it.each([
    ['answers with another result', [PING, { answer: 2, result: 'ping', else: 'A' }]],
    ['answers where an error is wanted', [PING, { answer: 2, error: [20, '*', null], else: 'A' }]],
    [
      'refuses where a result is wanted',
      [{ send: ['{"id":2,"method":"mining.x"}'] }, { answer: 2, result: '*', else: 'A' }],
    ],
    [
      'refuses for another reason',
      [{ send: ['{"id":2,"method":"mining.x"}'] }, { answer: 2, error: [20, '/^Unknown/', null], else: 'A' }],
    ],
    ['answers out of order', [PING, SUBSCRIBE, { answer: 1, result: '*', else: 'A' }]],
    [
      'calls another method',
      [SUBSCRIBE, SUBSCRIBED, log('x'), WORK[0], { call: 'mining.notify', else: 'A' }],
    ],
    [
      'calls with other params',
      [SUBSCRIBE, SUBSCRIBED, log('x'), WORK[0], { call: 'mining.set_difficulty', params: [2], else: 'A' }],
    ],
    [
      'calls with an id',
      [SUBSCRIBE, SUBSCRIBED, log('x'), ...WORK, { call: 'client.get_version', else: 'A' }],
    ],
    ['says something', [PING, { nothing: true, else: 'A' }]],
    ['keeps the connection', [PING, { answer: 2, result: 'pong', else: 'x' }, { closed: true, else: 'A' }]],
    [
      'says something as time passes',
      [SUBSCRIBE, SUBSCRIBED, log('x'), ...WORK, VERSION, { passMs: 30_000, hears: [], else: 'A' }],
    ],
    ['says nothing as time passes', [{ passMs: 5_000, hears: ['mining.notify'], else: 'A' }]],
    ['is silent for too long', [{ passMs: 5_000, hears: [], silenceMs: 4_000, else: 'A' }]],
    ['counts shares', [{ counts: { accepted: 1 }, else: 'A' }]],
  ])('fails if the pool %s', async (_what, steps) => {
    await expect(hold(of(...(steps as object[])))).rejects.toThrow('Then: A');
  });

  it('is needed for each line', async () => {
    await expect(hold(of(PING))).rejects.toThrow('the pool says more than that');
  });

  it('with a word that nobody filled in fails', async () => {
    await expect(hold(of({ send: ['<job>'] }))).rejects.toThrow('<job> is not known yet');
  });

  it('with a key that means nothing is not read', () => {
    expect(() => of({ answer: 1, resutl: true, else: '' })).toThrow('resutl');
  });
});

describe('a value', () => {
  it.each([
    [[1, '/^a+$/', null], [1, 'aa', null], true],
    [[1, '/^a+$/'], [1, 'ab'], false],
    [[1], [1, 2], false],
    [{ a: '*' }, { a: { b: 1 } }, true],
    [{ a: '*' }, {}, false],
    [{ a: '*' }, { a: 1, b: 1 }, false],
    [{}, [], false],
    [null, undefined, false],
    ['/x/', 5, false],
  ])('%j matches %j: %s', (expected, value, isMatch) => {
    expect(matches(expected, value)).toBe(isMatch);
  });
});
