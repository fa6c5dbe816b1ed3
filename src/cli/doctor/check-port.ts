/** Whether a port can be listened on, found out by listening on it for a moment. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode, errorMessage } from '../../lib/index.js';
import { type Finding, fail, ok } from './finding.js';

/** The words by which a person changes what is examined. */
export interface PortNames {
  /** `stratum port` */
  readonly about: string;
  /** `stratum.host` */
  readonly hostSetting: string;
  /** `--stratum-port` */
  readonly portFlag: string;
}

export async function checkPort(
  { about, hostSetting, portFlag }: PortNames,
  host: string,
  port: number,
): Promise<Finding> {
  const place = port === 0 ? `${host}, any free port` : `${host}:${port}`;
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return ok(about, port === 0 ? place : `${place} is free`);
  } catch (error) {
    const elsewhere = `set ${hostSetting} to an address of this machine, or to 0.0.0.0`;
    switch (errorCode(error)) {
      case 'EADDRINUSE': {
        const todo = `if that is not Orcapool itself: ss -ltnp 'sport = :${port}' shows who it is; or choose another with ${portFlag}`;
        return fail(about, `${place} is taken`, todo);
      }
      case 'EACCES':
        return fail(about, `${place} is not allowed to this user`, `choose one above 1023 with ${portFlag}`);
      case 'EADDRNOTAVAIL':
        return fail(about, `this machine has no address ${host}`, elsewhere);
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return fail(about, `${hostSetting} is ${host}, a name for which no address is found`, elsewhere);
      default: {
        const told = `${place} cannot be listened on: ${errorMessage(error)}`;
        return fail(about, told, `choose another with ${portFlag}, or another ${hostSetting}`);
      }
    }
  }
}
