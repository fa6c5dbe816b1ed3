import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { network } from '../../src/bitcoin/index.js';
import { freePorts } from '../../src/localnet/index.js';
import { verifyShares } from '../../src/shares/index.js';
import { startBitcoind } from '../bitcoind.js';
import { BLOCK_DIFFICULTY, StratumClient } from '../stratum-client.js';
import { NODE_KEY, PoolProcess, RESERVE_SCRIPT, TASK_ID } from './pool-process.js';

// BIP173's P2WPKH example and BIP86's second address (its output key is in the BIP), on regtest.
const P2WPKH = {
  address: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
  script: '0014751e76e8199196d454941c45d1b3a323f1433bd6',
};
const P2TR = {
  address: 'bcrt1p4qhjn9zdvkux4e44uhx8tc55attvtyu358kutcqkudyccelu0waslcutpz',
  script: '5120a82f29944d65b86ae6b5e5cc75e294ead6c59391a1edc5e016e3498c67fc7bbb',
};

interface Block {
  tx: { vin: { coinbase: string }[]; vout: { value: number; scriptPubKey: { hex: string } }[] }[];
}

function sha256(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function taggedHash(tag: string, ...parts: readonly Buffer[]): Buffer {
  return sha256(sha256(tag), sha256(tag), ...parts);
}

function u(bytes: 4 | 8, value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(value);
  return buffer.subarray(0, bytes);
}

/** The commitment of docs/design.md, from its text alone. */
function commitment(round: bigint, payoutScript: string, bits: number): string {
  const miner = taggedHash('orcapool/miner/1', Buffer.of(0), Buffer.from(payoutScript, 'hex'));
  return taggedHash(
    'orcapool/share/1',
    Buffer.from(TASK_ID, 'hex'),
    Buffer.from(NODE_KEY, 'hex'),
    u(8, round),
    miner,
    u(4, BigInt(bits)),
    sha256(Buffer.from(RESERVE_SCRIPT, 'hex')),
    Buffer.alloc(32),
  ).toString('hex');
}

describe('a pool on a real bitcoind', () => {
  it.each([
    ['P2WPKH', P2WPKH],
    ['P2TR', P2TR],
  ])('takes shares of a %s miner and brings its block to the chain', async (_name, { address, script }) => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, `${address}.rig1`, 'd=0.00001');
    for (let i = 0; i < 5; i++) {
      const { job } = miner;
      const reply = await miner.submit(`${address}.rig1`, job, miner.mine(job));
      expect(reply).toMatchObject({ result: true, error: null });
    }
    const { job } = miner;
    const block = miner.mine(job, BLOCK_DIFFICULTY);
    expect(await miner.submit(`${address}.rig1`, job, block)).toMatchObject({ result: true });
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();

    const { tx } = await bitcoind.rpc<Block>('getblock', [block.hash, 2]);
    const outputs = tx[0]!.vout.map(({ value, scriptPubKey }) => [value, scriptPubKey.hex] as const);
    expect(outputs[0]).toEqual([50, RESERVE_SCRIPT]);
    expect(outputs.slice(1).every(([value]) => value === 0)).toBe(true);
    const marked = outputs.filter(([, hex]) => hex.startsWith('6a244f524331'));
    expect(marked).toHaveLength(1);
    expect(outputs).toHaveLength(3);

    const round = BigInt(Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 86_400_000));
    expect(miner.difficulty).toBe(0.00001);
    // ⌈(2²²⁴ + 2²⁰²) / 0.00001⌉ as compact bits, rounded up: 0x1f0186a1.
    expect(marked[0]![1].slice(12)).toBe(commitment(round, script, 0x1f0186a1));
  });

  it('writes the words of the password into the block, and recomputes every share with them', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const user = `${P2WPKH.address}.rig1`;
    const miner = await StratumClient.login(pool.stratumPort, user, 'd=0.00001,sig=mined at home');
    const events = new AbortController();
    const stream = await fetch(`http://127.0.0.1:${pool.httpPort}/api/v1/events`, { signal: events.signal });
    const { job } = miner;
    for (let i = 0; i < 3; i++) {
      expect(await miner.submit(user, job, miner.mine(job))).toMatchObject({ result: true });
    }
    const block = miner.mine(job, BLOCK_DIFFICULTY);
    expect(await miner.submit(user, job, block)).toMatchObject({ result: true });
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();
    const { tx } = await bitcoind.rpc<Block>('getblock', [block.hash, 2]);
    const script = Buffer.from(tx[0]!.vin[0]!.coinbase, 'hex');
    // Height 1, the tag, the words, twelve bytes of extranonce.
    expect(script.subarray(0, -12).toString('latin1')).toBe('\x51\x08Orcapool\x0dmined at home\x0c');

    let told = '';
    for await (const chunk of stream.body!) {
      told += Buffer.from(chunk).toString();
      if (told.includes('"coinbase_sig":"mined at home"')) break;
    }
    events.abort();
    expect(told).toContain(block.hash);
    const { checked, failed } = await verifyShares(pool.shardFolder, network('regtest'));
    expect({ checked, failed }).toEqual({ checked: 4, failed: 0 });
  });

  it('tries a block even under a name that never logged in', async () => {
    const bitcoind = await startBitcoind();
    const pool = await PoolProcess.start({ nodes: [bitcoind] });
    await pool.untilHealthy();
    const miner = await StratumClient.login(pool.stratumPort, `${P2WPKH.address}.rig1`);
    const { job } = miner;
    const block = miner.mine(job, BLOCK_DIFFICULTY);
    await miner.submit(`${P2WPKH.address}.rig2`, job, block);
    await pool.until(
      'the block is the tip',
      async () => (await bitcoind.rpc('getbestblockhash')) === block.hash,
    );
    miner.close();
  });
});

// BIP173's P2WPKH example on regtest.
const USER = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

describe('the ports of a node', () => {
  it('take TLS as well, and large miners apart, on every listener', async () => {
    const bitcoind = await startBitcoind();
    const [high] = await freePorts(1);
    const vector = (name: string): string =>
      fileURLToPath(new URL(`../../../test/vectors/tls/${name}`, import.meta.url));
    const pool = await PoolProcess.start({
      nodes: [bitcoind],
      env: {
        ORCAPOOL_STRATUM_HIGHPORT: String(high),
        ORCAPOOL_STRATUM_HIGHDIFFICULTY: '0.0005',
        ORCAPOOL_STRATUM_TLSCERTIFICATE: vector('first.crt'),
        ORCAPOOL_STRATUM_TLSKEY: vector('first.key'),
      },
    });
    await pool.untilHealthy();
    for (const [port, difficulty] of [
      [pool.stratumPort, '0.00001'],
      [high!, '0.0005'],
    ] as const) {
      for (let i = 0; i < 6; i++) {
        const secure = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
        await once(secure, 'secureConnect');
        expect(secure.getPeerCertificate().subject.CN).toBe('first.example');
        secure.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
        secure.write(`{"id":2,"method":"mining.authorize","params":["${USER}","x"]}\n`);
        let text = '';
        for await (const chunk of secure.setEncoding('utf8')) {
          text += chunk;
          if (text.includes('"mining.notify","params"')) break;
        }
        expect(text).toContain(`"mining.set_difficulty","params":[${difficulty}]`);
      }
    }
    const plain = await StratumClient.login(pool.stratumPort, USER);
    expect(await plain.submit(USER, plain.job, plain.mine())).toMatchObject({ result: true });
    plain.close();
  });
});
