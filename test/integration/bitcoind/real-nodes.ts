/** Real nodes and data directories for one test; whatever it started ends with it, the last first. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from '@jest/globals';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { Bitcoinds } from '../../bitcoind.js';

const endings: (() => Promise<void>)[] = [];

export function atTestEnd(ending: () => Promise<void>): void {
  endings.push(ending);
}

/** `extraArgs` is read again at each `restart`. */
export function startBitcoind(
  options: { extraArgs?: readonly string[]; listen?: boolean } = {},
): Promise<RegtestBitcoind> {
  const bitcoinds = new Bitcoinds();
  atTestEnd(() => bitcoinds.stopAll());
  return bitcoinds.start(options);
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orcapool-'));
  atTestEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

afterEach(async () => {
  for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) await ending();
});
