import { mkdir, readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { freePorts, RegtestBitcoind } from '../../src/localnet/index.js';
import { atTestEnd, bitcoindProgram, startBitcoind, temporaryFolder } from '../bitcoind.js';
import { OperatorNode, ROUND_SLOTS, SLOT_MS } from './operator-node.js';

const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

/** As the operator writes it: on their own machine, with the password in it. */
async function rpcUrlOf(
  bitcoind: RegtestBitcoind,
  address = bitcoind.rpcUrl,
): Promise<{ url: string; password: string }> {
  const [user, password] = (await readFile(bitcoind.cookieFile, 'utf8')).trim().split(':') as [
    string,
    string,
  ];
  return { url: address.replace('http://', `http://${user}:${password}@`), password };
}

/**
 * Debian's bitcoind has rules of its own on every chain but regtest, so that the pool refuses it there. This passes on
 * what it says without them: a Bitcoin Core that has just been installed.
 */
async function coreRulesBefore(bitcoind: RegtestBitcoind): Promise<string> {
  const server = createHttpServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
    const answer = await fetch(bitcoind.rpcUrl, {
      ...{ method: 'POST', headers: { authorization, 'content-type': type } },
      body: Buffer.concat(parts),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(JSON.parse(text), (name, value) =>
        ['blake2b', 'reduced_data'].includes(name) ? undefined : value,
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atTestEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A port whose next one is free too. */
async function twoPorts(): Promise<number> {
  for (;;) {
    const [port] = (await freePorts(1)) as [number];
    const next = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      next.once('error', () => resolve(false)).once('listening', () => resolve(true));
      next.listen(port + 1, '127.0.0.1');
    });
    await new Promise((resolve) => next.close(resolve));
    if (isFree) return port;
  }
}

/** A miner of the local network, that logs in and waits for work. */
class LanMiner {
  lines: string[] = [];
  isClosed = false;

  private constructor(socket: Socket) {
    let text = '';
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const lines = text.split('\n');
      text = lines.pop()!;
      this.lines.push(...lines);
    });
  }

  static login(port: number, localAddress: string): LanMiner {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    atTestEnd(async () => void socket.destroy());
    const miner = new LanMiner(socket);
    socket.write('{"id":1,"method":"mining.subscribe","params":["test"]}\n');
    socket.write(`{"id":2,"method":"mining.authorize","params":["${USER}","x"]}\n`);
    return miner;
  }

  get loginAnswer(): { result: unknown; error: readonly [number, string] | null } | null {
    const line = this.lines.find((each) => each.includes('"id":2'));
    return line === undefined ? null : JSON.parse(line);
  }

  get hasWork(): boolean {
    return this.lines.some((line) => line.includes('"method":"mining.notify"'));
  }
}

/** Resident, of a process and all below it, in MiB. */
async function mebibytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  let sum = Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
  for (const child of children.trim().split(/\s+/).filter(Boolean)) sum += await mebibytes(Number(child));
  return sum;
}

