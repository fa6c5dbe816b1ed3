import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeepAliveRpc, RpcClient, type RpcError } from '../../../src/bitcoind/index.js';
import { systemTimers } from '../../surroundings.js';
import { httpStatus, RpcStub, result, rpcError } from './rpc-stub.js';

const PASSWORD = 'hunter2-the-secret';
const HELP_TEXT = `getblocktemplate ( "template_request" )\n\nIf the request parameters include a 'mode' key,\nthat is used to explicitly select…`;

let stub: RpcStub;
let folder: string;
let direct: KeepAliveRpc | null;

beforeEach(async () => {
  stub = await RpcStub.start(result('fine'));
  folder = await mkdtemp(path.join(tmpdir(), 'rpc-faults-'));
  direct = null;
});

afterEach(async () => {
  direct?.close();
  await stub.stop();
  await rm(folder, { recursive: true });
});

const user = { user: 'pool', password: PASSWORD };

type Call = (method: string, ...params: readonly unknown[]) => Promise<unknown>;
type Auth = { cookieFile: string } | { user: string; password: string };

/** Both clients must say the same of the same fault. */
const CLIENTS: readonly (readonly [string, (auth: Auth) => Call])[] = [
  [
    'RpcClient',
    (auth) => {
      const client = new RpcClient({ url: stub.url, auth, zmqHashBlock: null }, 300, null);
      return (method, ...params) => client.call(method, ...params);
    },
  ],
  [
    'KeepAliveRpc',
    (auth) => {
      const client = new KeepAliveRpc({ url: stub.url, auth, zmqHashBlock: null }, systemTimers, 100_000);
      direct = client;
      return (method, ...params) => client.call(method, params, { timeoutMs: 300 });
    },
  ],
];

async function failureOf(promise: Promise<unknown>): Promise<RpcError> {
  try {
    await promise;
  } catch (error) {
    return error as RpcError;
  }
  throw new Error('the call succeeded');
}

