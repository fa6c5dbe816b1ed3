import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { serveRoutes } from '../../../orca/task/src/status-server.js';
import { freePorts } from '../../../src/localnet/index.js';

it('answers by either address of this machine: a Koii node asks localhost, which is one of them', async () => {
  const [port] = await freePorts(1);
  const archives = { answer: async () => {} };
  const server = await serveRoutes({ '/status': async () => ({ well: true }) }, archives, port!);
  try {
    expect(await (await fetch(`http://127.0.0.1:${port}/status`)).json()).toEqual({ well: true });
    expect(await (await fetch(`http://[::1]:${port}/status`)).json()).toEqual({ well: true });
  } finally {
    server.close();
  }
});

/** Resolves to the status of the answer; null where the connection ended without one. */
function statusOfRaw(port: number, request: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? NaN) || null));
  });
}

it('answers whatever a stranger sends, and goes on', async () => {
  const [port] = await freePorts(1);
  const circle: Record<string, unknown> = {};
  circle.itself = circle;
  const routes = { '/status': async () => ({ well: true }), '/circle': async () => circle };
  const server = await serveRoutes(routes, { answer: async () => {} }, port!);
  const asked = async (target: string, method = 'GET') =>
    await statusOfRaw(port!, `${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  try {
    for (const target of ['//', '///', 'http://', '//[', '//x:99999/status']) {
      expect([target, await asked(target)]).toEqual([target, 400]);
    }
    expect(await asked('//', 'POST')).toBe(400);
    // Of no route, though every object has such a member.
    for (const target of ['/constructor', '/__proto__', '*', '/%']) {
      expect([target, await asked(target)]).toEqual([target, 404]);
    }
    expect(await asked('/circle')).toBe(503);
    expect(await statusOfRaw(port!, 'no HTTP at all\r\n\r\n')).toBe(400);
    // Of a server that is up, a connection that cannot be accepted.
    for (let i = 0; i < 2; i++) server.emit('error', new Error('accept EMFILE'));
    expect(await asked('/status')).toBe(200);
  } finally {
    server.close();
  }
});
