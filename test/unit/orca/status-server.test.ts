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
