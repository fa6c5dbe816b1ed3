import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rawId } from '../../../../src/stratum/v1/raw-id.js';

describe('the id of a message', () => {
  it.each([
    '1',
    '1e3',
    '1.0',
    '-0',
    '1E+2',
    '123456789012345678901234567890',
    'null',
    'true',
    '"seven"',
    '"\\u0041\\"\\\\"',
    '"a\\\\"',
    '""',
    '{"a":[1,"}"],"id":2}',
    '[1, [2], {"id":"x"}]',
    '"é\u2028"',
  ])('%s is the text the miner wrote', (id) => {
    expect(rawId(`{"id":${id},"method":"m","params":[]}`)).toBe(id);
    expect(rawId(`{"params":["id",{"id":9}],"method":"m","id":${id}}`)).toBe(id);
    expect(rawId(` {\t"method" : "a:b,{" , "id" :\r ${id} \t} `)).toBe(id);
  });

  it.each(['{}', '{"method":"m"}', '{"params":[{"id":5}]}', '{"x":"\\"id\\":5","ID":6,"i":{"id":7}}'])(
    'is null for %s, which has none of its own',
    (line) => {
      expect(rawId(line)).toBe('null');
    },
  );

  it('is found under a key that is spelled with escapes', () => {
    expect(rawId('{"\\u0069d":1.50}')).toBe('1.50');
  });

  it('is the last of several, as JSON.parse has it', () => {
    expect(rawId('{"id":1.0,"id":2.0}')).toBe('2.0');
    expect(rawId('{"id":1.0,"\\u0069d":2.0}')).toBe('2.0');
    expect(rawId('{"id":1.0,"params":["id"]}')).toBe('1.0');
  });

  it('means what JSON.parse makes of it, for every object', () => {
    const member = fc.tuple(fc.constantFrom('id', 'method', 'params', 'i"d', ''), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 6 }),
        fc.constantFrom(undefined, 1, '\t'),
        (members, space) => {
          const object = Object.fromEntries(members);
          const text = JSON.stringify(object, null, space);
          expect(JSON.parse(rawId(text))).toEqual(JSON.parse(JSON.stringify(object.id ?? null)));
        },
      ),
    );
  });
});
