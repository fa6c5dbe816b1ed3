/**
 * Ports of this machine that nobody has at the moment; all different, also from those that somebody was told of before,
 * whose programs may not have opened them yet or are being started again. For that the UDP port of the same number is
 * held, which no two processes can and which ends with this one. They are from below those that systems give to
 * connections on their way out, one of which may have any of them a moment later.
 */
import { createSocket, type Socket } from 'node:dgram';
import { createServer } from 'node:net';

const LOWEST = 10_240;
const COUNT = 19_000;
/** Held by this process, by port, the oldest first; of more the oldest are given up. */
const held = new Map<number, Socket>();
const MOST_HELD = 300;

export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freeRun(1));
  return ports;
}

/** The first of two that follow each other. */
export function freePortPair(): Promise<number> {
  return freeRun(2);
}

/** The first of so many that follow each other. */
async function freeRun(length: number): Promise<number> {
  for (;;) {
    const first = LOWEST + Math.floor(Math.random() * COUNT);
    const taken: number[] = [];
    while (taken.length < length) {
      const port = first + taken.length;
      if (!(await hold(port))) break;
      taken.push(port);
      if (!(await isFree(port, '127.0.0.1'))) break;
      if (taken.length === length) return first;
    }
    for (const port of taken) giveUp(port);
  }
}

/** False where this process or another has it. */
function hold(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.unref();
      held.set(port, socket);
      for (const each of held.keys()) if (held.size > MOST_HELD) giveUp(each);
      resolve(true);
    });
  });
}

function giveUp(port: number): void {
  held.get(port)?.close();
  held.delete(port);
}

/** Whether nobody on this machine listens there. `host`: every interface where it is absent. */
export function isFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
