import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Turnstile } from '../../../../src/stratum/guard/turnstile.js';
import { Connection } from '../../../../src/stratum/listener/connection.js';
import type { Floor } from '../../../../src/stratum/listener/floor.js';
import { MinerReport } from '../../../../src/stratum/listener/miner-report.js';
import { FuzzFloor } from '../../../fuzz/fuzz-floor.js';
import type { FuzzSink } from '../../../fuzz/fuzz-sink.js';
import { ADDRESS } from '../../../integration/stratum/pool-under-test.js';

const IP = '127.0.0.1';
/** What one `data` event brings behind what may wait for a turn; Node reads as much again before it knows of the pause. */
const MOST_HELD = 4096 + 65_536;
const MOST_READ = MOST_HELD + 65_536;
/** 271 kB, and within the budget of a stranger. */
const LINES = 290;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A stranger on a floor where its turn comes when the test says so. */
async function stranger(): Promise<{
  client: Socket;
  socket: Socket;
  connection: Connection;
  turn: () => void;
  sink: FuzzSink;
}> {
  const pool = new FuzzFloor();
  let turns: (() => void)[] = [];
  const floor: Floor = {
    ...pool.floor,
    turnstile: new Turnstile(
      (callback) => void turns.push(callback),
      () => pool.clock.nowMs(),
    ),
  };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, IP, resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect((server.address() as { port: number }).port, IP);
  const socket = await accepted;
  closing.push(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  const visit = floor.door.enter(IP, pool.clock.nowMs());
  if (typeof visit === 'string') throw new Error(visit);
  const session = pool.newSession();
  const report = new MinerReport(session, pool.sink, pool.sink);
  const connection = new Connection(socket, session, report, floor, visit, IP, () => {});
  const turn = (): void => {
    const now = turns;
    turns = [];
    for (const callback of now) callback();
  };
  return { client, socket, connection, turn, sink: pool.sink };
}

/** Resolves when nothing more has been read for a tenth of a second. */
async function readToRest(socket: Socket): Promise<void> {
  for (let read = -1; read !== socket.bytesRead; ) {
    read = socket.bytesRead;
    await sleep(100);
  }
}

describe('a stranger whose turn does not come', () => {
  it('is not read from once a few lines wait, and has every line answered when it comes', async () => {
    const { client, socket, connection, turn } = await stranger();
    let answers = 0;
    client.on('data', (chunk: Buffer) => {
      answers += chunk.filter((byte) => byte === 0x0a).length;
    });
    const line = `{"id":1,"method":"mining.ping","params":["${'x'.repeat(900)}"]}\n`;
    client.write(line.repeat(LINES));
    await readToRest(socket);
    expect(socket.bytesRead).toBeGreaterThan(4096);
    expect(connection.heldBytes).toBeLessThanOrEqual(MOST_HELD);
    expect(connection.holding(0).waitingBytes).toBe(connection.heldBytes);
    expect(socket.bytesRead).toBeLessThanOrEqual(MOST_READ);
    for (let round = 0; round < 1_000 && answers < LINES; round++) {
      turn();
      await sleep(1);
    }
    expect(answers).toBe(LINES);
    expect(connection.heldBytes).toBe(0);
  });

  it('has the lines behind a login looked at in its turns too, 32 a round of the event loop with it', async () => {
    const { client, socket, turn, sink } = await stranger();
    sink.setDisk('hold');
    // For a job of another listener, which is asked about each one.
    const submit =
      '{"id":2,"method":"mining.submit","params":["x","a600000000000001","0000000000000001","00000000","00000000"]}\n';
    client.write(`{"id":1,"method":"mining.authorize","params":["${ADDRESS}","x"]}\n${submit.repeat(35)}`);
    await readToRest(socket);
    const asked = [];
    for (let round = 0; round < 3; round++) {
      turn();
      asked.push(sink.asked);
    }
    expect(asked).toEqual([31, 35, 35]);
  });
});
