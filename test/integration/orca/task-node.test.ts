import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { HttpKoiiNode } from '../../../orca/task/src/koii/http-koii-node.js';
import { WireClient } from '../../../orca/task/src/koii/wire-client.js';
import { makeStakingWallet, SlotClock, TaskAccount, TaskNode } from '../../../src/localnet/koii/index.js';
import { atTestEnd, temporaryFolder } from '../../bitcoind.js';
import { node18 } from '../../node18.js';
import { ROOT } from '../../unit/house/repository.js';

const TASK = {
  ...{ taskId: 'Task', startingSlot: 1_000, roundTime: 900, submissionWindow: 300, auditWindow: 300 },
  ...{ bountyPerRound: 100, minimumStake: 5 },
};

/** Serves `/status` with what it was started with, so that the node takes it for a task. */
const BARE_BUNDLE = `
  const calls = [];
  process.on('message', (message) => calls.push(message));
  require('node:http').createServer((_, response) => {
    response.end(JSON.stringify({ argv: process.argv.slice(2), env: Object.keys(process.env), calls }));
  }).listen(Number(process.argv[4]), '127.0.0.1');
`;

interface Seen {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly calls: readonly { readonly functionCall: string; readonly roundNumber: number }[];
}

async function nodeWith(bundleSource: string, execPath = process.execPath) {
  const folder = await temporaryFolder();
  const bundle = join(folder, 'bundle.js');
  await writeFile(bundle, bundleSource);
  const clock = new SlotClock(1_000, 400);
  const account = new TaskAccount(TASK, clock);
  const wallet = makeStakingWallet();
  account.stakes[wallet.address] = 5;
  const variables = { POOL_NAME: 'x' };
  const node = new TaskNode({
    bundle,
    folder,
    wallet,
    account,
    clock,
    execPath,
    variables,
  });
  atTestEnd(async () => {
    await node.stop();
  });
  await node.start();
  const seen = async (): Promise<Seen> => (await node.get('/status')) as Seen;
  const { argv } = await seen();
  return { node, clock, account, wallet, seen, argv };
}

