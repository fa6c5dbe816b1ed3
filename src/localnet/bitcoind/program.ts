/**
 * Finds a bitcoind to run on regtest: `BITCOIND`, then PATH, then Debian's `bitcoin-knots` fetched through apt into
 * a cache. Knots of that version follows another chain than Bitcoin Core on mainnet, so what is found here is for
 * private networks only and is never offered to a production role.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CodedError, errorMessage } from '../../lib/index.js';
import { fetchDebianBitcoind } from './debian.js';

const run = promisify(execFile);

export class BitcoindProgramError extends CodedError<'BITCOIND_NOT_FOUND' | 'BITCOIND_NOT_RUNNABLE'> {}

export interface BitcoindProgram {
  readonly command: string;
  /** Stand before bitcoind's own arguments: a loader and its library path, where one is needed. */
  readonly args: readonly string[];
  readonly source: 'BITCOIND' | 'PATH' | 'debian';
  /** The first line of `-version`. */
  readonly version: string;
}

export interface FindBitcoindOptions {
  readonly env: { readonly BITCOIND?: string | undefined; readonly PATH?: string | undefined };
  readonly cacheDir: string;
  /** Takes one sentence at a time for the person who waits. */
  readonly log: (line: string) => void;
}

const ADVICE =
  'Install Bitcoin Core and put bitcoind on PATH, or name it: BITCOIND=/path/to/bitcoind npm start';

async function versionOf(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(command, [...args, '-version'], { timeout: 20_000 });
  return stdout.split('\n')[0]!.trim();
}

async function onPath(path: string | undefined): Promise<string | null> {
  for (const directory of (path ?? '').split(delimiter)) {
    if (directory === '') continue;
    const candidate = join(directory, 'bitcoind');
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here: the next directory may have it.
    }
  }
  return null;
}

/** Throws `BitcoindProgramError` when there is none, saying why and what to do. */
export async function findBitcoind({ env, cacheDir, log }: FindBitcoindOptions): Promise<BitcoindProgram> {
  const named = env.BITCOIND !== undefined && env.BITCOIND !== '' ? env.BITCOIND : null;
  const local = named ?? (await onPath(env.PATH));
  if (local !== null) {
    try {
      const version = await versionOf(local, []);
      return { command: local, args: [], source: named === null ? 'PATH' : 'BITCOIND', version };
    } catch (error) {
      throw new BitcoindProgramError(
        'BITCOIND_NOT_RUNNABLE',
        `${named === null ? 'the bitcoind on PATH' : 'BITCOIND'}, ${local}, does not run: ${errorMessage(error).split('\n')[0]}. ${ADVICE}`,
        { program: local },
        error,
      );
    }
  }
  try {
    const program = await fetchDebianBitcoind(cacheDir, log);
    return { ...program, source: 'debian', version: await versionOf(program.command, program.args) };
  } catch (error) {
    throw new BitcoindProgramError(
      'BITCOIND_NOT_FOUND',
      `no bitcoind: none named by BITCOIND=, none on PATH, and Debian's package could not be fetched (${errorMessage(error).split('\n')[0]}). ${ADVICE}`,
      {},
      error,
    );
  }
}
