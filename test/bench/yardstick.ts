/**
 * How fast the machine is at what the share path is made of, measured in the same call as the rows: a virtual machine is
 * not the same one every day, and figures of two days can be compared by these. Each takes a third of a second.
 */
import { closeSync, fdatasyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { sha256d } from '../../src/lib/index.js';
import { Durations, repeat } from './measurement.js';

export interface Yardstick {
  /** One write of 100 bytes to a loopback TCP socket and the read of them at its other end. */
  readonly sendAndReceiveUs: number;
  /** One thread wakes another, and that one the first. */
  readonly wakeThereAndBackUs: number;
  /** Of 80 bytes, in JavaScript. */
  readonly doubleHashesPerSecond: number;
  /** 4 KiB written and synced, in the folder that the rows write into. */
  readonly syncMs: number;
}

const LASTING_MS = 330;
const MESSAGE_BYTES = 100;

/** Runs `once` until the time is over; how many a second. */
function perSecond(once: () => void): number {
  let times = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < LASTING_MS) {
    for (let i = 0; i < 50; i++) once();
    times += 50;
  }
  return (1000 * times) / (performance.now() - startMs);
}

/** Node has no name for it, and nothing else reads or writes a socket in one system call and no more. */
function descriptorOf(socket: Socket): number {
  return (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

async function sendAndReceiveUs(): Promise<number> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const near = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  const far = await accepted;
  try {
    const [out, into] = [descriptorOf(near), descriptorOf(far)];
    const message = Buffer.alloc(MESSAGE_BYTES, 1);
    const received = Buffer.alloc(MESSAGE_BYTES);
    const pair = (): void => {
      writeSync(out, message);
      let got = 0;
      while (got < MESSAGE_BYTES) {
        try {
          got += readSync(into, received);
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'EAGAIN') throw error;
        }
      }
    };
    return 1e6 / perSecond(pair);
  } finally {
    near.destroy();
    far.destroy();
    server.close();
  }
}

const ECHO = `
const { workerData } = require('node:worker_threads');
const turn = new Int32Array(workerData);
for (;;) {
  Atomics.wait(turn, 0, 0);
  if (Atomics.load(turn, 0) === 2) break;
  Atomics.store(turn, 0, 0);
  Atomics.notify(turn, 0);
}`;

async function wakeThereAndBackUs(): Promise<number> {
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(ECHO, { eval: true, workerData: turn.buffer });
  await new Promise<void>((resolve) => worker.once('online', resolve));
  const there = (): void => {
    Atomics.store(turn, 0, 1);
    Atomics.notify(turn, 0);
    Atomics.wait(turn, 0, 1);
  };
  const figure = 1e6 / perSecond(there);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  Atomics.store(turn, 0, 2);
  Atomics.notify(turn, 0);
  await ended;
  return figure;
}

function syncMs(folder: string): number {
  const path = join(folder, 'yardstick');
  const file = openSync(path, 'w');
  const block = new Uint8Array(4096).fill(1);
  try {
    const durations = new Durations();
    repeat(LASTING_MS, durations, () => {
      writeSync(file, block);
      fdatasyncSync(file);
    });
    return durations.figures().p50Ms!;
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

export async function measureYardstick(folder: string): Promise<Yardstick> {
  const header = new Uint8Array(80);
  return {
    sendAndReceiveUs: await sendAndReceiveUs(),
    wakeThereAndBackUs: await wakeThereAndBackUs(),
    doubleHashesPerSecond: perSecond(() => {
      header[76] = (header[76]! + 1) & 0xff;
      sha256d(header);
    }),
    syncMs: syncMs(folder),
  };
}

export function yardstickText(yardstick: Yardstick): string {
  const { sendAndReceiveUs, wakeThereAndBackUs, doubleHashesPerSecond, syncMs } = yardstick;
  return (
    `send and receive 100 bytes ${sendAndReceiveUs.toFixed(1)} µs, wake a thread and be woken ` +
    `${wakeThereAndBackUs.toFixed(1)} µs, ${Math.round(doubleHashesPerSecond).toLocaleString('en-US')} double SHA-256/s in ` +
    `JavaScript, sync of 4 KiB ${syncMs.toFixed(2)} ms`
  );
}
