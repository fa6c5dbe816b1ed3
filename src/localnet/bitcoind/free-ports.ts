/** Ports of this machine that nobody has at the moment; all different. */
import { createServer } from 'node:net';

export async function freePorts(count: number): Promise<number[]> {
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
