import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Turnstile } from '../../../../src/stratum/guard/turnstile.js';
import type { Waiting } from '../../../../src/stratum/guard/waiting-rows.js';
import { Connection } from '../../../../src/stratum/listener/connection.js';
import type { Floor } from '../../../../src/stratum/listener/floor.js';
import { MinerReport } from '../../../../src/stratum/listener/miner-report.js';
import { pausePromptly } from '../../../../src/stratum/transport/prompt-pause.js';
import { type BeforeTls, setBeforeTls } from '../../../../src/stratum/transport/unread.js';
import { PoolWords } from '../../../dialogues/pool-words.js';
import { FuzzFloor } from '../../../fuzz/fuzz-floor.js';
import { FuzzMiner } from '../../../fuzz/fuzz-miner.js';
import type { FuzzSink } from '../../../fuzz/fuzz-sink.js';
import { ADDRESS } from '../../../integration/stratum/pool-under-test.js';

const IP = '127.0.0.1';
/** What one `data` event brings behind what may wait for a turn; Node reads as much again before it knows of the pause. */
const ONE_READ = 65_536;
const MOST_HELD = 4096 + ONE_READ;
const MOST_READ = MOST_HELD + ONE_READ;
const MOST_HELD_OF_PROVEN = 2 * ONE_READ;
/** 271 kB, and within the budget of a stranger. */
const LINES = 290;

const LOGIN = `{"id":1,"method":"mining.authorize","params":["${ADDRESS}","x"]}\n`;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A stranger on a floor where its turn comes when the test says so. `tls`: as if it came over that. */
async function stranger(tls?: BeforeTls): Promise<{
  client: Socket;
  socket: Socket;
  connection: Connection;
  turn: () => void;
  sink: FuzzSink;
  /** What waited for a turn last. */
  waiting: () => Waiting | null;
  nowMs: () => number;
  pool: FuzzFloor;
}> {
  const pool = new FuzzFloor();
  let turns: (() => void)[] = [];
  let waiting: Waiting | null = null;
  const floor: Floor = {
    ...pool.floor,
    turnstile: new Turnstile(
      (callback) => void turns.push(callback),
      () => pool.clock.nowMs(),
    ),
  };
  const add = floor.turnstile.add.bind(floor.turnstile);
  floor.turnstile.add = (lines) => {
    waiting = lines;
    add(lines);
  };
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, IP, resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const client = connect((server.address() as { port: number }).port, IP);
  const socket = await accepted;
  if (tls !== undefined) setBeforeTls(socket, tls);
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
  const nowMs = (): number => pool.clock.nowMs();
  return { client, socket, connection, turn, sink: pool.sink, waiting: () => waiting, nowMs, pool };
}

/** Resolves when nothing more has been read for a tenth of a second. */
async function readToRest(socket: Socket): Promise<void> {
  for (let read = -1; read !== socket.bytesRead; ) {
    read = socket.bytesRead;
    await sleep(100);
  }
}

