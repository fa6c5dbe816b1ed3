import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from '@jest/globals';
import { pausePromptly } from '../../../../src/stratum/transport/prompt-pause.js';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

it('takes a segment or two of what comes while nobody reads, and all of it afterwards', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  closing.push(() => {
    for (const each of [client, socket]) each.destroy();
    server.close();
  });
  pausePromptly(socket);
  let heard = 0;
  socket.on('data', ({ length }: Buffer) => {
    heard += length;
  });
  client.setNoDelay(true);
  client.write('.');
  while (heard < 1) await sleep(5);
  socket.pause();
  for (let i = 0; i < 200; i++) {
    client.write('.');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sleep(50);
  expect(socket.bytesRead).toBeLessThanOrEqual(4);
  socket.resume();
  while (heard < 201) await sleep(5);
  expect(socket.bytesRead).toBe(201);
});
