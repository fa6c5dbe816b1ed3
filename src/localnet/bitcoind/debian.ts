/**
 * Debian's `bitcoin-knots`, unpacked beside the machine's own libraries into a cache: nothing is installed and no
 * privilege is needed. apt itself downloads and verifies, against Debian's keyring, from wherever this machine gets
 * its packages, into a state folder of its own. The program is started through the loader and libraries it was
 * built against, so the machine's Debian release does not matter.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CodedError, errorMessage } from '../../lib/index.js';
import { withLock } from './file-lock.js';

const run = promisify(execFile);

export class DebianFetchError extends CodedError<'APT_UNUSABLE' | 'APT_FAILED'> {}

export interface LoadedProgram {
  readonly command: string;
  readonly args: readonly string[];
}

const SUITE = 'trixie';
const PROGRAM_PACKAGE = 'bitcoin-knots';
const LIBRARY_PACKAGES = [
  'libc6',
  'libstdc++6',
  'libgcc-s1',
  'libevent-core-2.1-7t64',
  'libevent-extra-2.1-7t64',
  'libevent-pthreads-2.1-7t64',
  'libsqlite3-0',
  'libzmq5',
  'libnorm1t64',
  'libpgm-5.3-0t64',
  'libsodium23',
  'libgssapi-krb5-2',
  'libkrb5-3',
  'libk5crypto3',
  'libkrb5support0',
  'libcom-err2',
  'libkeyutils1',
  'libbsd0',
  'libmd0',
];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const APT_TIMEOUT_MS = 180_000;

/** Where Debian's GNU triplet directories and dynamic loaders are, by Node's architecture name. */
const MACHINES: Readonly<Record<string, { readonly triplet: string; readonly loader: string }>> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** Throws `DebianFetchError`, `FileLockError` or a file system's error. */
export async function fetchDebianBitcoind(
  cacheDir: string,
  log: (line: string) => void,
): Promise<LoadedProgram> {
  const machine = MACHINES[process.arch];
  if (process.platform !== 'linux' || machine === undefined) {
    throw new DebianFetchError(
      'APT_UNUSABLE',
      `there is no such package for ${process.platform} on ${process.arch}`,
    );
  }
  const home = join(cacheDir, `bitcoind-${SUITE}-${process.arch}`);
  const program = (): LoadedProgram => {
    const root = join(home, 'root');
    const libraries = [`usr/lib/${machine.triplet}`, `lib/${machine.triplet}`].map((path) =>
      join(root, path),
    );
    return {
      command: join(root, 'usr/lib', machine.triplet, machine.loader),
      args: ['--inhibit-cache', '--library-path', libraries.join(':'), join(root, 'usr/bin/bitcoind')],
    };
  };
  if (await exists(home)) return program();
  await mkdir(cacheDir, { recursive: true });
  await withLock(`${home}.lock`, async () => {
    if (await exists(home)) return;
    log('No bitcoind here yet: fetching one from Debian (about 20 MB, once)…');
    const draft = await mkdtemp(`${home}.draft-`);
    try {
      await fetchInto(draft, log);
      await rename(draft, home);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
  return program();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function fetchInto(draft: string, log: (line: string) => void): Promise<void> {
  const apt = new PrivateApt(join(draft, 'apt'));
  const mirror = await apt.debianMirror();
  const suites = [SUITE, `${SUITE}-backports`];
  await apt.useSources(suites.map((suite) => `deb [signed-by=${KEYRING}] ${mirror} ${suite} main`));
  await apt.run('update');
  log('  downloading bitcoind and the libraries it needs…');
  const downloads = join(draft, 'packages');
  await mkdir(downloads);
  await apt.run('download', LIBRARY_PACKAGES, downloads);
  await apt.run('download', ['-t', `${SUITE}-backports`, PROGRAM_PACKAGE], downloads);
  log('  unpacking…');
  const root = join(draft, 'root');
  await mkdir(root);
  for (const file of await readdir(downloads)) await run('dpkg-deb', ['-x', join(downloads, file), root]);
  await rm(downloads, { recursive: true });
  await rm(join(draft, 'apt'), { recursive: true });
}

/** apt-get with state, cache and sources of its own; the machine's proxies and certificates stay in force. */
class PrivateApt {
  constructor(private readonly folder: string) {}

  private options(): string[] {
    const settings = [
      `Dir::State=${this.folder}`,
      `Dir::State::lists=${this.folder}/lists`,
      `Dir::State::status=${this.folder}/status`,
      `Dir::Cache=${this.folder}/cache`,
      'Acquire::Languages=none',
      'APT::Sandbox::User=',
    ];
    return settings.flatMap((setting) => ['-o', setting]);
  }

  private ownSources(): string[] {
    const settings = [
      `Dir::Etc::sourcelist=${this.folder}/sources.list`,
      'Dir::Etc::sourceparts=/dev/null',
      'Dir::Etc::preferences=/dev/null',
      'Dir::Etc::preferencesparts=/dev/null',
    ];
    return settings.flatMap((setting) => ['-o', setting]);
  }

  private async call(command: string, args: readonly string[], cwd?: string): Promise<string> {
    try {
      const { stdout } = await run(command, [...args], {
        ...(cwd === undefined ? {} : { cwd }),
        timeout: APT_TIMEOUT_MS,
        maxBuffer: 16 << 20,
        env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      });
      return stdout;
    } catch (error) {
      const stderr = String((error as { stderr?: unknown }).stderr ?? '');
      const line = stderr.split('\n').find((text) => text.startsWith('E:')) ?? errorMessage(error);
      throw new DebianFetchError('APT_FAILED', `${command} ${args.at(-1)}: ${line}`, {}, error);
    }
  }

  /** Where this machine gets Debian's packages from. Fresh images know only after an update of their own sources. */
  async debianMirror(): Promise<string> {
    await mkdir(join(this.folder, 'lists/partial'), { recursive: true });
    await mkdir(join(this.folder, 'cache/archives/partial'), { recursive: true });
    await writeFile(join(this.folder, 'status'), '');
    await this.call('apt-get', [...this.options(), 'update']);
    const rows = await this.call('apt-get', [
      ...this.options(),
      'indextargets',
      '--format',
      '$(ORIGIN)|$(LABEL)|$(REPO_URI)',
      'Created-By: Packages',
    ]);
    const row = rows.split('\n').find((text) => text.startsWith('Debian|Debian|'));
    if (row === undefined) {
      throw new DebianFetchError('APT_UNUSABLE', "apt on this machine is not set up for Debian's packages");
    }
    return row.split('|')[2]!;
  }

  async useSources(lines: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, 'sources.list'), `${lines.join('\n')}\n`);
  }

  async run(verb: string, args: readonly string[] = [], cwd?: string): Promise<void> {
    await this.call('apt-get', [...this.options(), ...this.ownSources(), verb, ...args], cwd);
  }
}
