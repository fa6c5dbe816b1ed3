#!/usr/bin/env node
/** The first slice as a program: a private regtest chain, one job at a time, and a miner that finds its blocks. */
import { join } from 'node:path';
import { network } from './bitcoin/index.js';
import { fromHex } from './lib/index.js';
import { cacheFolder, findBitcoind, OneJobPool, RegtestBitcoind } from './localnet/index.js';
import { Miner } from './miner/index.js';
import { systemTimers } from './roles/system-timers.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

const program = await findBitcoind({ env: process.env, cacheDir: cacheFolder(process.env), log: say });
const bitcoind = await RegtestBitcoind.start(program, {
  datadir: join(process.cwd(), '.orcapool', 'bitcoind'),
});
say(`bitcoind runs a private chain (${program.version}).`);
const pool = new OneJobPool({
  network: network('regtest'),
  difficulty: 1e-4,
  payoutScript: fromHex('0014751e76e8199196d454941c45d1b3a323f1433bd6'),
  rpc: (method, params) => bitcoind.rpc(method, params),
  onBlock: (hash, verdict) => say(`block ${hash}: ${verdict ?? 'accepted'}`),
});
const port = await pool.start();
say(`Stratum on port ${port}; a miner is on its way.`);
const miner = new Miner(
  {
    url: `stratum+tcp://127.0.0.1:${port}`,
    user: 'localnet',
    password: 'x',
    threads: 1,
    maxHashrate: 300_000,
    versionRolling: false,
    userAgent: 'orcapool-miner',
  },
  quiet,
  systemTimers,
);
miner.on('accepted', () => say(`share accepted, ${pool.accepted} so far`));
miner.start();

process.once('SIGINT', async () => {
  await miner.stop();
  await pool.stop();
  await bitcoind.stop();
  process.exit(0);
});
