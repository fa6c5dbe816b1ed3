import { describe, expect, it } from '@jest/globals';
import { HttpKoiiNode } from '../../../orca/task/src/koii/http-koii-node.js';
import { readNodeArguments } from '../../../orca/task/src/koii/node-arguments.js';
import type { WireClient } from '../../../orca/task/src/koii/wire-client.js';

/** A node that refuses the first calls of each method. */
function refusing(times: number, status = 422) {
  const calls: string[] = [];
  const wire = {
    call: async (method: string) => {
      calls.push(method);
      const isRefused = calls.filter((each) => each === method).length <= times;
      return isRefused ? { error: { status, message: 'busy' } } : 77;
    },
  } as unknown as WireClient;
  return { node: new HttpKoiiNode(wire), calls };
}

describe('our client of a Koii node', () => {
  it('asks again for what K2 refused for a moment, and does nothing twice', async () => {
    const { node, calls } = refusing(2);
    expect(await node.slot()).toBe(77);
    expect(calls).toHaveLength(3);
    await expect(node.submit('x', 1)).rejects.toMatchObject({ code: 'KOII_REFUSED' });
    expect(calls).toHaveLength(4);
  });

  it('gives up after a while, and at once where it is not known', async () => {
    const busy = refusing(99);
    await expect(busy.node.slot()).rejects.toMatchObject({ code: 'KOII_REFUSED' });
    expect(busy.calls).toHaveLength(4);
    const stranger = refusing(99, 401);
    await expect(stranger.node.slot()).rejects.toThrow('busy');
    expect(stranger.calls).toHaveLength(1);
  });
});

describe('the arguments that a Koii node gives', () => {
  const argv = (stake: string): string[] => [
    ...['node', 'main.js', 'Pool', 'task', '30018', 'service', 'main', 'secret', 'k2', 'url', stake, '30017'],
  ];

  it('are read whatever it has for the stake, which K2 knows better', () => {
    for (const stake of ['5000000000', 'undefined', '5000000000.5', '']) {
      expect(readNodeArguments(argv(stake))).toMatchObject({
        taskId: 'task',
        httpPort: 30018,
        nodePort: 30017,
      });
    }
    expect(() => readNodeArguments(['node', 'main.js'])).toThrow('ten arguments');
  });
});
