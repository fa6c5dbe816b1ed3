/**
 * A real regtest bitcoind for a test: `const node = await startBitcoind()`. Whatever a test file started is stopped,
 * and its folder removed, after that file's last test.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { type BitcoindProgram, cacheFolder, findBitcoind, RegtestBitcoind } from '../src/localnet/index.js';

const started: RegtestBitcoind[] = [];
const folders: string[] = [];
let program: Promise<BitcoindProgram> | undefined;

/** Looked for once per test file; the first run on a machine may fetch it. */
export function bitcoindProgram(): Promise<BitcoindProgram> {
  program ??= findBitcoind({
    env: process.env,
    cacheDir: cacheFolder(process.env),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  return program;
}

export interface StartBitcoindOptions {
  listen?: boolean;
  extraArgs?: readonly string[];
  /** Default: a new temporary folder. One given here is not removed. */
  datadir?: string;
}

export async function startBitcoind(options: StartBitcoindOptions = {}): Promise<RegtestBitcoind> {
  const datadir = options.datadir ?? (await temporaryFolder());
  const node = await RegtestBitcoind.start(await bitcoindProgram(), { ...options, datadir });
  started.push(node);
  return node;
}

/** A new folder that goes after the file's last test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orcapool-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  await Promise.all(started.splice(0).map((node) => node.kill()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});
