import { describe, expect, it } from '@jest/globals';
import { fromHex } from '../../../src/lib/index.js';
import { Dialogue, type Outcome, rejectionOf } from '../../../src/miner/index.js';
import { BLOCK_170 } from './mainnet-blocks.js';

const OPTIONS = { user: 'address.rig', password: 'x', userAgent: 'agent/1', versionRolling: true };
const SUBSCRIBED = '{"id":2,"result":[[["mining.notify","s"]],"0a0b0c0d",8],"error":null}';
const NOTIFY = JSON.stringify({ id: null, method: 'mining.notify', params: BLOCK_170.notify });
const SHARE = {
  jobId: 'aa',
  extranonce2: fromHex('0000000000000007'),
  time: 0x496ab951,
  nonce: 0x0000beef,
  version: 0x20006001,
};

function subscribed(): Dialogue {
  const dialogue = new Dialogue(OPTIONS);
  expect(dialogue.receive(SUBSCRIBED)).toEqual([]);
  return dialogue;
}

function configured(mask: string): Dialogue {
  const dialogue = subscribed();
  dialogue.receive(
    `{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"${mask}"},"error":null}`,
  );
  return dialogue;
}

const difficultyOf = ([outcome]: Outcome[]): number | null =>
  outcome?.kind === 'job' ? outcome.job.difficulty : null;

describe('the opening', () => {
  it('is configure, subscribe and authorize, as BIP310 and the pools spell them', () => {
    expect(new Dialogue(OPTIONS).open().map((line) => JSON.parse(line))).toEqual([
      {
        id: 1,
        method: 'mining.configure',
        params: [
          ['version-rolling'],
          { 'version-rolling.mask': '1fffe000', 'version-rolling.min-bit-count': 2 },
        ],
      },
      { id: 2, method: 'mining.subscribe', params: ['agent/1'] },
      { id: 3, method: 'mining.authorize', params: ['address.rig', 'x'] },
    ]);
  });

  it('leaves configure out when versions are not to be rolled', () => {
    const lines = new Dialogue({ ...OPTIONS, versionRolling: false }).open();
    expect(lines.map((line) => JSON.parse(line).method)).toEqual(['mining.subscribe', 'mining.authorize']);
  });

  it.each([
    ['an error', '{"id":2,"result":null,"error":[20,"go away",null]}', 'go away'],
    [
      'an extranonce2 of one byte',
      '{"id":2,"result":[[],"0a0b0c0d",1],"error":null}',
      'extranonce2 of 1 bytes, not 2 to 8',
    ],
    [
      'an extranonce2 of nine bytes',
      '{"id":2,"result":[[],"0a0b0c0d",9],"error":null}',
      'extranonce2 of 9 bytes, not 2 to 8',
    ],
  ])('ends with %s in answer to subscribe', (_what, line, reason) => {
    expect(new Dialogue(OPTIONS).receive(line)).toEqual([{ kind: 'refused', step: 'subscribe', reason }]);
  });

  it('ends with a refused authorize and goes on with an accepted one', () => {
    expect(new Dialogue(OPTIONS).receive('{"id":3,"result":false,"error":null}')).toEqual([
      { kind: 'refused', step: 'authorize', reason: 'no reason given' },
    ]);
    expect(new Dialogue(OPTIONS).receive('{"id":3,"result":true,"error":null}')).toEqual([
      { kind: 'authorized' },
    ]);
  });
});

describe('jobs', () => {
  it('carry the difficulty that was set before their notify', () => {
    const dialogue = subscribed();
    expect(difficultyOf(dialogue.receive(NOTIFY))).toBe(1);
    expect(dialogue.receive('{"id":null,"method":"mining.set_difficulty","params":[0.0001]}')).toEqual([
      { kind: 'difficulty', difficulty: 0.0001 },
    ]);
    expect(difficultyOf(dialogue.receive(NOTIFY))).toBe(0.0001);
  });

  it('do not exist before the subscribe result', () => {
    expect(new Dialogue(OPTIONS).receive(NOTIFY)[0]!.kind).toBe('ignored');
  });

  it.each(['0', '-1', '"1"', '1e999', 'null'])('are not touched by a difficulty of %s', (difficulty) => {
    const dialogue = subscribed();
    const line = `{"id":null,"method":"mining.set_difficulty","params":[${difficulty}]}`;
    expect(dialogue.receive(line)[0]!.kind).toBe('ignored');
    expect(difficultyOf(dialogue.receive(NOTIFY))).toBe(1);
  });
});

