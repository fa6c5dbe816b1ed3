/** A whole pool node as operators run it, the very program, on the bench's template source. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../../src/localnet/index.js';

const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('./template-source.js', import.meta.url));
const START_PATIENCE_MS = 30_000;
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
/** A listener reports each second how it was since its last report: none may be missed, and looking costs CPU. */
const LOOK_MS = 900;
/** A report of what was before has been replaced by then. */
const REPORT_PASSED_MS = 1_200;
/** Where the load comes from: thousands at one address, of which most never prove any work. */
const LOAD_ADDRESSES = Array.from({ length: 255 }, (_, i) => `127.1.0.${i + 1}`);

export interface BenchPoolOptions {
  readonly listeners: number;
  readonly maxConnections: number;
  /** For Node itself, in every process of the pool: a profiler, say. */
  readonly nodeArgs?: readonly string[];
  /** Beside the bench's own; `ORCAPOOL_…`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What all processes of the node have used so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export class BenchPool {
  private output = '';

  private constructor(
    private readonly node: ChildProcess,
    private readonly source: ChildProcess,
    readonly port: number,
    private readonly httpPort: number,
  ) {
    for (const stream of [node.stdout!, node.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.output = (this.output + text).slice(-8_000);
      });
    }
  }

  /** Resolves when miners can work. */
  static async start(folder: string, options: BenchPoolOptions): Promise<BenchPool> {
    mkdirSync(folder, { recursive: true });
    const source = fork(SOURCE, []);
    const [stratum, http] = (await freePorts(2)) as [number, number];
    const { port } = await answerOf<{ port: number }>(source);
    const node = spawn(process.execPath, [...(options.nodeArgs ?? []), MAIN, 'node'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        ORCAPOOL_NETWORK: 'regtest',
        ORCAPOOL_DATADIR: join(folder, 'data'),
        ORCAPOOL_BITCOIN_RPCURL: `http://bench:bench@127.0.0.1:${port}`,
        ORCAPOOL_STRATUM_HOST: '127.0.0.1',
        ORCAPOOL_STRATUM_PORT: String(stratum),
        ORCAPOOL_STRATUM_LISTENERS: String(options.listeners),
        ORCAPOOL_STRATUM_UNLIMITEDADDRESSES: LOAD_ADDRESSES.join(','),
        ORCAPOOL_STRATUM_MAXCONNECTIONS: String(options.maxConnections),
        ORCAPOOL_HTTP_PORT: String(http),
        ORCAPOOL_POOL_RESERVEADDRESS: 'bcrt1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqvg32hk',
        ORCAPOOL_POOL_TASKID: '11'.repeat(32),
        ORCAPOOL_POOL_NODEKEY: '22'.repeat(32),
        ORCAPOOL_POOL_ROUNDSECONDS: '86400',
        ORCAPOOL_STRATUM_MINDIFFICULTY: '1e-9',
        ORCAPOOL_LOG_LEVEL: 'warn',
        ORCAPOOL_LOG_PRETTY: 'false',
        ...options.env,
      },
    });
    const pool = new BenchPool(node, source, stratum, http);
    try {
      await pool.healthy();
    } catch (error) {
      await pool.stop();
      throw error;
    }
    return pool;
  }

  private async healthy(): Promise<void> {
    const deadlineMs = Date.now() + START_PATIENCE_MS;
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${this.httpPort}/healthz`).catch(() => null);
      await response?.text();
      if (response?.status === 200) return;
      if (Date.now() > deadlineMs || this.node.exitCode !== null) {
        throw new Error(`the node did not become healthy:\n${this.output}`);
      }
      await sleep(50);
    }
  }

  /** The template source has another tip from now on; Unix milliseconds when it told so. */
  async newTip(): Promise<number> {
    const answer = answerOf<{ tipMs: number }>(this.source);
    this.source.send('new-tip');
    return (await answer).tipMs;
  }

  usage(): Usage {
    let ticks = 0;
    let pages = 0;
    for (const pid of this.pids()) {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The program's name, in parentheses, may contain blanks; utime, stime and rss are fields 14, 15, 24 (proc(5)).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
      pages += Number(fields[21]);
    }
    return { cpuSeconds: ticks / TICKS_PER_SECOND, rssBytes: pages * PAGE_BYTES };
  }

  /** Coordinator and listeners. */
  private pids(): number[] {
    const pids = [this.node.pid!];
    for (let i = 0; i < pids.length; i++) {
      for (const task of readdirSync(`/proc/${pids[i]}/task`)) {
        const children = readFileSync(`/proc/${pids[i]}/task/${task}/children`, 'latin1');
        pids.push(...children.split(' ').filter(Boolean).map(Number));
      }
    }
    return pids;
  }

  /** One sample of `/metrics` for each process that has it. */
  async metric(name: string): Promise<number[]> {
    return (await this.samples(name)).map(sampleValue);
  }

  private async samples(name: string): Promise<string[]> {
    const text = await (await fetch(`http://127.0.0.1:${this.httpPort}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  }

  /** Does `work`, and says how long a listener's event loop stood still in it at most. Takes two seconds longer. */
  async withLongestStall<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
    await sleep(REPORT_PASSED_MS);
    let longestMs = 0;
    const look = async (): Promise<void> => {
      const lags = await this.samples('orcapool_event_loop_lag_seconds');
      const longest = lags.filter((line) => line.includes('"listener-') && line.includes('at="1"'));
      longestMs = Math.max(longestMs, ...longest.map((line) => 1000 * sampleValue(line)));
    };
    let looking: Promise<void> = Promise.resolve();
    const timer = setInterval(() => {
      looking = looking.then(look);
      looking.catch(() => clearInterval(timer));
    }, LOOK_MS);
    try {
      const result = await work();
      await sleep(REPORT_PASSED_MS);
      await looking;
      await look();
      return [result, longestMs];
    } finally {
      clearInterval(timer);
    }
  }

  async stop(): Promise<void> {
    if (this.node.exitCode === null && this.node.signalCode === null) {
      const ended = new Promise<void>((resolve) => this.node.once('exit', () => resolve()));
      this.node.kill('SIGTERM');
      await ended;
    }
    if (this.source.connected) this.source.disconnect();
  }
}

function sampleValue(sample: string): number {
  return Number(sample.slice(sample.lastIndexOf(' ') + 1));
}

function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`the template source ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      resolve(answer as Answer);
    });
  });
}