describe.each(CLIENTS)('%s', (_name, clientFor) => {
  it('returns the result, null included, and sends method and parameters', async () => {
    const call = clientFor(user);
    expect(await call('getblockhash', 7)).toBe('fine');
    stub.answer = result(null);
    expect(await call('submitblock', '00')).toBeNull();
    expect(stub.calls.map(({ method, params }) => [method, params])).toEqual([
      ['getblockhash', [7]],
      ['submitblock', ['00']],
    ]);
    expect(stub.calls[0]!.authorization).toBe(`Basic ${Buffer.from(`pool:${PASSWORD}`).toString('base64')}`);
  });

  it.each([
    [-28, 'getblocktemplate', 'RPC_WARMING_UP', 'Loading block index…'],
    [-9, 'getblocktemplate', 'RPC_NOT_CONNECTED', 'Bitcoin Core is not connected!'],
    [-10, 'getblocktemplate', 'RPC_IN_IBD', 'Bitcoin Core is in initial sync and waiting for blocks...'],
    [
      -8,
      'getblocktemplate',
      'RPC_RULE_MISSING',
      "Support for 'blake2b' rule requires explicit client support",
    ],
    [-8, 'getblockhash', 'RPC_INVALID_PARAMETER', 'Block height out of range'],
    [-5, 'getblockheader', 'RPC_NOT_FOUND', 'Block not found'],
    [-22, 'submitblock', 'RPC_UNDECODABLE', 'Block decode failed'],
    [-32601, 'getdeploymentinfo', 'RPC_METHOD_UNKNOWN', 'Method not found'],
    [-1, 'getblocktemplate', 'RPC_FAILED', HELP_TEXT],
  ])('names error %d on %s %s', async (code, method, named, message) => {
    stub.answer = rpcError(code, message);
    const error = await failureOf(clientFor(user)(method));
    expect(error.code).toBe(named);
    expect(error.data.rpcCode).toBe(code);
  });

  it('cuts a help text to its first line', async () => {
    stub.answer = rpcError(-1, HELP_TEXT);
    const error = await failureOf(clientFor(user)('getblocktemplate'));
    expect(error.message).toContain('getblocktemplate ( "template_request" )');
    expect(error.message).not.toContain('\n');
    expect(error.message).not.toContain('explicitly');
  });

  it.each([
    [401, 'RPC_UNAUTHORIZED'],
    [403, 'RPC_FORBIDDEN'],
    [503, 'RPC_BUSY'],
    [302, 'RPC_MALFORMED'],
  ])('names HTTP %d with an empty body %s', async (status, named) => {
    stub.answer = httpStatus(status);
    const error = await failureOf(clientFor(user)('getblockcount'));
    expect(error.code).toBe(named);
    expect(JSON.stringify([error.message, error.data])).not.toContain(PASSWORD);
  });

  it('reads the cookie again after a 401 and repeats the call once', async () => {
    const cookieFile = path.join(folder, '.cookie');
    await writeFile(cookieFile, '__cookie__:old');
    const call = clientFor({ cookieFile });
    await call('getblockcount');
    await writeFile(cookieFile, '__cookie__:new');
    const fresh = `Basic ${Buffer.from('__cookie__:new').toString('base64')}`;
    stub.answer = (request, ...rest) =>
      (request.authorization === fresh ? result('again') : httpStatus(401))(request, ...rest);
    expect(await call('getblockcount')).toBe('again');
    expect(stub.calls).toHaveLength(3);
  });

  it('does not repeat a 401 when the cookie has not changed', async () => {
    const cookieFile = path.join(folder, '.cookie');
    await writeFile(cookieFile, '__cookie__:same');
    stub.answer = httpStatus(401);
    expect((await failureOf(clientFor({ cookieFile })('getblockcount'))).code).toBe('RPC_UNAUTHORIZED');
    expect(stub.calls).toHaveLength(1);
  });

  it('says which cookie file it cannot read', async () => {
    const error = await failureOf(clientFor({ cookieFile: path.join(folder, 'absent') })('getblockcount'));
    expect(error.code).toBe('RPC_COOKIE_UNREADABLE');
    expect(error.message).toContain(path.join(folder, 'absent'));
  });

  it('replaces a keep-alive socket that was closed while it lay idle', async () => {
    const call = clientFor(user);
    await call('getblockcount');
    await stub.closeSockets();
    expect(await call('getblockcount')).toBe('fine');
  });

  it('sends once more when the server closes the kept socket as the request arrives, not a third time', async () => {
    const call = clientFor(user);
    await call('getblockcount');
    let closed = 0;
    stub.answer = (request, response, socket) => {
      if (closed++ === 0) socket.destroy();
      else result('second')(request, response, socket);
    };
    expect(await call('getblockcount')).toBe('second');

    stub.answer = (_request, _response, socket) => socket.destroy();
    stub.calls.length = 0;
    expect((await failureOf(call('getblockcount'))).code).toBe('RPC_UNREACHABLE');
    expect(stub.calls).toHaveLength(2);
  });

  it('names truncated JSON RPC_MALFORMED and keeps its content to itself', async () => {
    stub.answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"result":{"chain":"reg');
    const error = await failureOf(clientFor(user)('getblockchaininfo'));
    expect(error.code).toBe('RPC_MALFORMED');
    expect(JSON.stringify([error.message, error.data, String(error.cause)])).not.toContain('chain":"reg');
  });

  it('names an answer cut off before its announced end RPC_UNREACHABLE', async () => {
    stub.answer = (_request, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"result":', () => socket.destroy());
    };
    expect((await failureOf(clientFor(user)('getblockcount'))).code).toBe('RPC_UNREACHABLE');
  });

  it('names silence RPC_TIMEOUT', async () => {
    stub.answer = () => {};
    expect((await failureOf(clientFor(user)('getblockcount'))).code).toBe('RPC_TIMEOUT');
  });

  it('names a closed port RPC_UNREACHABLE, with advice', async () => {
    const call = clientFor(user);
    await stub.stop();
    const error = await failureOf(call('getblockcount'));
    expect(error.code).toBe('RPC_UNREACHABLE');
    expect(error.message).toContain('is bitcoind running there');
  });
});

describe('KeepAliveRpc', () => {
  const endpoint = () => ({ url: stub.url, auth: user, zmqHashBlock: null });

  it('uses one socket for call after call and counts the sockets it opens', async () => {
    direct = new KeepAliveRpc(endpoint(), systemTimers);
    for (let i = 0; i < 5; i++) await direct.call('getblockcount', [], { timeoutMs: 1000 });
    expect([stub.connections, direct.connections]).toEqual([1, 1]);
    await stub.closeSockets();
    await direct.call('getblockcount', [], { timeoutMs: 1000 });
    expect([stub.connections, direct.connections]).toEqual([2, 2]);
  });

  it('stops reading an answer beyond the cap', async () => {
    direct = new KeepAliveRpc(endpoint(), systemTimers, 100_000);
    let sent = 0;
    stub.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(50_000, 0x20))) sent += 50_000;
      };
      response.on('drain', more);
      more();
    };
    const error = await failureOf(direct.call('getblocktemplate', [], { timeoutMs: 10_000 }));
    expect(error.code).toBe('RPC_TOO_LARGE');
    const sentThen = sent;
    await new Promise((resolve) => setTimeout(resolve, 50));
    // What the kernel's buffers still took; an unread endless answer would have gone on.
    expect(sent - sentThen).toBeLessThan(5_000_000);
  });

  it('is bounded by the whole call, not by the pause between bytes', async () => {
    direct = new KeepAliveRpc(endpoint(), systemTimers);
    stub.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect((await failureOf(direct.call('getblocktemplate', [], { timeoutMs: 200 }))).code).toBe(
      'RPC_TIMEOUT',
    );
  });

  it('ends a call with RPC_ABORTED on its signal and on close', async () => {
    stub.answer = () => {};
    direct = new KeepAliveRpc(endpoint(), systemTimers);
    const abort = new AbortController();
    const cancelled = failureOf(
      direct.call('getblocktemplate', [], { timeoutMs: 10_000, signal: abort.signal }),
    );
    const closed = failureOf(direct.call('getblocktemplate', [], { timeoutMs: 10_000 }));
    abort.abort();
    direct.close();
    expect([(await cancelled).code, (await closed).code]).toEqual(['RPC_ABORTED', 'RPC_ABORTED']);
  });

  it('never shows credentials that stand in the URL', async () => {
    const { port } = new URL(stub.url);
    direct = new KeepAliveRpc(
      { ...endpoint(), url: `http://someone:${PASSWORD}@127.0.0.1:${port}/` },
      systemTimers,
    );
    stub.answer = httpStatus(401);
    const error = await failureOf(direct.call('getblockcount', [], { timeoutMs: 1000 }));
    expect(error.message).toContain(`http://127.0.0.1:${port}`);
    expect(JSON.stringify([direct.node, error.message, error.data])).not.toContain(PASSWORD);
  });
});