/** Its turn, and the one in which the log's answer is told. */
async function logIn({
  client,
  socket,
  turn,
}: Pick<Awaited<ReturnType<typeof stranger>>, 'client' | 'socket' | 'turn'>): Promise<void> {
  client.write(LOGIN);
  await readToRest(socket);
  for (let i = 0; i < 2; i++) {
    turn();
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

  it('keeps little more than what waits for its budget, whatever came with it', async () => {
    const { client, socket, connection, turn } = await stranger();
    const line = `{"id":1,"method":"mining.ping","params":["${'x'.repeat(140)}"]}\n`;
    client.write(line.repeat(310));
    await readToRest(socket);
    expect(connection.heldBytes).toBe(310 * line.length);
    for (let round = 0; round < 100; round++) turn();
    await sleep(20);
    expect(connection.heldBytes).toBeGreaterThanOrEqual(9 * line.length);
    expect(connection.heldBytes).toBeLessThan(20 * line.length);
  });

  it('is read from once a second when it sends empty lines in a segment each, while its own wait', async () => {
    const { client, socket } = await stranger();
    pausePromptly(socket);
    client.setNoDelay(true);
    for (let i = 0; i < 700; i++) {
      client.write('\n');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await readToRest(socket);
    expect(socket.isPaused()).toBe(true);
    expect(socket.bytesRead).toBeLessThan(400);
  });

  it('has the line that its budget had no room for answered, also where it is the last', async () => {
    const { client, socket, connection, turn, pool } = await stranger();
    let text = '';
    client.on('data', (chunk) => {
      text += chunk;
    });
    client.write('{"id":1,"method":"mining.ping","params":[]}\n'.repeat(300));
    client.write('{"id":"last","method":"mining.ping","params":[]}\n');
    await readToRest(socket);
    for (let round = 0; round < 100; round++) turn();
    await sleep(20);
    expect(text).not.toContain('"last"');
    pool.clock.advance(1_000);
    connection.tick(pool.clock.nowMs());
    turn();
    await sleep(20);
    expect(text).toContain('{"id":"last","result":"pong"');
    expect(socket.destroyed).toBe(false);
  });

  it('is read from once a second when it sends its lines byte by byte, beyond a few of them', async () => {
    const { client, socket, connection, turn, pool } = await stranger();
    pausePromptly(socket);
    client.setNoDelay(true);
    let answer = '';
    client.on('data', (chunk) => {
      answer += chunk;
    });
    let reads = 0;
    socket.on('data', () => {
      reads++;
    });
    const line = `{"id":1,"method":"mining.ping","params":["${'x'.repeat(900)}"]}\n`;
    for (const byte of line) {
      client.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await readToRest(socket);
    expect(reads).toBeLessThan(310);
    expect(socket.bytesRead).toBeLessThan(400);
    pool.clock.advance(1_000);
    connection.tick(pool.clock.nowMs());
    await readToRest(socket);
    expect(socket.bytesRead).toBe(line.length);
    expect(reads).toBeLessThan(320);
    turn();
    await sleep(20);
    expect(JSON.parse(answer)).toMatchObject({ id: 1, result: 'pong' });
  });

  it.each([
    ['a short line', `{"id":1,"method":"mining.ping","params":[]}\n`, 'other'],
    ['a share', '{"id":1,"method":"mining.submit","params":[]}\n', 'share'],
    ['a long one', `{"id":1,"method":"mining.ping","params":["${'x'.repeat(480)}"]}\n`, 'long'],
    [
      'one spelled like a share',
      `{"id":1,"method":"mining.submit","params":["${'x'.repeat(480)}"]}\n`,
      'long',
    ],
    ['what has come of a long one', 'x'.repeat(513), 'long'],
    ['a login whose name is not yet known, and a short one', `${LOGIN}${'x'.repeat(500)}\n`, 'other'],
    ['a login whose name is not yet known, and a share', `${LOGIN}mining.submit\n`, 'share'],
    ['a login whose name is not yet known, and a long one', `${LOGIN}${'x'.repeat(520)}\n`, 'long'],
  ])('says of what comes next what it is spelled like: %s', async (_, text, next) => {
    const { client, socket, turn, sink, waiting } = await stranger();
    sink.setDisk('hold');
    client.write(text);
    await readToRest(socket);
    // The login itself is worked off; what is behind it is looked at.
    if (text.startsWith(LOGIN)) waiting()!.workOff(1);
    expect(waiting()!.next).toBe(next);
    turn();
    // Where nothing is left it need not wait among those that are no shares.
    expect(waiting()!.next).toBe(text === 'x'.repeat(513) ? 'long' : 'share');
  });

  it('of which a long line has no room left in its budget is one whose next line is long', async () => {
    const { client, socket, waiting } = await stranger();
    const short = '{"id":1,"method":"mining.ping","params":[]}\n';
    client.write(short.repeat(300) + short.replace('[]', `["${'x'.repeat(600)}"]`) + short);
    await readToRest(socket);
    expect(waiting()!.workOff(299)).toBe(true);
    expect(waiting()!.next).toBe('other');
    expect(waiting()!.workOff(10)).toBe(false);
    expect(waiting()!.next).toBe('long');
  });

  it.each([
    ['no other turn where nothing is behind it', LOGIN, false],
    ['one more for what is behind it', `${LOGIN}x\n`, true],
  ])('and whose login is under way asks for %s', async (_, text, more) => {
    const { client, socket, sink, waiting } = await stranger();
    sink.setDisk('hold');
    client.write(text);
    await readToRest(socket);
    expect(waiting()!.workOff(1)).toBe(more);
  });

  it('is charged for a long line that is looked at behind its login, and for no short one', async () => {
    const { client, socket, sink, waiting } = await stranger();
    sink.setDisk('hold');
    client.write(`${LOGIN}${'x'.repeat(300)}\n${'x'.repeat(2_000)}\n`);
    await readToRest(socket);
    const { debt } = waiting()!;
    const owesAfter = (lines: number): boolean => {
      waiting()!.workOff(lines);
      debt.spend(5, 0);
      return debt.isOwing(0);
    };
    // The login, what is behind it, and then that.
    expect([owesAfter(1), owesAfter(1), owesAfter(1)]).toEqual([false, false, true]);
  });

  it.each([
    ['charged for logging in again where that is spelled like a share', 'mining.submit', true],
    ['not charged for logging in again', 'x', false],
  ])('is %s', async (_, password, owes) => {
    const { client, socket, turn, waiting, nowMs } = await stranger();
    await logIn({ client, socket, turn });
    client.write(LOGIN.replace('"x"', `"${password}"`).repeat(30));
    await readToRest(socket);
    for (let i = 0; i < 30; i++) {
      waiting()!.workOff(1);
      // What is free of a look into a map.
      waiting()!.debt.spend(0.02, nowMs());
    }
    expect(waiting()!.debt.isOwing(nowMs())).toBe(owes);
  });

  it.each([
    ['before the tip was replaced, is good', 0, 30_000, null],
    ['while others still had time for theirs, is good', 4_000, 30_000, null],
    ['too late, is not', 6_000, 0, 21],
    ['in time, but so long ago that nobody would believe it, is not', 0, 66_000, 21],
  ])('has its share judged by when it came: one that came %s', async (_, lateMs, waitMs, code) => {
    const { client, socket, turn, pool } = await stranger();
    const miner = new FuzzMiner(ADDRESS);
    const words = new PoolWords('latin1');
    const answers = new Map<unknown, unknown>();
    client.on('data', (chunk: Buffer) => {
      for (const said of words.take(chunk).map((text) => JSON.parse(text))) {
        miner.hear(said);
        answers.set(said.id, said.error);
      }
    });
    const subscribe = '{"id":1,"method":"mining.subscribe","params":[]}\n';
    client.write(miner.fill(`${subscribe}{"id":2,"method":"mining.authorize","params":["<user>"]}\n`));
    for (let i = 0; i < 5; i++) {
      await readToRest(socket);
      turn();
    }
    await sleep(50);
    miner.solve('share');
    const submit = miner.fill(
      '{"id":9,"method":"mining.submit","params":["<user>","<job>","<extranonce2>","<time>","<nonce>"]}\n',
    );
    const comes = async (): Promise<void> => {
      client.write(submit);
      await readToRest(socket);
    };
    pool.clock.advance(1_000);
    if (lateMs === 0) await comes();
    pool.clock.advance(1_000);
    pool.setWork('block');
    pool.clock.advance(lateMs);
    if (lateMs > 0) await comes();
    // Until its turn comes.
    pool.clock.advance(waitMs);
    turn();
    await sleep(100);
    expect([...answers.keys()]).toContain(9);
    expect((answers.get(9) as unknown[] | null)?.[0] ?? null).toBe(code);
  });

  it('is answered its login in its turn, for what it has had of the time itself', async () => {
    const { client, socket, turn, waiting } = await stranger();
    let answers = '';
    client.on('data', (chunk: Buffer) => {
      answers += chunk.toString();
    });
    client.write(LOGIN);
    await readToRest(socket);
    const { debt } = waiting()!;
    turn();
    await sleep(100);
    expect(answers).toBe('');
    expect(waiting()).toMatchObject({ debt: expect.anything(), next: 'other' });
    expect(waiting()!.debt).toBe(debt);
    turn();
    await sleep(100);
    expect(JSON.parse(answers)).toEqual({ id: 1, result: true, error: null });
  });

  it('and has proved work is answered its logins among those who have, whatever strangers say', async () => {
    const { client, socket, connection, turn } = await stranger();
    let answers = '';
    client.on('data', (chunk: Buffer) => {
      answers += chunk.toString();
    });
    await logIn({ client, socket, turn });
    expect(JSON.parse(answers)).toMatchObject({ id: 1, result: true });
    answers = '';
    connection.guard.proven = true;
    client.write(LOGIN.replace(ADDRESS, `${ADDRESS}.second`).replace('1', '2'));
    await sleep(100);
    expect(JSON.parse(answers)).toEqual({ id: 2, result: true, error: null });
  });

  it('and has proved work is read from for 64 KiB, so that it is known when its shares came', async () => {
    const { client, socket, connection, turn, pool } = await stranger();
    await logIn({ client, socket, turn });
    connection.guard.proven = true;
    pool.floor.queue.add = () => {};
    const line = `{"id":1,"method":"mining.ping","params":["${'x'.repeat(900)}"]}\n`;
    const batch = line.repeat(4);
    for (let sent = 0; sent < LINES; sent += 4) {
      client.write(batch);
      // Each is read by itself as long as it is read.
      if (sent * line.length < ONE_READ) await sleep(5);
    }
    await readToRest(socket);
    expect(connection.heldBytes).toBeGreaterThan(ONE_READ);
    expect(connection.heldBytes).toBeLessThanOrEqual(MOST_HELD_OF_PROVEN);
    expect(connection.holding(0).waitingBytes).toBe(connection.heldBytes);
  });

  it('and came over TLS has what it says counted there as worth it, or not, and as waiting where it may be', async () => {
    const tls = { heldBytes: 0, paidBytes: 0, waitingBytes: 0 };
    const { client, socket, turn } = await stranger(tls);
    const say = async (line: string): Promise<number> => {
      client.write(line);
      await readToRest(socket);
      const { waitingBytes } = tls;
      turn();
      await sleep(50);
      turn();
      return waitingBytes;
    };
    expect(await say(LOGIN)).toBe(0);
    expect(tls.paidBytes).toBe(LOGIN.length - 1);
    // A name that is known, and what takes no more than a look into a map.
    expect(await say(LOGIN)).toBe(0);
    expect(await say('{"id":3,"method":"mining.ping","params":[]}\n')).toBe(0);
    expect(tls.paidBytes).toBe(LOGIN.length - 1);
    // Before there is any work a share is for nothing, and known for none.
    const submit =
      '{"id":4,"method":"mining.submit","params":["x","1","0000000000000001","00000000","00000000"]}\n';
    expect(await say(submit)).toBe(submit.length);
    expect(tls.paidBytes).toBe(LOGIN.length + submit.length - 2);
    expect(tls.waitingBytes).toBe(0);
  });

  it('has the lines behind a login looked at in its turns too, 32 a round of the event loop with it', async () => {
    const { client, socket, turn, sink } = await stranger();
    sink.setDisk('hold');
    // For a job of another listener, which is asked about each one.
    const submit =
      '{"id":2,"method":"mining.submit","params":["x","a600000000000001","0000000000000001","00000000","00000000"]}\n';
    client.write(`${LOGIN}${submit.repeat(35)}`);
    await readToRest(socket);
    const asked = [];
    for (let round = 0; round < 3; round++) {
      turn();
      asked.push(sink.asked);
    }
    // The login had a turn of its own kind.
    expect(asked).toEqual([0, 32, 35]);
  });
});
