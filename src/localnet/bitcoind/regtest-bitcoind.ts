/**
 * A real bitcoind on a private regtest chain: loopback only, no wallet, no peers but those it is told to have. Its
 * ports stay the same across `restart`, so what points at it need not be told.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, errorMessage } from '../../lib/index.js';
import { freePorts } from './free-ports.js';
import type { BitcoindProgram } from './program.js';

export class RegtestBitcoindError extends CodedError<'BITCOIND_START_FAILED' | 'BITCOIND_RPC'> {}

export interface RegtestOptions {
  readonly datadir: string;
  readonly extraArgs?: readonly string[];
  /** Accepts connections from other nodes of the test. */
  readonly listen?: boolean;
}

interface Ports {
  readonly rpc: number;
  readonly zmq: number;
  readonly peer: number;
}

const START_PATIENCE_MS = 30_000;
const STOP_PATIENCE_MS = 20_000;

/** An address nobody here holds the key of: BIP173's P2WPKH example program. A wallet would cost 100 times as much. */
const FOREIGN_ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

const USER = 'orcapool';

/** As Bitcoin Core's own rpcauth.py writes it. */
function rpcAuth(password: string): string {
  const salt = randomBytes(16).toString('hex');
  return `${USER}:${salt}$${createHmac('sha256', salt).update(password).digest('hex')}`;
}

/** A bitcoind that outlived whoever started it (kill -9, power cut of a container) would keep its folder locked. */
async function endOrphan(datadir: string): Promise<void> {
  const pid = Number(await readFile(join(datadir, 'regtest', 'bitcoind.pid'), 'utf8').catch(() => ''));
  if (!(pid > 0)) return;
  const deadlineMs = Date.now() + STOP_PATIENCE_MS;
  for (let asked = false; Date.now() < deadlineMs; asked = true) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!words.split('\0').includes(`-datadir=${datadir}`)) return;
    if (!asked) process.kill(pid, 'SIGTERM');
    await sleep(50);
  }
}

export class RegtestBitcoind {
  /** Called when bitcoind ends though nobody here asked it to. */
  onOwnEnd: () => void = () => {};
  private child: ChildProcess | null = null;
  private asked = false;
  private stderr = '';
  private readonly password = randomBytes(16).toString('hex');
  private readonly killAtExit = (): void => {
    this.child?.kill('SIGKILL');
  };

  private constructor(
    private readonly program: BitcoindProgram,
    private readonly options: RegtestOptions,
    private readonly ports: Ports,
  ) {}

  /** Resolves when RPC answers; throws `RegtestBitcoindError` with bitcoind's own words when it ends instead. */
  static async start(program: BitcoindProgram, options: RegtestOptions): Promise<RegtestBitcoind> {
    await mkdir(options.datadir, { recursive: true });
    await endOrphan(options.datadir);
    const [rpc, zmq, peer] = (await freePorts(3)) as [number, number, number];
    const node = new RegtestBitcoind(program, options, { rpc, zmq, peer });
    await node.launch();
    return node;
  }

  get rpcUrl(): string {
    return `http://127.0.0.1:${this.ports.rpc}`;
  }

  /** With a user and password that outlive restarts, as an operator would write it down. */
  get rpcUrlWithUser(): string {
    return `http://${USER}:${this.password}@127.0.0.1:${this.ports.rpc}`;
  }

  get cookieFile(): string {
    return join(this.options.datadir, 'regtest', '.cookie');
  }

  get zmqHashBlock(): string {
    return `tcp://127.0.0.1:${this.ports.zmq}`;
  }

  get pid(): number {
    return this.child!.pid!;
  }

