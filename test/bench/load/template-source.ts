/**
 * The bench's bitcoind: a process of its own on loopback that answers what a pool node asks, with templates of 3,000
 * transactions. It has no chain: the tip moves when it is told to, and blocks are taken and forgotten. Only the bench
 * uses it, because no regtest chain has templates that large. Forked, it listens on a port of its own choice and says
 * which; started by hand with a port, it serves somebody else's pool for comparison, until it is ended.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { bitsToTarget, decodeTransaction, network } from '../../../src/bitcoin/index.js';
import { fromHex, sha256d, toDisplayHex, toHex } from '../../../src/lib/index.js';
import { deepRawTemplate } from '../deep-template.js';

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

const FIRST_HEIGHT = 930_000;
const template = deepRawTemplate();
/** What a bitcoind says too, this pool has no use for, and others cannot do without. */
const FOR_OTHERS = {
  target: bitsToTarget(Number.parseInt(template.bits, 16)).toString(16).padStart(64, '0'),
  coinbaseaux: {},
  transactions: template.transactions.map((transaction) => ({ ...transaction, hash: transaction.txid })),
};
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
      ...FOR_OTHERS,
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
    // Of other pools.
    case 'getbestblockhash':
      return JSON.stringify(tipHash());
    case 'getblockcount':
      return String(FIRST_HEIGHT + tip - 1);
    case 'validateaddress':
      return JSON.stringify({ isvalid: true, isscript: false, iswitness: true });
    default:
      return 'null';
  }
}

function isLongPoll({ method, params }: Call): boolean {
  const asked = (params[0] as { longpollid?: string } | undefined)?.longpollid;
  return method === 'getblocktemplate' && asked === `tip ${tip}`;
}

// ckpool ends its lines with a line feed alone, which a strict parser refuses, and reads an answer to its line feed.
const server = http.createServer({ keepAliveTimeout: 0, insecureHTTPParser: true }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const call = { params: [], ...JSON.parse(Buffer.concat(chunks).toString()) } as unknown as Call;
    const answer = (): void => {
      const body = `{"result":${resultText(call)},"error":null,"id":${JSON.stringify(call.id ?? null)}}\n`;
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
  process.send?.({ tipMs: atMs });
}

process.on('message', (message: 'new-tip') => {
  if (message !== 'new-tip') return;
  // A pool asks by long-poll half a minute after its start, and at once when it was answered.
  if (waiting.length === 0) isTipWanted = true;
  else newTip();
});
process.on('disconnect', () => process.exit(0));
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  if (process.send === undefined)
    console.log(`Templates of ${template.transactions.length} transactions on port ${port}.`);
  else process.send({ port });
});
