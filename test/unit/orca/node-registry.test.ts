import { expect, it } from '@jest/globals';
import { packageUrlAt, readNodeUrls } from '../../../orca/task/src/koii/node-registry.js';

const of = (submitterPubkey: unknown, url: unknown, timestamp: unknown = 1) => ({
  ...{ data: { url, timestamp }, submitterPubkey, owner: 'x', signature: 'y', task: 't' },
});

it('of each key the newest address counts, and what is none is passed over', () => {
  const nodes = [
    of('a', 'http://203.0.113.7:5644', 2),
    of('a', 'http://203.0.113.8:5644', 1),
    of('b', 'https://b.example/'),
    of('c', 'ftp://203.0.113.9'),
    of('d', 'no address'),
    of('e', undefined),
    of(7, 'http://203.0.113.9'),
    { submitterPubkey: 'f' },
    null,
    'g',
  ];
  expect([...readNodeUrls(nodes)]).toEqual([
    ['a', 'http://203.0.113.7:5644'],
    ['b', 'https://b.example/'],
  ]);
  for (const answer of [undefined, null, {}, 'nodes']) expect(readNodeUrls(answer).size).toBe(0);
});

it("the package of a round is at the task's own route, whatever lies behind the address", () => {
  const url = 'http://203.0.113.7:5644/task/T/rounds/7/package';
  for (const node of ['http://203.0.113.7:5644', 'http://203.0.113.7:5644/some/path?query']) {
    expect(packageUrlAt(node, 'T', 7)).toBe(url);
  }
});
