/** A pool node as an operator runs it: its own process group, configured by environment, on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HealthAnswer } from '../../src/http/index.js';
import type { RegtestBitcoind } from '../../src/localnet/index.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** BIP86's first address, on regtest: a taproot reserve. */
export const RESERVE_ADDRESS = 'bcrt1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqvg32hk';
export const RESERVE_SCRIPT = '5120a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c';
export const TASK_ID = '11'.repeat(32);
export const NODE_KEY = '22'.repeat(32);

export interface PoolOptions {
  readonly nodes: readonly RegtestBitcoind[];
  /** More of the environment, such as ORCAPOOL_POOL_MODE. */
  readonly env?: Readonly<Record<string, string>>;
}

export class PoolProgram {
  private child: ChildProcess | null = null;
  output = '';

  /** Not yet running: see `launch`. */
  constructor(
    readonly datadir: string,
    readonly stratumPort: number,
    readonly httpPort: number,
    private readonly options: PoolOptions,
  ) {}

  /** What the node, or a command about it, is started with. */
  environment(): Record<string, string> {
    const { nodes, env } = this.options;
    return {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ORCAPOOL_NETWORK: 'regtest',
      ORCAPOOL_DATADIR: this.datadir,
      // Empty variables set nothing.
      ORCAPOOL_BITCOIN_RPCURL: nodes.map(({ rpcUrl }) => rpcUrl).join(','),
      ORCAPOOL_BITCOIN_COOKIEFILE: nodes.map(({ cookieFile }) => cookieFile).join(','),
      ORCAPOOL_BITCOIN_ZMQHASHBLOCK: nodes.map(({ zmqHashBlock }) => zmqHashBlock).join(','),
      ORCAPOOL_STRATUM_PORT: String(this.stratumPort),
      ORCAPOOL_STRATUM_HOST: '127.0.0.1',
      ORCAPOOL_STRATUM_LISTENERS: '2',
      ORCAPOOL_HTTP_PORT: String(this.httpPort),
      ORCAPOOL_POOL_RESERVEADDRESS: RESERVE_ADDRESS,
      ORCAPOOL_POOL_TASKID: TASK_ID,
      ORCAPOOL_POOL_NODEKEY: NODE_KEY,
      ORCAPOOL_POOL_ROUNDGENESIS: '2026-01-01T00:00:00Z',
      ORCAPOOL_POOL_ROUNDSECONDS: '86400',
      // A hundredth of a block: one share in a hundred is one by chance.
      ORCAPOOL_STRATUM_STARTDIFFICULTY: '0.00001',
      ORCAPOOL_LOG_PRETTY: 'false',
      ...env,
    };
  }

  /** Resolves when the node answers its own health check, whatever the answer. */
  async launch(timeoutMs = 20_000): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'node'], {
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child = child;
    this.output = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.output += text;
      });
    }
    const answers = async (): Promise<boolean> => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the node ended at start:\n${this.output.slice(-4000)}`);
      return (await this.get('/healthz')) !== null && this.output.includes('node is up');
    };
    await this.until('the node answers', answers, timeoutMs);
  }

  /** Status and JSON body; null when nobody answers. */
  async get(path: string, init: RequestInit = {}): Promise<{ status: number; body: never } | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.httpPort}${path}`, init);
      return { status: response.status, body: (await response.json()) as never };
    } catch {
      return null;
    }
  }

  /** What readiness says; throws while nobody answers. */
  async health(): Promise<{ readonly status: number; readonly body: HealthAnswer }> {
    const answer = await this.get('/healthz');
    if (answer === null) throw new Error('nobody answers /healthz');
    return answer;
  }

  /** The lines of `/metrics` that begin so: a name, perhaps with labels. */
  async metricLines(beginning: string): Promise<string[]> {
    const page = await (await fetch(`http://127.0.0.1:${this.httpPort}/metrics`)).text();
    return page.split('\n').filter((line) => line.startsWith(beginning));
  }

  async until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > deadlineMs)
        throw new Error(`never: ${what}; the node said:\n${this.output.slice(-4000)}`);
      await sleep(50);
    }
  }

  /** Miners can work: a healthy node with work on every listener. */
  async untilHealthy(): Promise<void> {
    await this.until('healthy', async () => (await this.get('/healthz'))?.status === 200);
  }

  private async ended(): Promise<number | null> {
    const { child } = this;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    }
    this.child = null;
    return child.exitCode;
  }

  /** As `systemctl stop` does it; returns the exit code. */
  async stop(): Promise<number | null> {
    this.child?.kill('SIGTERM');
    return this.ended();
  }

  /** kill -9 of the coordinator and all its listeners at once. */
  async kill(): Promise<void> {
    if (this.child?.pid !== undefined && this.child.exitCode === null) {
      try {
        process.kill(-this.child.pid, 'SIGKILL');
      } catch {
        // The group has ended by itself.
      }
    }
    await this.ended();
  }

  /** The coordinator alone: its listeners find themselves without it. */
  async killCoordinator(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended();
  }

  /** Of the coordinator. */
  get pid(): number {
    return this.child!.pid!;
  }

  /** The pids of the listener processes. */
  async listenerPids(): Promise<number[]> {
    const children = await readFile(`/proc/${this.child!.pid}/task/${this.child!.pid}/children`, 'utf8');
    return children.trim().split(/\s+/).filter(Boolean).map(Number);
  }

  get shardFolder(): string {
    return join(this.datadir, 'shares');
  }
}
