import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { freePortPair, freePorts } from '../../src/localnet/index.js';
import { atTestEnd, temporaryFolder } from '../bitcoind.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
// BIP350's P2TR example program, on regtest.
const USER = 'bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6';

const LOOPBACK = { ORCAPOOL_STRATUM_HOST: '127.0.0.1' };

class Command {
  output = '';
  private readonly child: ChildProcess;

  /** `env`: beside the test's own. */
  constructor(words: readonly string[], datadir: string, env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...words], {
      cwd: datadir,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.output += text;
      });
    }
    atTestEnd(async () => {
      if (this.child.exitCode === null && this.child.signalCode === null) {
        process.kill(-this.child.pid!, 'SIGKILL');
      }
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  async until(text: string | RegExp, timeoutMs: number): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (this.output.search(text) < 0) {
      if (Date.now() > deadlineMs || this.child.exitCode !== null)
        throw new Error(`never said ${text}:\n${this.output}`);
      await sleep(50);
    }
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await new Promise((resolve) => this.child.once('close', resolve));
    return this.child.exitCode;
  }

  /** As the system does with one that takes too much memory: itself and nobody else. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ctrl-C reaches the whole process group; resolves to the exit code. */
  async interrupt(): Promise<number | null> {
    process.kill(-this.child.pid!, 'SIGINT');
    if (this.child.exitCode === null) await new Promise((resolve) => this.child.once('exit', resolve));
    return this.child.exitCode;
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** One that has ended and was not waited for is not. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('orcapool localnet', () => {
  it('has two nodes, mines its first share, finds blocks, and stops with Ctrl-C', async () => {
    const folder = await temporaryFolder();
    const stratum = await freePortPair();
    const [http] = await freePorts(1);
    const localnet = new Command(
      ['localnet', '--stratum-port', `${stratum}`, '--http-port', `${http}`],
      folder,
    );
    await localnet.until(/shares [1-9]\d* accepted/, 60_000);
    await localnet.until(/block \d+ [0-9a-f]{64}: in-chain/, 120_000);
    const [, emulator] = /(http:\/\/\S+)\/rounds\/\d+/.exec(localnet.output)!;
    const [, operatorPage] = /(http:\/\/\S+\/status) {2}\(what Koii shows its operator\)/.exec(
      localnet.output,
    )!;
    expect(await (await fetch(operatorPage!)).json()).toMatchObject({ miners: { port: stratum } });
    const overview = (await (await fetch(emulator!)).json()) as { round: number; nodes: object[] };
    expect(overview.nodes).toMatchObject([
      { name: 'A', stratum_port: stratum, http_port: http },
      { name: 'B' },
    ]);
    const record = await (await fetch(`${emulator}/rounds/${overview.round}`)).json();
    expect(record).toMatchObject({ round: overview.round, submissions: [], lists: [], payout: null });
    const startedMs = Date.now();
    expect(await localnet.interrupt()).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    expect(localnet.output).toContain('Stopped.');
  }, 300_000);

  it('leaves no pool and no task behind when it is killed', async () => {
    const folder = await temporaryFolder();
    const stratum = await freePortPair();
    const [http] = await freePorts(1);
    const words = ['localnet', '--no-miner', '--stratum-port', `${stratum}`, '--http-port', `${http}`];
    const localnet = new Command(words, folder);
    await localnet.until('Ctrl-C stops everything', 60_000);
    const childrenThat = async (say: string): Promise<number[]> =>
      (await childrenOf(localnet.pid)).filter((pid) => wordsOf(pid).includes(say));
    const listenersOf = async (): Promise<number[]> =>
      (await Promise.all((await childrenThat('main.js\0node')).map(childrenOf))).flat();
    while ((await listenersOf()).length < 2) await sleep(100);
    const [pods, tasks] = [await childrenThat('main.js\0node'), await childrenThat('bafybundle.js')];
    const listeners = await listenersOf();
    expect([pods.length, tasks.length]).toEqual([2, 2]);
    const bitcoindPid = Number(
      await readFile(join(folder, '.orcapool', 'localnet', 'bitcoind', 'regtest', 'bitcoind.pid'), 'utf8'),
    );
    // It outlives whoever started it; the next start ends it.
    atTestEnd(async () => void process.kill(bitcoindPid, 'SIGKILL'));
    localnet.kill();
    const left = [...pods, ...listeners, ...tasks];
    atTestEnd(async () => {
      for (const pid of left) if (isThere(pid)) process.kill(pid, 'SIGKILL');
    });
    const deadlineMs = Date.now() + 15_000;
    while (left.some(isThere)) {
      if (Date.now() > deadlineMs) throw new Error(`still there: ${left.filter(isThere).join(', ')}`);
      await sleep(50);
    }
  }, 120_000);

  it.each(['--stratum-port', '--http-port'])(
    'says which port is taken, and how to choose another: %s',
    async (option) => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      atTestEnd(() => new Promise((resolve) => taken.close(() => resolve())));
      const { port } = taken.address() as AddressInfo;
      const stratum = await freePortPair();
      const [http] = await freePorts(1);
      const words = ['localnet', '--stratum-port', `${stratum}`, '--http-port', `${http}`, option, `${port}`];
      const localnet = new Command(words, await temporaryFolder());
      expect(await localnet.ended()).not.toBe(0);
      expect(localnet.output).toMatch(new RegExp(`port ${port} is taken.*${option} \\d+`));
    },
  );

  it('does not take an address for its miners when the task has them come to every one', async () => {
    const localnet = new Command(['localnet'], await temporaryFolder(), LOOPBACK);
    expect(await localnet.ended()).toBe(1);
    expect(localnet.output).toMatch(/stratum\.host is 127\.0\.0\.1.*--nodes 0/);
  });

  it('says when its bitcoind dies, starts it again, and mines on', async () => {
    const folder = await temporaryFolder();
    const [stratum, http] = await freePorts(2);
    const ports = ['--stratum-port', `${stratum}`, '--http-port', `${http}`];
    const localnet = new Command(['localnet', '--nodes', '0', ...ports], folder, LOOPBACK);
    await localnet.until(/shares [1-9]\d* accepted/, 60_000);
    const pidFile = join(folder, '.orcapool', 'localnet', 'bitcoind', 'regtest', 'bitcoind.pid');
    process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
    await localnet.until('bitcoind has ended by itself: it is started again', 5_000);
    // Whether it is missed at all depends on how soon it is back; where it is, both are said.
    const accepted = Number(/.*shares (\d+) accepted/s.exec(localnet.output)![1]);
    const more = new RegExp(`is started again.*shares (?!${accepted} )\\d+ accepted(?!.*has stopped)`, 's');
    await localnet.until(more, 40_000);
    const [, after] = localnet.output.split('is started again');
    if (after!.includes('work has stopped'))
      expect(after).toMatch(/work has stopped \(.*is bitcoind running.*work has resumed\n/s);
    expect(await localnet.interrupt()).toBe(0);
  }, 150_000);

  it('serves a miner of one’s own, with --no-miner', async () => {
    const folder = await temporaryFolder();
    const [stratum, http] = await freePorts(2);
    const ports = ['--stratum-port', `${stratum}`, '--http-port', `${http}`];
    const words = ['localnet', '--nodes', '0', '--no-miner', '--fresh', ...ports];
    const localnet = new Command(words, folder, LOOPBACK);
    await localnet.until(/Ctrl-C stops everything/, 15_000);
    expect(localnet.output).not.toContain('test miner');
    const miner = new Command(
      [
        'miner',
        `stratum+tcp://127.0.0.1:${stratum}`,
        '-u',
        `${USER}.rig1`,
        '--threads',
        '1',
        '--hashrate',
        '300000',
      ],
      folder,
    );
    await miner.until(/accepted {2}[0-9a-f]{64}/, 30_000);
    expect(await miner.interrupt()).toBe(0);
    const worker = await fetch(`http://127.0.0.1:${http}/api/v1/workers/${USER}`);
    expect(await worker.json()).toMatchObject({ address: USER, workers: [{ name: 'rig1' }] });
    expect(await localnet.interrupt()).toBe(0);
  }, 90_000);
});