  private async launch(): Promise<void> {
    const child = spawn(
      this.program.command,
      [
        ...this.program.args,
        '-regtest',
        `-datadir=${this.options.datadir}`,
        '-server',
        '-disablewallet',
        '-dnsseed=0',
        '-fixedseeds=0',
        '-discover=0',
        '-natpmp=0',
        '-printtoconsole=0',
        '-rpcbind=127.0.0.1',
        '-rpcallowip=127.0.0.1',
        `-rpcauth=${rpcAuth(this.password)}`,
        `-rpcport=${this.ports.rpc}`,
        `-zmqpubhashblock=${this.zmqHashBlock}`,
        ...(this.options.listen === true ? [`-bind=127.0.0.1:${this.ports.peer}`] : ['-listen=0']),
        ...(this.options.extraArgs ?? []),
      ],
      // A process group of its own: Ctrl-C reaches whoever started this, who then ends bitcoind in good order.
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    this.child = child;
    this.asked = false;
    this.stderr = '';
    child.stderr!.setEncoding('utf8');
    child.stderr!.on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-4000);
    });
    let startError: Error | null = null;
    child.on('error', (error) => {
      startError = error;
    });
    process.once('exit', this.killAtExit);
    const deadlineMs = Date.now() + START_PATIENCE_MS;
    for (;;) {
      if (
        startError !== null ||
        child.exitCode !== null ||
        child.signalCode !== null ||
        Date.now() > deadlineMs
      ) {
        child.kill('SIGKILL');
        process.off('exit', this.killAtExit);
        const reason = startError === null ? this.stderr.trim() : errorMessage(startError);
        throw new RegtestBitcoindError(
          'BITCOIND_START_FAILED',
          `bitcoind did not start: ${reason || `exit code ${child.exitCode}`}`,
        );
      }
      try {
        await this.rpc('getblockchaininfo');
        child.once('exit', () => {
          if (!this.asked) this.onOwnEnd();
        });
        return;
      } catch {
        await sleep(30);
      }
    }
  }

  /** Throws `RegtestBitcoindError` with bitcoind's message, or with what kept it from answering. */
  async rpc<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    const cookie = await readFile(this.cookieFile, 'utf8');
    const response = await fetch(this.rpcUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(cookie).toString('base64')}`, connection: 'close' },
      body: JSON.stringify({ jsonrpc: '1.0', id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as {
      result: T;
      error: { code: number; message: string } | null;
    };
    if (error !== null)
      throw new RegtestBitcoindError('BITCOIND_RPC', `${method}: ${error.message}`, { code: error.code });
    return result;
  }

  /** Mines `count` blocks at once; returns their hashes in display order. */
  generate(count: number, address: string = FOREIGN_ADDRESS): Promise<string[]> {
    return this.rpc('generatetoaddress', [count, address]);
  }

  /** Connects to a node started with `listen` and waits until both have the same best block. */
  async connectTo(other: RegtestBitcoind): Promise<void> {
    await this.rpc('addnode', [`127.0.0.1:${other.ports.peer}`, 'add']);
    const deadlineMs = Date.now() + START_PATIENCE_MS;
    for (;;) {
      const [peers, here, there] = await Promise.all([
        this.rpc<number>('getconnectioncount'),
        this.rpc<string>('getbestblockhash'),
        other.rpc<string>('getbestblockhash'),
      ]);
      if (peers > 0 && here === there) return;
      if (Date.now() > deadlineMs)
        throw new RegtestBitcoindError('BITCOIND_RPC', 'the two nodes did not meet');
      await sleep(50);
    }
  }

  private async ended(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    }
    process.off('exit', this.killAtExit);
    this.child = null;
  }

  /** Ends in good order; kills a node that takes longer than 20 s. */
  async stop(): Promise<void> {
    if (this.child === null) return;
    this.asked = true;
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child?.kill('SIGKILL'), STOP_PATIENCE_MS);
    await this.ended();
    clearTimeout(timer);
  }

  /** Ends at once, by default as kill -9 does. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    this.asked = true;
    this.child?.kill(signal);
    await this.ended();
  }

  /** Starts a stopped or killed node again, on the same data and ports; stops a running one first. */
  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  /** The node hangs: it accepts connections and answers nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }
}
