/** The bench's templates as another pool asks for them: ckpool's very requests, whose lines end with a line feed alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { freePorts } from '../../../src/localnet/index.js';

const SOURCE = fileURLToPath(new URL('../../bench/load/template-source.js', import.meta.url));

let source: ChildProcess;
let port: number;

beforeEach(async () => {
  [port] = (await freePorts(1)) as [number];
  source = spawn(process.execPath, [SOURCE, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(source.stdout!, 'data');
});

afterEach(async () => {
  source.kill();
  await once(source, 'exit');
});

/** The answer's last line, which is where such a client reads it. */
async function ask(request: string): Promise<{ result: Record<string, unknown> | string | number }> {
  const socket = connect(port, '127.0.0.1');
  const head = `POST / HTTP/1.1\nAuthorization: Basic dTpw\nHost: 127.0.0.1:${port}\nContent-type: application/json\n`;
  socket.write(`${head}Content-Length: ${request.length}\n\n${request}`);
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes('{') && text.endsWith('\n')) break;
  }
  socket.destroy();
  return JSON.parse(text.slice(text.indexOf('{')));
}

it('serves what ckpool asks for: a template with its target, the tip, addresses', async () => {
  const rules = '{"capabilities": ["coinbasetxn", "workid", "coinbase/append"], "rules" : ["segwit"]}';
  const { result } = await ask(`{"method": "getblocktemplate", "params": [${rules}]}\n`);
  const template = result as { transactions: { txid: string; hash: string }[] };
  // Of bits 1702905c.
  expect(template).toMatchObject({ target: `${'0'.repeat(18)}02905c${'0'.repeat(40)}`, coinbaseaux: {} });
  expect(template.transactions).toHaveLength(3_000);
  expect(template.transactions[0]!.hash).toBe(template.transactions[0]!.txid);
  expect((await ask('{"method": "getbestblockhash"}\n')).result).toBe('1'.padStart(64, '0'));
  expect((await ask('{"method": "getblockcount"}\n')).result).toBe(929_999);
  expect((await ask('{"method": "validateaddress", "params": ["x"]}\n')).result).toMatchObject({
    isvalid: true,
  });
});
