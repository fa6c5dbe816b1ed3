/** Whether a port can be listened on, found out by listening on it for a moment. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode, errorMessage } from '../../lib/index.js';
import { type Finding, fail, ok } from './finding.js';

export async function checkPort(about: string, host: string, port: number, flag: string): Promise<Finding> {
  if (port === 0) return ok(about, `${host}, any free port`);
  const place = `${host}:${port}`;
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return ok(about, `${place} is free`);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EADDRINUSE') {
      const todo = `if that is not Orcapool itself: ss -ltnp 'sport = :${port}' shows who it is; or choose another with ${flag}`;
      return fail(about, `${place} is taken`, todo);
    }
    if (code === 'EACCES')
      return fail(about, `${place} is not allowed to this user`, `choose one above 1023 with ${flag}`);
    if (code === 'EADDRNOTAVAIL')
      return fail(about, `this machine has no address ${host}`, 'set it to one of its own, or to 0.0.0.0');
    return fail(
      about,
      `${place} cannot be listened on: ${errorMessage(error)}`,
      `choose another with ${flag}`,
    );
  }
}