describe("an operator's node", () => {
  it('brings a thousand miners of the local network to the pod by their own addresses, within its memory', async () => {
    const bitcoind = await startBitcoind();
    const { url, password } = await rpcUrlOf(bitcoind);
    const port = await twoPorts();
    const node = await OperatorNode.start({ POOL_BITCOIN_RPC_URL: url, POOL_STRATUM_PORT: String(port) });
    await node.until('the pod works', async () => (await node.pod?.get('/healthz'))?.status === 200);
    const addresses = Array.from(
      { length: 1_000 },
      (_, n) => `127.1.${Math.floor(n / 250)}.${1 + (n % 250)}`,
    );
    const miners = addresses.map((address) => LanMiner.login(port, address));
    await node.until('all have work', () => miners.every(({ hasWork }) => hasWork));
    const refusals = miners.map(({ loginAnswer }) => loginAnswer).filter((answer) => answer?.result !== true);
    expect(refusals).toEqual([]);
    expect((await node.status()).miners).toMatchObject({ port, connected: 1_000 });
    expect(await mebibytes(node.pod.pid)).toBeLessThan(512);

    // Strangers of one address may have 128 connections, so the guard has not seen a thousand of one; and here it does.
    const crowd = Array.from({ length: 140 }, () => LanMiner.login(port, '127.1.9.9'));
    await node.until('the crowd is cut', () => crowd.filter(({ isClosed }) => isClosed).length === 12);
    expect(miners.filter(({ isClosed }) => isClosed).length).toBe(0);

    // Where nobody else may look, the password is; nowhere else.
    const html = await (await fetch(`${node.koii.url}/status`, { headers: { accept: 'text/html' } })).text();
    expect(html).toContain('<h1>Bitcoin pool on Koii</h1>');
    const shown = [html, JSON.stringify(await node.status()), node.koii.output, node.podman.wish!.podSpec];
    const logged = JSON.stringify(node.relay.requests.map(({ functionArgs }) => functionArgs.body));
    expect([...shown, logged, node.pod.output].filter((text) => text!.includes(password))).toEqual([]);

    // The pod dies, as one that ran out of memory, and comes back: miners are let go, and welcome again.
    await node.pod.kill();
    await node.until('all miners are let go', () => miners.every(({ isClosed }) => isClosed));
    await node.pod.launch();
    const again = LanMiner.login(port, '127.1.9.1');
    await node.until('a miner has work again', () => again.hasWork);
    expect(await node.koii.stop()).toBe(0);
    await node.until('the miner is let go with the task', () => again.isClosed);
  }, 180_000);

  it('runs without a bitcoind: is idle, turns miners away with the reason, and says what to install', async () => {
    const port = await twoPorts();
    const node = await OperatorNode.start({ POOL_BITCOIN_RPC_URL: 'none', POOL_STRATUM_PORT: String(port) });
    await node.until('the pod answers', async () => (await node.status()).components !== null);
    const miner = LanMiner.login(port, '127.0.0.1');
    await node.until('the miner is answered', () => miner.loginAnswer);
    expect(miner.loginAnswer!.error![1]).toContain('no Bitcoin node');
    for (const round of [0, 1]) {
      node.toRound(round + 1, 0.2);
      await node.until(`round ${round} is submitted`, () => node.submitted(round));
      expect(node.submitted(round)).toBe(`orc1|${round}|idle|-`);
    }
    const { attention } = await node.status();
    expect(attention.map(({ whatToDo }) => whatToDo)[0]).toContain('install Bitcoin Core');
    // Chosen, so no notification.
    expect(node.koii.notifications).toEqual([]);
  }, 60_000);

  it('survives whatever is written into its variables, and is told what is wrong', async () => {
    const node = await OperatorNode.start({
      POOL_BITCOIN_RPC_URL: 'http://me:hunter2@my node:8332',
      POOL_STRATUM_PORT: '3333',
    });
    await node.until('the operator is told', () => node.koii.notifications.length === 2);
    const told = JSON.stringify(node.koii.notifications);
    expect(told).toContain('POOL_BITCOIN_RPC_URL is no URL');
    expect(told).toContain('POOL_STRATUM_PORT needs 3333');
    expect(told).not.toContain('hunter2');
    node.toRound(1, 0.2);
    await node.until('round 0 is submitted', () => node.submitted(0));
    expect(node.submitted(0)).toBe('orc1|0|idle|-');
  }, 60_000);

  it('tells at once that POOL_STRATUM_PORT is taken, soon that the next one is, and goes on when they are free', async () => {
    const port = await twoPorts();
    const others = await Promise.all(
      [port, port + 1].map(async (each) => {
        const other = createServer((socket) => socket.destroy()).listen(each, '127.0.0.1');
        await new Promise((resolve) => other.once('listening', resolve));
        return other;
      }),
    );
    const node = await OperatorNode.start({ POOL_BITCOIN_RPC_URL: 'none', POOL_STRATUM_PORT: String(port) });
    const { notifications } = node.koii;
    await node.until('the operator is told of the first', () => notifications.length > 0, 5_000);
    await node.until('the operator is told of the second', () => notifications.length > 1, 30_000);
    const told = [port, port + 1].map((each) => ({
      what: expect.stringContaining(`port ${each} is taken by another program`),
      whatToDo: expect.stringContaining('POOL_STRATUM_PORT to another port'),
    }));
    expect(notifications).toEqual(told.map((each) => ({ level: 'warn', ...each })));
    for (const each of told) expect((await node.status()).attention).toContainEqual(each);
    expect(node.relay.failures[0]).toContain('address already in use');

    for (const other of others) await new Promise((resolve) => other.close(resolve));
    await node.until('the pod answers', async () => (await node.status()).components !== null);
    await node.until('miners can connect', async () => (await node.status()).miners !== null);
    for (const each of told) expect((await node.status()).attention).not.toContainEqual(each);
    const miner = LanMiner.login(port, '127.0.0.1');
    await node.until('the miner is answered', () => miner.loginAnswer);
  }, 180_000);

  it('stays up through fifteen minutes of a bitcoind that loads the chain, idle, and says why', async () => {
    // A chain without a block, and nobody to have one from.
    const datadir = await temporaryFolder();
    await mkdir(join(datadir, 'regtest'));
    const cookie = `-rpccookiefile=${join(datadir, 'regtest', '.cookie')}`;
    const extraArgs = ['-regtest=0', '-testnet4', '-connect=0', cookie];
    const bitcoind = await RegtestBitcoind.start(await bitcoindProgram(), { datadir, extraArgs });
    atTestEnd(() => bitcoind.kill());
    const { url } = await rpcUrlOf(bitcoind, await coreRulesBefore(bitcoind));
    const port = await twoPorts();
    const variables = { POOL_BITCOIN_RPC_URL: url, POOL_STRATUM_PORT: String(port) };
    const node = await OperatorNode.start(variables, 'testnet4');
    await node.until('the pod answers', async () => (await node.status()).components !== null);
    const { pid } = node.pod;
    const rounds = Math.ceil((15 * 60_000) / (ROUND_SLOTS * SLOT_MS));
    for (let round = 0; round < rounds; round++) {
      node.toRound(round + 1, 0.2);
      await node.until(`round ${round} is submitted`, () => node.submitted(round));
      expect(node.submitted(round)).toBe(`orc1|${round}|idle|-`);
    }
    // Whoever opens the status has the task look again; by itself it looks each minute.
    await node.until('the operator is told', async () => {
      await node.status();
      return node.koii.notifications.length > 0;
    });
    expect(node.koii.notifications).toEqual([
      {
        level: 'warn',
        what: expect.stringMatching(/bitcoind: .*(sync|download)/),
        whatToDo: expect.any(String),
      },
    ]);
    expect((await node.pod.get('/healthz', { method: 'POST' }))?.status).toBe(200);
    expect([node.podman.pods.length, node.pod.pid]).toEqual([1, pid]);
    expect((await node.status()).attention).toHaveLength(1);
  }, 60_000);
});
