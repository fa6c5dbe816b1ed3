import { describe, expect, it } from '@jest/globals';
import { network } from '../../src/bitcoin/index.js';
import { fromHex } from '../../src/lib/index.js';
import { OneJobPool } from '../../src/localnet/index.js';
import { Miner } from '../../src/miner/index.js';
import { startBitcoind } from '../bitcoind.js';

// BIP173's P2WPKH example program.
const PAYOUT_SCRIPT = fromHex('0014751e76e8199196d454941c45d1b3a323f1433bd6');

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const timers = {
  nowMs: () => Date.now(),
  after(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs: number, callback: () => void) {
    const timer = setInterval(callback, periodMs);
    return () => clearInterval(timer);
  },
};

describe('template to block, one job, one miner', () => {
  it('puts two mined blocks on a real chain, their coinbases paying the miner', async () => {
    const bitcoind = await startBitcoind();
    const verdicts: (string | null)[] = [];
    const pool = new OneJobPool({
      network: network('regtest'),
      difficulty: 1e-4,
      payoutScript: PAYOUT_SCRIPT,
      rpc: (method, params) => bitcoind.rpc(method, params),
      onBlock: (_hash, verdict) => verdicts.push(verdict),
    });
    const miner = new Miner(
      {
        url: `stratum+tcp://127.0.0.1:${await pool.start()}`,
        user: 'anyone',
        password: 'x',
        threads: 2,
        maxHashrate: 0,
        versionRolling: false,
        userAgent: 'slice/1',
      },
      silent,
      timers,
    );
    miner.start();
    const deadlineMs = Date.now() + 50_000;
    while (verdicts.length < 2 && Date.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 100));
    await miner.stop();
    await pool.stop();

    expect(verdicts.slice(0, 2)).toEqual([null, null]);
    expect(pool.accepted).toBeGreaterThan(0);
    expect(await bitcoind.rpc<number>('getblockcount')).toBeGreaterThanOrEqual(2);
    const block = await bitcoind.rpc<{ tx: { vout: { scriptPubKey: { hex: string } }[] }[] }>('getblock', [
      await bitcoind.rpc<string>('getbestblockhash'),
      2,
    ]);
    expect(block.tx[0]!.vout[0]!.scriptPubKey.hex).toBe('0014751e76e8199196d454941c45d1b3a323f1433bd6');
  });
});
