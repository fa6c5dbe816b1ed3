/** Real regtest nodes for tests. Each gets a folder of its own; `stopAll` ends them and removes the folders. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BitcoindProgram, cacheFolder, findBitcoind, RegtestBitcoind } from '../src/localnet/index.js';

let program: Promise<BitcoindProgram> | undefined;

export function bitcoindProgram(): Promise<BitcoindProgram> {
  program ??= findBitcoind({
    env: process.env,
    cacheDir: cacheFolder(process.env),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  return program;
}

export class Bitcoinds {
  private readonly running: { node: RegtestBitcoind; datadir: string }[] = [];

  async start(options: { extraArgs?: readonly string[]; listen?: boolean } = {}): Promise<RegtestBitcoind> {
    const datadir = await mkdtemp(join(tmpdir(), 'orcapool-bitcoind-'));
    const node = await RegtestBitcoind.start(await bitcoindProgram(), { datadir, ...options });
    this.running.push({ node, datadir });
    return node;
  }

  async stopAll(): Promise<void> {
    for (const { node, datadir } of this.running.splice(0)) {
      await node.kill();
      await rm(datadir, { recursive: true, force: true });
    }
  }
}
