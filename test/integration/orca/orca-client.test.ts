import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Server } from 'socket.io';
import { OrcaClient } from '../../../orca/task/src/orca/orca-client.js';
import { systemTimers } from '../../../orca/task/src/system-timers.js';
import type { Timers } from '../../../src/lib/index.js';
import { OrcaRelay, type RelayOptions } from '../../../src/localnet/koii/index.js';
import { atTestEnd } from '../../bitcoind.js';
import { together } from '../../together.js';

interface Container {
  readonly port: number;
  readonly stopped: () => boolean;
}

/** Answers by path: `/echo` with what it was sent, `/large` with 2 MB, `/never` not at all, others with 404. */
async function container(): Promise<Container> {
  const server: HttpServer = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.url === '/never') return;
      const body = Buffer.concat(parts).toString();
      const { method, headers } = request;
      const echo = { method, token: headers['x-task-token'], type: headers['content-type'], body };
      const known: Record<string, unknown> = { '/echo': echo, '/large': 'x'.repeat(2_000_000) };
      const answer = known[request.url ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { error: 'no such route' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let isStopped = false;
  atTestEnd(async () => {
    server.closeAllConnections();
    server.close();
  });
  const stop = async (): Promise<void> => {
    isStopped = true;
  };
  return Object.assign({ port: (server.address() as AddressInfo).port, stopped: () => isStopped }, { stop });
}

async function client(shape: RelayOptions['shape'], startMs = 0) {
  const pod = await container();
  const relay = new OrcaRelay({
    taskId: 'Task',
    shape,
    startPod: async () => {
      await new Promise((resolve) => setTimeout(resolve, startMs));
      return { httpPort: pod.port, stop: (pod as Container & { stop: () => Promise<void> }).stop };
    },
  });
  const url = await relay.start();
  atTestEnd(() => relay.stop());
  const orca = new OrcaClient(
    { url, taskId: 'Task', image: 'localhost/image:1', podSpec: 'kind: Pod' },
    systemTimers,
  );
  atTestEnd(async () => orca.close());
  return { orca, relay, pod };
}

describe.each(['nested', 'flat'] as const)(
  'a call of the container, by a side-car that answers %s',
  (shape) => {
    it('waits for a pod that is only starting, and brings method, headers and body', async () => {
      const { orca, relay } = await client(shape, 1_200);
      const headers = { 'x-task-token': 't', 'content-type': 'application/json' };
      const answer = await orca.call('echo', { method: 'POST', headers, body: { a: 1 }, timeoutMs: 10_000 });
      const body = { method: 'POST', token: 't', type: 'application/json', body: '{"a":1}' };
      expect(answer).toEqual({ status: 200, body });
      // Asked again while "receiver not connected" came back.
      expect(relay.requests.length).toBeGreaterThan(1);
    });

    it('has one content-type, and only where there is a body, whatever the caller names it', async () => {
      const { orca } = await client(shape);
      const typeOf = async (headers: Record<string, string>, body?: object): Promise<unknown> => {
        const call = { method: 'POST' as const, headers, timeoutMs: 10_000 };
        const answer = await orca.call('echo', { ...call, ...(body && { body }) });
        return (answer.body as { type?: unknown }).type;
      };
      for (const name of ['content-type', 'Content-Type', 'CONTENT-TYPE']) {
        expect(await typeOf({ [name]: 'application/json' }, { a: 1 })).toBe('application/json');
        expect(await typeOf({ [name]: 'application/json' })).toBeUndefined();
      }
      expect(await typeOf({}, { a: 1 })).toBe('application/json');
    });

    it('has the status of the container', async () => {
      const { orca } = await client(shape);
      expect(await orca.call('nothing', { method: 'GET', timeoutMs: 10_000 })).toEqual({
        status: 404,
        body: { error: 'no such route' },
      });
    });

    it('ends in time, also where an answer of more than a megabyte makes the relay drop the side-car', async () => {
      const { orca } = await client(shape);
      await orca.call('echo', { method: 'GET', timeoutMs: 10_000 });
      const calls = ['never', 'large'].map((path) => orca.call(path, { method: 'GET', timeoutMs: 1_500 }));
      // Whichever ends first.
      const ends = await Promise.all(
        calls.map((call) => call.catch((error: { code: string }) => error.code)),
      );
      expect(ends).toEqual(['POD_SILENT', 'POD_SILENT']);
    });
  },
);

/** A hundred times as fast as the machine's. */
const FAST: Timers = {
  nowMs: () => 100 * Date.now(),
  after: (delayMs, callback) => systemTimers.after(delayMs / 100, callback),
  every: (periodMs, callback) => systemTimers.every(periodMs / 100, callback),
};

describe('a pod that was still on its way out', () => {
  it('is asked for again, with its specification, while nobody answers', async () => {
    const http = createServer();
    const server = new Server(http);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    atTestEnd(() => server.close());
    const wishes: { readonly podSpec?: string }[] = [];
    server.of('/Task').on('connection', (socket) => {
      socket.on('orcaPulse:init', (wish: { podSpec?: string }) => wishes.push(wish));
      socket.on('rpc:request', ({ id }: { id: string }) => {
        // The first wish came to nothing: there was a pod, and then there was none.
        const answer =
          wishes.length < 2
            ? { id, status: 'error', message: 'receiver not connected' }
            : { id, status: 200, data: { status: 200, data: 'here' } };
        socket.emit('rpc:response', answer);
      });
    });
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const options = { url, taskId: 'Task', image: 'localhost/image:1', podSpec: 'kind: Pod' };
    const orca = new OrcaClient(options, FAST);
    atTestEnd(async () => orca.close());
    const answer = await orca.call('healthz', { method: 'GET', timeoutMs: 900_000 });
    expect(answer).toEqual({ status: 200, body: 'here' });
    expect(wishes.map(({ podSpec }) => podSpec)).toEqual(['kind: Pod', 'kind: Pod']);
  });
});

describe('a call of the container', () => {
  it('is refused above half a megabyte, before the relay drops it', async () => {
    const { orca, relay } = await client('flat');
    const body = { a: 'x'.repeat(512 * 1024) };
    await expect(orca.call('echo', { method: 'POST', body, timeoutMs: 3_000 })).rejects.toMatchObject({
      code: 'CALL_TOO_LARGE',
    });
    expect(relay.requests).toEqual([]);
  });

  it('finds no container where none runs; and the pod goes with the client', async () => {
    const { orca, pod } = await client('flat', 3_000);
    await expect(orca.call('echo', { method: 'GET', timeoutMs: 1_500 })).rejects.toMatchObject({
      code: 'POD_ABSENT',
    });
    const running = await client('flat');
    await running.orca.call('echo', { method: 'GET', timeoutMs: 10_000 });
    running.orca.close();
    while (!running.pod.stopped()) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pod.stopped()).toBe(false);
  });
});

