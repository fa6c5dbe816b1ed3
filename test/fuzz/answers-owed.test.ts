/** What the fuzz demands of the pool's words, shown to be refused where it is not so. */
import { describe, expect, it } from '@jest/globals';
import { AnswersOwed } from './answers-owed.js';

const PING = '{"id":1,"method":"mining.ping"}';
const PONG = '{"id":1,"result":"pong","error":null}';

function owing(...lines: readonly string[]): AnswersOwed {
  const owed = new AnswersOwed();
  for (const line of lines) owed.heard(line);
  return owed;
}

describe('an answer', () => {
  it.each([
    ['is not JSON', '{"id":1,"result":"""","error":null}', /no JSON/],
    ['has a control character', '{"id":1,"result":"\x01","error":null}', /control/],
    ['has other keys', '{"id":1,"result":true}', /answer with id,result/],
    ['has another id', '{"id":2,"result":true,"error":null}', /owed an answer/],
    ['spells the id in another way', '{"id":1.0,"result":true,"error":null}', /owed an answer/],
    ['has an error that is none', '{"id":1,"result":null,"error":[19,"x",null]}', /another form/],
    ['has a result and an error', '{"id":1,"result":true,"error":[20,"x",null]}', /another form/],
    ['has neither', '{"id":1,"result":null,"error":null}', /another form/],
    ['is long', `{"id":1,"result":"${'x'.repeat(2_000)}","error":null}`, /bytes in answer to/],
  ])('is refused when it %s', (_what, text, why) => {
    expect(() => owing(PING).said(text)).toThrow(why);
  });

  it('is refused when nobody asked, or asked for it once only', () => {
    expect(() => owing().said(PONG)).toThrow(/nothing/);
    const owed = owing(PING);
    owed.said(PONG);
    expect(() => owed.said(PONG)).toThrow(/nothing/);
  });

  it('is missed when it does not come', () => {
    expect(() => owing(PING).settle()).toThrow(/never answered/);
    const answered = owing(PING);
    answered.said(PONG);
    answered.settle();
  });

  it('comes in the order of the requests, but for shares', () => {
    const submit = '{"id":2,"method":"mining.submit","params":[]}';
    expect(() => owing('{"id":3,"method":"x"}', PING).said(PONG)).toThrow(/owed an answer/);
    const owed = owing(submit, PING);
    owed.said(PONG);
    owed.said('{"id":2,"result":null,"error":[25,"Not subscribed",null]}');
    owed.settle();
    expect([owed.submits, owed.verdicts.get('25')]).toEqual([1, 1]);
  });

  it('is not owed to pongs, answers and wishes without an id', () => {
    owing(
      '{"id":1,"method":"pong"}',
      '{"id":1,"result":"agent"}',
      '{"id":null,"method":"mining.suggest_difficulty","params":[1]}',
    ).settle();
  });
});