describe('a submit', () => {
  it('carries the rolled bits alone, all fields in eight lower-case digits', () => {
    const { id, line } = configured('1fffe000').submit(SHARE);
    expect(JSON.parse(line)).toEqual({
      id,
      method: 'mining.submit',
      params: ['address.rig', 'aa', '0000000000000007', '496ab951', '0000beef', '00006000'],
    });
  });

  it('has five parameters without version rolling', () => {
    expect(JSON.parse(subscribed().submit(SHARE).line).params).toHaveLength(5);
    const refused = subscribed();
    refused.receive('{"id":1,"result":{"version-rolling":false},"error":null}');
    expect(JSON.parse(refused.submit(SHARE).line).params).toHaveLength(5);
  });

  it('keeps to the mask as it was last set', () => {
    const dialogue = configured('1fffe000');
    expect(dialogue.receive('{"id":null,"method":"mining.set_version_mask","params":["00002000"]}')).toEqual([
      { kind: 'mask', mask: 0x2000 },
    ]);
    expect(JSON.parse(dialogue.submit(SHARE).line).params[5]).toBe('00002000');
  });

  it('is judged once, by its own id', () => {
    const dialogue = configured('1fffe000');
    const first = dialogue.submit(SHARE);
    const second = dialogue.submit(SHARE);
    expect(dialogue.receive(`{"id":${second.id},"result":null,"error":[22,"Duplicate share",null]}`)).toEqual(
      [{ kind: 'verdict', id: second.id, rejection: { code: 22, reason: 'Duplicate share' } }],
    );
    const accepted = `{"id":${first.id},"result":true,"error":null}`;
    expect(dialogue.receive(accepted)).toEqual([{ kind: 'verdict', id: first.id, rejection: null }]);
    expect(dialogue.receive(accepted)[0]!.kind).toBe('ignored');
  });
});

describe('rejections in every shape in the field', () => {
  it.each([
    [
      'the array of most pools',
      { result: null, error: [21, 'Job not found', null] },
      { code: 21, reason: 'Job not found' },
    ],
    [
      'an object',
      { result: false, error: { code: 23, message: 'low', data: null } },
      { code: 23, reason: 'low' },
    ],
    ['a string', { result: null, error: 'Invalid JobID' }, { code: null, reason: 'Invalid JobID' }],
    ["ckpool's", { result: false, error: null, 'reject-reason': 'Stale' }, { code: null, reason: 'Stale' }],
    ['nothing at all', { result: null, error: null }, { code: null, reason: 'no reason given' }],
  ])('reads %s', (_shape, reply, rejection) => {
    expect(rejectionOf(reply)).toEqual(rejection);
  });
});

describe('what a pool may ask', () => {
  it('is answered for ping and version, with the same id', () => {
    const dialogue = subscribed();
    expect(dialogue.receive('{"id":"p","method":"mining.ping","params":[]}')).toEqual([
      { kind: 'send', line: '{"id":"p","result":"pong","error":null}' },
    ]);
    expect(dialogue.receive('{"id":9,"method":"client.get_version"}')).toEqual([
      { kind: 'send', line: '{"id":9,"result":"agent/1","error":null}' },
    ]);
  });

  it.each([
    ['[]', { host: null, port: null, waitMs: 1000 }],
    ['["pool.example",3334,5]', { host: 'pool.example', port: 3334, waitMs: 5000 }],
    ['["","3334",86400]', { host: null, port: 3334, waitMs: 60_000 }],
  ])('is to reconnect with %s', (params, expected) => {
    expect(subscribed().receive(`{"id":null,"method":"client.reconnect","params":${params}}`)).toEqual([
      { kind: 'reconnect', ...expected },
    ]);
  });

  it('is to show a message', () => {
    expect(subscribed().receive('{"id":null,"method":"client.show_message","params":["hello"]}')).toEqual([
      { kind: 'message', text: 'hello' },
    ]);
  });

  it.each([
    'garbage',
    '[',
    '3',
    'null',
    '{"id":null,"method":"mining.unheard_of"}',
    '{"id":99,"result":true}',
    '{}',
  ])('is ignored when it is %s', (line) => {
    expect(subscribed().receive(line)).toEqual([{ kind: 'ignored', reason: expect.any(String) }]);
  });
});
