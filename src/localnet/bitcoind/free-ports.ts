/**
 * Ports of this machine that nobody has at the moment; all different, also from those that this process was told of
 * before, whose programs may not have opened them yet.
 */
import { createServer } from 'node:net';

const told = new Set<number>();
/** The kernel has 28,000 to choose from. */
const MOST_TOLD = 10_000;

export async function freePorts(count: number): Promise<number[]> {
  const ports = (await anyFreePorts(count)).filter((port) => !told.has(port));
  for (const port of ports) told.add(port);
  for (const port of told) if (told.size > MOST_TOLD) told.delete(port);
  return ports.length === count ? ports : [...ports, ...(await freePorts(count - ports.length))];
}

async function anyFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The first of two that follow each other. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const [port] = (await freePorts(1)) as [number];
    if (port < 65_535 && (await isFree(port + 1, '127.0.0.1'))) return port;
  }
}

/** Whether nobody on this machine listens there. `host`: every interface where it is absent. */
export function isFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
