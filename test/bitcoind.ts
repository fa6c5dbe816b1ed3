/** Real nodes and data directories for one test; whatever it started ends with it, the last first. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { type BitcoindProgram, cacheFolder, findBitcoind, RegtestBitcoind } from '../src/localnet/index.js';

let program: Promise<BitcoindProgram> | undefined;
const endings: (() => Promise<void>)[] = [];

/** Looked for once per test file; the first run on a machine may fetch it. */
export function bitcoindProgram(): Promise<BitcoindProgram> {
  program ??= findBitcoind({
    env: process.env,
    cacheDir: cacheFolder(process.env),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  return program;
}

export function atTestEnd(ending: () => Promise<void>): void {
  endings.push(ending);
}

/** `extraArgs` is read again at each `restart`. */
export async function startBitcoind(
  options: { extraArgs?: readonly string[]; listen?: boolean } = {},
): Promise<RegtestBitcoind> {
  const datadir = await temporaryFolder();
  const node = await RegtestBitcoind.start(await bitcoindProgram(), { datadir, ...options });
  atTestEnd(() => node.kill());
  return node;
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orcapool-'));
  atTestEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

afterEach(async () => {
  for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) await ending();
});
