import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { HttpKoiiNode } from '../../../orca/task/src/koii/http-koii-node.js';
import { readNodeArguments } from '../../../orca/task/src/koii/node-arguments.js';
import { type NamespaceWrapper, PackagedKoiiNode } from '../../../orca/task/src/koii/packaged-koii-node.js';
import { SteadyKoiiNode } from '../../../orca/task/src/koii/steady-koii-node.js';
import { WireClient } from '../../../orca/task/src/koii/wire-client.js';
import { ManualClock } from '../../../src/lib/index.js';
import { atTestEnd } from '../../bitcoind.js';

/** Half a second passes at once. */
const TIMERS = Object.assign(new ManualClock(), {
  after: (_delayMs: number, callback: () => void) => {
    setImmediate(callback);
    return () => {};
  },
});

/** Each way to a node that fails the first calls of each method, as either of them says so. */
const WAYS = {
  'our client': (times: number, status: number | null, calls: string[]) => {
    const call = async (method: string) => {
      calls.push(method);
      const isFailed = calls.filter((each) => each === method).length <= times;
      return isFailed ? { error: { status, message: 'busy' } } : 77;
    };
    return new HttpKoiiNode({ call } as unknown as WireClient);
  },
  "Koii's package": (times: number, _status: number | null, calls: string[]) => {
    const answering = (method: string) => async () => {
      calls.push(method);
      const isFailed = calls.filter((each) => each === method).length <= times;
      return isFailed ? { error: 'busy' } : 77;
    };
    const wrapper = {
      getSlot: answering('getCurrentSlot'),
      checkSubmissionAndUpdateRound: answering('checkSubmissionAndUpdateRound'),
    };
    return new PackagedKoiiNode(wrapper as unknown as NamespaceWrapper, (key) => key, 'http://127.0.0.1');
  },
};

describe.each(Object.entries(WAYS))('a Koii node by %s', (_name, way) => {
  it.each([422, 500, null])(
    'is asked again for what it does not answer, and does nothing twice: %s',
    async (status) => {
      const calls: string[] = [];
      const node = new SteadyKoiiNode(way(3, status, calls), TIMERS);
      expect(await node.slot()).toBe(77);
      expect(calls).toHaveLength(4);
      await expect(node.submit('x', 1)).rejects.toMatchObject({ code: expect.stringMatching(/^KOII_/) });
      expect(calls).toHaveLength(5);
    },
  );

  it('is given up after a while', async () => {
    const calls: string[] = [];
    const node = new SteadyKoiiNode(way(99, 422, calls), TIMERS);
    await expect(node.slot()).rejects.toMatchObject({ code: expect.stringMatching(/^KOII_/) });
    expect(calls).toHaveLength(4);
  });
});

describe('our client of a Koii node', () => {
  it('is given up at once where it is not known', async () => {
    const calls: string[] = [];
    const node = new SteadyKoiiNode(WAYS['our client'](99, 401, calls), TIMERS);
    await expect(node.slot()).rejects.toThrow('busy');
    expect(calls).toHaveLength(1);
  });

  it('waits so long for an answer and no longer, and says what a proxy answers in place of JSON', async () => {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (Buffer.concat(parts).toString().includes('getRpcUrl')) response.writeHead(502).end('<html>');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    atTestEnd(async () => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const wire = new WireClient(port, 'Task', 'secret', { toRead: 100, toAct: 300 });
    for (const [method, leastMs, status] of [
      ['getRound', 100, null],
      ['logger', 300, null],
      ['getRpcUrl', 0, 502],
    ] as const) {
      const startedMs = Date.now();
      expect(await wire.call(method)).toMatchObject({ error: { status } });
      expect(Date.now() - startedMs).toBeGreaterThanOrEqual(leastMs - 5);
    }
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