describe('an emulated Koii node', () => {
  it('starts its task with ten arguments and next to no environment, and calls it in each window once', async () => {
    const { clock, seen, argv, wallet } = await nodeWith(BARE_BUNDLE);
    expect(argv).toHaveLength(10);
    expect([argv[0], argv[1], argv[3], argv[4], argv[8]]).toEqual([
      'orcapool',
      'Task',
      'service',
      wallet.address,
      '5',
    ]);
    expect(
      (await seen()).env.filter(
        (name) => !['PATH', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'].includes(name),
      ),
    ).toEqual(['POOL_NAME']);
    for (const slot of [1_500, 1_900, 1_950, 2_200, 2_700, 2_800, 3_000, 3_100]) clock.advanceTo(slot);
    // Round 0 begins at 1000, 1 at 1900, 2 at 2800; windows of 300.
    const wanted = [
      ...[
        'executeTask 0',
        'executeTask 1',
        'submitPayload 0',
        'auditPayload 0',
        'executeTask 2',
        'submitPayload 1',
      ],
      ...['generateAndSubmitDistributionList 0', 'auditPayload 1', 'distributionListAudit 0'],
    ];
    const calls = async () => (await seen()).calls.map((call) => `${call.functionCall} ${call.roundNumber}`);
    while ((await calls()).length < wanted.length) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await calls()).toEqual(wanted);
  });

  it('answers as the recorded one: 422 for what is missing, 401 for another secret, keys as objects of bytes', async () => {
    const { argv, wallet } = await nodeWith(BARE_BUNDLE);
    const [, taskId, , , , secret, , , , port] = argv as string[];
    const post = async (body: object): Promise<[number, unknown]> => {
      const response = await fetch(`http://127.0.0.1:${port}/namespace-wrapper`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    const args = ['getCurrentSlot'];
    expect(await post({ taskId, secret })).toEqual([422, { message: 'No args provided' }]);
    expect(await post({ args, secret })).toEqual([422, { message: 'No taskId provided' }]);
    expect(await post({ args, taskId })).toEqual([422, { message: 'No secret provided' }]);
    expect(await post({ args, taskId, secret: 'x' })).toEqual([401, { message: 'Invalid secret provided' }]);
    expect(await post({ args, taskId, secret })).toEqual([200, { response: 1_000 }]);
    const [, answer] = await post({ args: ['getSubmitterAccount'], taskId, secret });
    const { _keypair } = (answer as { response: { _keypair: { secretKey: Record<string, number> } } })
      .response;
    expect(_keypair.secretKey['63']).toBe(wallet.secretKey[63]);
  });

  it('passes on to its task what anybody asks under its id, by the name localhost, and what it answers', async () => {
    const echo = `
      const parts = [];
      request.on('data', (part) => parts.push(part)).on('end', () => {
        response.writeHead(request.url === '/gone' ? 410 : 200, { 'content-type': 'text/plain' });
        const { method, url, headers } = request;
        response.end([method, url, headers.host.split(':')[0], headers.accept, Buffer.concat(parts)].join(' '));
      });`;
    const { node, argv } = await nodeWith(`
      require('node:http').createServer((request, response) => {
        if (request.url === '/status') return response.end(JSON.stringify({ argv: process.argv.slice(2) }));
        ${echo}
      }).listen(Number(process.argv[4]), '127.0.0.1');`);
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`http://127.0.0.1:${argv[9]}${path}`, init);
      return [response.status, response.headers.get('content-type'), await response.text()];
    };
    const headers = { accept: 'text/html', 'content-type': 'text/plain' };
    expect(await ask('/task/Task/a?b=c', { method: 'POST', headers, body: 'said' })).toEqual([
      ...[200, 'text/plain', 'POST /a?b=c localhost text/html said'],
    ]);
    expect(await ask('/task/Task/gone')).toEqual([410, 'text/plain', 'GET /gone localhost */* ']);
    expect((await ask('/task/Another/a'))[0]).toBe(404);
    expect(node.passedOn).toEqual(['/a?b=c', '/gone']);
  });

  it('keeps the windows and the bound of 512 bytes, and our client says what was refused', async () => {
    const { argv, wallet, clock, account } = await nodeWith(BARE_BUNDLE);
    const [, taskId, , , , secret, , , , port] = argv as [string, string, ...string[]];
    const koii = new HttpKoiiNode(new WireClient(Number(port), taskId, secret!));
    expect((await koii.stakingKey()).address).toBe(wallet.address);
    await expect(koii.submit('early', 0)).rejects.toMatchObject({ code: 'KOII_REFUSED' });
    clock.advanceTo(1_900);
    await expect(koii.submit('x'.repeat(513), 0)).rejects.toThrow('at most 512 bytes');
    await koii.submit('x'.repeat(512), 0);
    expect((await koii.submissionInfo(0))!.submissions[0]![wallet.address]).toMatchObject({ slot: 1_900 });
    await expect(koii.vote(wallet.address, false, 0)).rejects.toThrow('audit window');
    clock.advanceTo(2_200);
    await koii.vote(wallet.address, false, 0);
    expect(account.triggersOf(0)[wallet.address]).toMatchObject({ trigger_by: wallet.address, votes: [] });
    const stranger = new HttpKoiiNode(new WireClient(Number(port), taskId, 'x'));
    await expect(stranger.slot()).rejects.toThrow('Invalid secret provided');
    const nobody = new WireClient(1, taskId, 'x');
    expect(await nobody.call('getCurrentSlot')).toMatchObject({ error: { status: null } });
  });

  it('pays a list once it cannot be audited, takes slashes from stakes, and refuses one above the bounty', async () => {
    const clock = new SlotClock(1_000, 400);
    const account = new TaskAccount(TASK, clock);
    Object.assign(account.stakes, { a: 10, b: 10 });
    const paid = (round: number, list: Record<string, number>): string | null => {
      clock.advanceTo(account.startOf(round + 2));
      account.uploadList('a', list, round);
      account.submitList('a', round);
      clock.advanceTo(account.startOf(round + 2) + 599);
      expect(() => account.payOut('a', round)).toThrow('still be audited');
      clock.advanceTo(account.startOf(round + 2) + 600);
      account.payOut('a', round);
      return account.recordOf(round);
    };
    expect(paid(0, { a: 60, b: -7 })).toBe('PayoutSuccessful');
    expect([account.balances, account.stakes]).toEqual([{ a: 60 }, { a: 10, b: 3 }]);
    expect(paid(1, { a: 101 })).toBe('PayoutFailed');
    expect(paid(2, { a: 0.5 })).toBe('PayoutFailed');
    expect(account.balances).toEqual({ a: 60 });
    expect(() => new TaskAccount({ ...TASK, roundTime: 799 }, clock)).toThrow('800 slots');
  });
});

