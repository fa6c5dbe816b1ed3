/**
 * The bench's bitcoind: a process of its own on loopback that answers what a pool node asks, with templates of 3,000
 * transactions. It has no chain: the tip moves when it is told to, and blocks are taken and forgotten. Only the bench
 * uses it, because no regtest chain has templates that large.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeTransaction, network } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { deepRawTemplate } from '../deep-template.js';

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

const FIRST_HEIGHT = 930_000;
const template = deepRawTemplate();
let tip = 0;
const waiting: (() => void)[] = [];
/** Somebody waits for one; it comes with the next question by long-poll. */
let isTipWanted = false;

function tipHash(): string {
  return (tip + 1).toString(16).padStart(64, '0');
}

/** Rendered once a tip: 2.5 MB of JSON would be most of the time between tip and notify otherwise. */
let rendered = { tip: -1, text: '' };
function templateText(): string {
  if (rendered.tip !== tip) {
    const now = Math.floor(Date.now() / 1000);
    const present = {
      ...template,
      previousblockhash: tipHash(),
      height: FIRST_HEIGHT + tip,
      mintime: now - 3600,
      curtime: now,
      longpollid: `tip ${tip}`,
    };
    rendered = { tip, text: JSON.stringify(present) };
  }
  return rendered.text;
}

function decoded(hex: string): object {
  const { outputs } = decodeTransaction(fromHex(hex));
  return {
    txid: toDisplayHex(sha256d(fromHex(hex))),
    vin: [{ coinbase: '00' }],
    vout: outputs.map(({ valueSats, script }) => ({
      value: Number(valueSats) / 1e8,
      scriptPubKey: { hex: toHex(script), type: 'any' },
    })),
  };
}

function resultText({ method, params }: Call): string {
  switch (method) {
    case 'getblocktemplate':
      return templateText();
    case 'getblockchaininfo':
      return JSON.stringify({
        chain: 'regtest',
        blocks: FIRST_HEIGHT + tip - 1,
        headers: FIRST_HEIGHT + tip - 1,
        bestblockhash: tipHash(),
        initialblockdownload: false,
      });
    case 'getnetworkinfo':
      return JSON.stringify({ connections: 8, subversion: '/bench/' });
    case 'getblockhash':
      return JSON.stringify(params[0] === 0 ? toDisplayHex(network('regtest').genesisHash) : tipHash());
    case 'getdeploymentinfo':
      return JSON.stringify({ deployments: { segwit: {}, taproot: {} } });
    case 'getblockheader':
      return JSON.stringify({ height: FIRST_HEIGHT + tip - 1, bits: template.bits });
    case 'decoderawtransaction':
      return JSON.stringify(decoded(params[0] as string));
    default:
      return 'null';
  }
}

function isLongPoll({ method, params }: Call): boolean {
  const asked = (params[0] as { longpollid?: string } | undefined)?.longpollid;
  return method === 'getblocktemplate' && asked === `tip ${tip}`;
}

const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const call = JSON.parse(Buffer.concat(chunks).toString()) as Call;
    const answer = (): void => {
      const body = `{"result":${resultText(call)},"error":null,"id":${JSON.stringify(call.id)}}`;
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    };
    if (isLongPoll(call)) {
      waiting.push(answer);
      if (isTipWanted) newTip();
    } else answer();
  });
});

function newTip(): void {
  isTipWanted = false;
  tip++;
  templateText();
  const atMs = performance.timeOrigin + performance.now();
  for (const answer of waiting.splice(0)) answer();
  process.send!({ tipMs: atMs });
}

process.on('message', (message: 'new-tip') => {
  if (message !== 'new-tip') return;
  // A pool asks by long-poll half a minute after its start, and at once when it was answered.
  if (waiting.length === 0) isTipWanted = true;
  else newTip();
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
