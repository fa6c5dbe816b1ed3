/**
 * Ports of this machine that nobody has at the moment; all different, also from those that this process was told of
 * before, whose programs may not have opened them yet. They are from below those that systems give to connections on
 * their way out, one of which may have any of them a moment later, and drawn by chance, so that two processes that ask at
 * once hardly get the same.
 */
import { createServer } from 'node:net';

const LOWEST = 10_240;
const COUNT = 19_000;
const told = new Set<number>();
const MOST_TOLD = COUNT / 2;

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
    const run = Array.from({ length }, (_, i) => first + i);
    if (run.some((port) => told.has(port))) continue;
    // Before anybody else in this process asks about them.
    for (const port of run) told.add(port);
    for (const port of told) if (told.size > MOST_TOLD) told.delete(port);
    let areFree = true;
    for (const port of run) areFree &&= await isFree(port, '127.0.0.1');
    if (areFree) return first;
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