describe('a list that failed', () => {
  it('may be published again in the next round, three times and no more', () => {
    const clock = new SlotClock(1_000, 400);
    const account = new TaskAccount(TASK, clock);
    Object.assign(account.stakes, { a: 10, b: 10 });
    // Round 0's list belongs into rounds 2, 3, 4 and 5.
    for (const round of [2, 3, 4, 5]) {
      clock.advanceTo(account.startOf(round));
      expect(account.listedNow).toEqual(round === 2 ? [0] : [0, round - 2]);
      account.uploadList('a', { b: round }, 0);
      account.submitList('a', 0);
      clock.advanceTo(account.startOf(round) + 300);
      account.auditList('b', 'a', false, 0);
      clock.advanceTo(account.startOf(round) + 600);
      account.payOut('a', 0);
      expect([account.recordOf(0), account.balances]).toEqual(['PayoutFailed', {}]);
    }
    clock.advanceTo(account.startOf(6));
    expect(account.listedNow).toEqual([4]);
    expect(() => account.uploadList('a', { b: 1 }, 0)).toThrow('too many lists of round 0 have failed');
  });
});

describe('a task that ends by itself', () => {
  const ending = (code: number): string =>
    `${BARE_BUNDLE}\nprocess.on('message', ({ roundNumber }) => roundNumber > 0 && process.exit(${code}));`;

  it('is started again after two seconds if it ended with 0, and later after four', async () => {
    const { node, clock, account } = await nodeWith(ending(0));
    clock.advanceTo(1_900);
    expect(await node.ended()).toBe(0);
    let round = 1;
    for (const waitMs of [2_000, 4_000]) {
      const endedMs = Date.now();
      while (!node.task!.isRunning) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(Date.now() - endedMs).toBeGreaterThan(waitMs - 100);
      clock.advanceTo(account.startOf(++round));
      expect(await node.ended()).toBe(0);
    }
    expect(node.task!.ends).toEqual([0, 0, 0]);
  });

  it.each([1, 3])('is left alone if it ended with %d', async (code) => {
    const { node, clock } = await nodeWith(ending(code));
    clock.advanceTo(1_900);
    expect(await node.ended()).toBe(code);
    expect(node.task!.isAlive).toBe(false);
  });
});

describe('a task that is silent', () => {
  it('is told to end and started again when it has submitted nothing for three rounds', async () => {
    const { node, account, clock, wallet } = await nodeWith(BARE_BUNDLE);
    // Looked at every three and a half rounds of 900 slots: at 4150, in round 3, and at 7300.
    clock.advanceTo(2_800);
    account.submit(wallet.address, 'a sign of life', 1);
    clock.advanceTo(4_150);
    expect([node.task!.ends, node.task!.isAlive]).toEqual([[], true]);
    clock.advanceTo(7_299);
    expect(node.task!.ends).toEqual([]);
    const before = node.task!.pid;
    clock.advanceTo(7_300);
    while (node.task!.ends.length === 0 || !node.task!.isRunning) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(node.task!.pid).not.toBe(before);
  });
});

describe('a task that nobody caught an error of', () => {
  it('ends with 0 and a notification that says what to do', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { guardExit } from './exit-guard.js';
          import { HttpKoiiNode } from './koii/http-koii-node.js';
          import { WireClient } from './koii/wire-client.js';
          import { readNodeArguments } from './koii/node-arguments.js';
          const { nodePort, taskId, secret } = readNodeArguments(process.argv);
          const node = new HttpKoiiNode(new WireClient(nodePort, taskId, secret));
          guardExit(() => node);
          process.on('message', () => setTimeout(() => { throw new Error('of nobody'); }));
        `,
        resolveDir: join(ROOT, 'build/orca/task/src'),
      },
      ...{ bundle: true, write: false, platform: 'node', format: 'cjs', conditions: ['orcapool-portable'] },
    });
    const { node, clock } = await nodeWith(`${BARE_BUNDLE}\n${outputFiles[0]!.text}`, await node18());
    clock.advanceTo(1_900);
    expect(await node.ended()).toBe(0);
    expect(node.notifications).toEqual([
      {
        level: 'error',
        what: expect.stringContaining('of nobody'),
        whatToDo: expect.stringContaining('report'),
      },
    ]);
  });
});
