import { describe, expect, it, jest } from '@jest/globals';
import { parseMessage } from '../../../../src/stratum/v1/request.js';

describe('a message', () => {
  it('with a method is a request, whatever the order of its keys', () => {
    const request = { kind: 'request', id: '7', method: 'm', params: [1, 'x'] };
    expect(parseMessage('{"id":7,"method":"m","params":[1,"x"]}')).toEqual(request);
    expect(parseMessage('{"params":[1,"x"],"method":"m","jsonrpc":"2.0","id":7}')).toEqual(request);
  });

  it.each([
    ['none', '{"method":"m"}', []],
    ['null', '{"method":"m","params":null}', []],
    ['a lone number', '{"method":"m","params":0.5}', [0.5]],
    ['a lone string', '{"method":"m","params":"x"}', ['x']],
    ['names', '{"method":"m","params":{"x":1}}', []],
  ])('may have for params %s', (_what, line, params) => {
    expect(parseMessage(line)).toMatchObject({ params });
  });

  it.each([
    '{"id":1,"result":"pong","error":null}',
    '{"error":[20,"x",null],"id":1}',
    '{"id":1,"result":null}',
  ])('without a method but with a result or an error is an answer: %s', (line) => {
    expect(parseMessage(line)).toMatchObject({ kind: 'reply', id: 1 });
  });

  it.each(['{}', '{"id":1}', '{"id":1,"method":null}', '{"id":1,"method":7,"result":1}'])(
    'that is neither is a request without a method: %s',
    (line) => {
      expect(parseMessage(line)).toMatchObject({ kind: 'request', method: '' });
    },
  );

  it.each(['\u00ef\u00bb\u00bf{"id":"a","method":"m"}', '{"id":"a","method":"m"}\0\0'])(
    'may stand behind a byte order mark or before the end of a string: %j',
    (line) => {
      expect(parseMessage(line)).toEqual({ kind: 'request', id: '"a"', method: 'm', params: [] });
    },
  );

  it('is read once, whatever stands around it', () => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      const marks = '\u00ef\u00bb\u00bf'.repeat(300);
      expect(() => parseMessage(`${marks}{"id":1,"method":"m"}`)).toThrow(
        expect.objectContaining({ code: 'REQUEST_NOT_JSON' }),
      );
      expect(parse).toHaveBeenCalledTimes(1);
      parseMessage(`{"id":1,"method":"m"}${'\0'.repeat(900)}`);
      expect(parse).toHaveBeenCalledTimes(2);
    } finally {
      parse.mockRestore();
    }
  });

  it.each(['', '\0', '\u00ef\u00bb\u00bf', 'x', '[]', '1', 'null', '"m"', '{"id":'])(
    'has to be an object: %j is not',
    (line) => {
      expect(() => parseMessage(line)).toThrow(expect.objectContaining({ code: 'REQUEST_NOT_JSON' }));
    },
  );
});
