import { expect, it } from '@jest/globals';
import { LineSplitter } from '../../../src/miner/index.js';

it('joins what TCP has cut and cuts what it has joined', () => {
  const splitter = new LineSplitter(100);
  expect(splitter.push('{"a"')).toEqual([]);
  expect(splitter.push(':1}\n{"b":2}\r\n\n{"c"')).toEqual(['{"a":1}', '{"b":2}']);
  expect(splitter.push(':3}\n')).toEqual(['{"c":3}']);
});

it('gives up on a line that does not end', () => {
  const splitter = new LineSplitter(10);
  splitter.push('0123456789');
  expect(() => splitter.push('x')).toThrow(expect.objectContaining({ code: 'LINE_TOO_LONG' }));
});