describe('a pod that is gone, on a relay that answers nothing for it', () => {
  const SPEED = 40;
  const HURRIED: Timers = {
    nowMs: () => SPEED * Date.now(),
    after: (delayMs, callback) => systemTimers.after(delayMs / SPEED, callback),
    every: (periodMs, callback) => systemTimers.every(periodMs / SPEED, callback),
  };

  async function scene() {
    const pod = await container();
    const pods = { wishes: 0, failing: 0 };
    const relay = new OrcaRelay({
      ...{ taskId: 'Task', shape: 'nested', sweepMs: 60_000 / SPEED },
      startPod: async () => {
        pods.wishes++;
        if (pods.failing-- > 0) throw new Error('its registry does not answer');
        return { httpPort: pod.port, stop: async () => {} };
      },
    });
    const url = await relay.start();
    atTestEnd(() => relay.stop());
    const start = (): OrcaClient => {
      const options = { url, taskId: 'Task', image: 'localhost/image:1', podSpec: 'kind: Pod' };
      const orca = new OrcaClient(options, HURRIED);
      atTestEnd(async () => orca.close());
      return orca;
    };
    return { pods, relay, start };
  }

  const asked = (orca: OrcaClient): Promise<unknown> =>
    orca.call('echo', { method: 'GET', timeoutMs: 20_000 }).then(
      ({ status }) => status,
      ({ code }: { code: string }) => code,
    );

  /** As the task does each minute. Resolves to how many minutes it took. */
  async function minutesTo(orca: OrcaClient): Promise<number> {
    for (let minutes = 1; minutes <= 15; minutes++) {
      const startMs = HURRIED.nowMs();
      if ((await asked(orca)) === 200) return minutes;
      await new Promise((resolve) => HURRIED.after(60_000 - (HURRIED.nowMs() - startMs), () => resolve(0)));
    }
    return Number.POSITIVE_INFINITY;
  }

  const comesBackAfter = async (minutes: number): Promise<void> => {
    const { pods, relay, start } = await scene();
    const orca = start();
    expect(await asked(orca)).toBe(200);
    await relay.loseSideCar();
    await new Promise((resolve) => HURRIED.after(minutes * 60_000, () => resolve(0)));
    expect(await minutesTo(orca)).toBeLessThanOrEqual(6);
    // One that is made for a connection that the relay has forgotten is made anew with the next one.
    expect(pods.wishes).toBeLessThanOrEqual(3);
  };

  together({
    'is asked for again by a task that was restarted, when the first try came to nothing': async () => {
      const { pods, start } = await scene();
      const first = start();
      expect(await asked(first)).toBe(200);
      first.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      Object.assign(pods, { wishes: 0, failing: 1 });
      expect(await minutesTo(start())).toBeLessThanOrEqual(3);
      expect(pods.wishes).toBe(2);
    },

    'comes back where its side-car was lost just now': () => comesBackAfter(0),
    'comes back where its side-car was lost four minutes ago': () => comesBackAfter(4),
    'is left alone where one call took too long': async () => {
      const { pods, start } = await scene();
      const orca = start();
      expect(await asked(orca)).toBe(200);
      for (let n = 0; n < 6; n++) {
        const slow = orca.call('never', { method: 'GET', timeoutMs: 30_000 });
        await expect(slow).rejects.toMatchObject({ code: 'POD_SILENT' });
        expect(await asked(orca)).toBe(200);
      }
      expect(pods.wishes).toBe(1);
    },
  });
});
