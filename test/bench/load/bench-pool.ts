/** A whole pool node as operators run it, the very program, on the bench's template source. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../../src/localnet/index.js';
import { PoolProfile } from '../profile/pool-profile.js';
import { type AnswerCounts, holdAgainstLog } from './held-against-log.js';
import { LongestTurns } from './longest-turns.js';
import type { MemoryLimit } from './memory-limit.js';
import { type Usage, usageOf } from './process-usage.js';

const MAIN = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('./template-source.js', import.meta.url));
const START_PATIENCE_MS = 30_000;
/** A listener reports its counts once a second. */
const REPORT_MS = 1_000;
const COUNT_PATIENCE_MS = 15_000;
/**
 * The pool's lowest difficulty, its highest, and what every load asks for with `d=`: about four hashes a share. At these
 * rates a round's 16,384 shares are used up in seconds, and a node then lets go of what was asked for: that it is the
 * highest as well is what fixes it.
 */
export const DIFFICULTY = '1e-9';

export interface BenchPoolOptions {
  readonly listeners: number;
  readonly maxConnections: number;
  /** For Node itself, in every process of the pool: a profiler, say. */
  readonly nodeArgs?: readonly string[];
  /** Beside the bench's own; `ORCAPOOL_…`. */
  readonly env?: Readonly<Record<string, string>>;
  /** For all processes of the pool together; null or absent for none. */
  readonly memory?: MemoryLimit | null;
}

export class BenchPool {
  /** The last of what it logged, warnings and worse. */
  output = '';
  private hasLostListener = false;
  /** Shares that miners had an answer `true` to. */
  private answered = 0;

  private constructor(
    private readonly node: ChildProcess,
    private readonly source: ChildProcess,
    readonly port: number,
    private readonly httpPort: number,
    private readonly datadir: string,
    private readonly turns: LongestTurns,
    /** Null unless `BENCH_PROFILE` asks for one. */
    readonly profile: PoolProfile | null,
  ) {
    for (const stream of [node.stdout!, node.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        this.output = (this.output + text).slice(-8_000);
        if (text.includes('a listener process died')) this.hasLostListener = true;
      });
    }
  }

  /** Resolves when miners can work. */
  static async start(folder: string, options: BenchPoolOptions): Promise<BenchPool> {
    mkdirSync(folder, { recursive: true });
    const source = fork(SOURCE, []);
    const [stratum, http] = (await freePorts(2)) as [number, number];
    const { port } = await answerOf<{ port: number }>(source);
    const datadir = join(folder, 'data');
    const turns = new LongestTurns(join(folder, 'turns'));
    const profile = process.env.BENCH_PROFILE === undefined ? null : new PoolProfile(join(folder, 'profile'));
    const nodeArgs = [...turns.nodeArgs, ...(profile?.nodeArgs ?? []), ...(options.nodeArgs ?? [])];
    const command = [process.execPath, ...nodeArgs, MAIN, 'node'];
    const [program, ...args] = (options.memory?.within(command) ?? command) as [string, ...string[]];
    const node = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        ORCAPOOL_NETWORK: 'regtest',
        ORCAPOOL_DATADIR: datadir,
        ORCAPOOL_BITCOIN_RPCURL: `http://bench:bench@127.0.0.1:${port}`,
        ORCAPOOL_STRATUM_HOST: '127.0.0.1',
        ORCAPOOL_STRATUM_PORT: String(stratum),
        ORCAPOOL_STRATUM_LISTENERS: String(options.listeners),
        ORCAPOOL_STRATUM_MAXCONNECTIONS: String(options.maxConnections),
        ORCAPOOL_HTTP_PORT: String(http),
        ORCAPOOL_POOL_RESERVEADDRESS: 'bcrt1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqvg32hk',
        ORCAPOOL_POOL_TASKID: '11'.repeat(32),
        ORCAPOOL_POOL_NODEKEY: '22'.repeat(32),
        ORCAPOOL_POOL_ROUNDSECONDS: '86400',
        ORCAPOOL_STRATUM_STARTDIFFICULTY: DIFFICULTY,
        ORCAPOOL_STRATUM_MINDIFFICULTY: DIFFICULTY,
        ORCAPOOL_STRATUM_MAXDIFFICULTY: DIFFICULTY,
        ORCAPOOL_LOG_LEVEL: 'warn',
        ORCAPOOL_LOG_PRETTY: 'false',
        ...turns.env,
        ...options.env,
      },
    });
    const pool = new BenchPool(node, source, stratum, http, datadir, turns, profile);
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
    return usageOf(this.pids());
  }

  /** The coordinator, and the listeners. */
  pids(): number[] {
    return [this.node.pid!, ...this.listenerPids()];
  }

  /** The coordinator has no other children while shares come. */
  listenerPids(): number[] {
    const { pid } = this.node;
    return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1');
      return children.split(' ').filter(Boolean).map(Number);
    });
  }

  /** Resident memory of each process, the coordinator first. */
  residentBytes(): number[] {
    return this.pids().map((pid) => {
      const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
      return Number(kibibytes) * 1024;
    });
  }

  /** Still runs, with all the listeners it had: none was killed. */
  get isWhole(): boolean {
    return this.node.exitCode === null && this.node.signalCode === null && !this.hasLostListener;
  }

  /** One sample of `/metrics` for each process that has it. */
  async metric(name: string): Promise<number[]> {
    return (await this.samples(name)).map(sampleValue);
  }

  /** By what each listener hashes shares, once all have said so. */
  async hashers(): Promise<string[]> {
    const listeners = this.listenerPids().length;
    const deadlineMs = performance.now() + COUNT_PATIENCE_MS;
    for (;;) {
      const samples = await this.samples('orcapool_share_hasher');
      if (samples.length === listeners || performance.now() > deadlineMs)
        return samples.map((line) => /hasher="([^"]*)"/.exec(line)?.[1] ?? '');
      await sleep(REPORT_MS / 4);
    }
  }

  /** Miners that are logged in, by the pool's own count, a report of each listener later than now. */
  async loggedIn(): Promise<number> {
    await sleep(1.5 * REPORT_MS);
    return (await this.metric('orcapool_connected_miners')).reduce((sum, each) => sum + each, 0);
  }

  private async samples(name: string): Promise<string[]> {
    const text = await (await fetch(`http://127.0.0.1:${this.httpPort}/metrics`)).text();
    return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  }

  /** Connections refused or ended, by reason. */
  async drops(): Promise<ReadonlyMap<string, number>> {
    const samples = await this.samples('orcapool_connection_errors_total');
    const drops = samples.map(
      (line) => [/reason="([^"]*)"/.exec(line)?.[1] ?? '', sampleValue(line)] as const,
    );
    return new Map(drops.filter(([, times]) => times > 0));
  }

  /**
   * All answers to shares as the listeners have counted them, once those are in of which miners have had `answered`
   * more: reports come once a second. Where they never are in, as they stand, and `hold` says what is wrong.
   */
  async countsAfter(answered: number): Promise<AnswerCounts> {
    this.answered += answered;
    const deadlineMs = performance.now() + COUNT_PATIENCE_MS;
    for (;;) {
      const samples = await this.samples('orcapool_shares_total');
      const count = (result: string): number =>
        samples
          .filter((line) => line.includes(`result="${result}"`))
          .reduce((sum, line) => sum + sampleValue(line), 0);
      const counts = { accepted: count('accepted'), uncredited: count('uncredited') };
      if (counts.accepted + counts.uncredited >= this.answered || performance.now() > deadlineMs)
        return counts;
      await sleep(REPORT_MS / 4);
    }
  }

  /** Does `work`, and says how long a listener's event loop stood still in it at most, milliseconds. */
  async withLongestStall<Result>(work: () => Promise<Result>): Promise<readonly [Result, number]> {
    const listeners = this.listenerPids();
    await this.turns.take(listeners);
    const result = await work();
    return [result, Math.max(...(await this.turns.take(listeners)))];
  }

  /** Ends the pool, and holds its log against what it answered. Throws `RowNotHeld`. */
  async hold(acknowledged: readonly Uint8Array[]): Promise<number> {
    const counts = await this.countsAfter(0);
    await this.stop();
    return holdAgainstLog(acknowledged, counts, this.shardFolder);
  }

  /** SIGKILL to the listeners, or to the coordinator in the same moment too; resolves when those are gone. */
  async kill(whom: 'listeners' | 'everything'): Promise<void> {
    const pids = whom === 'everything' ? this.pids() : this.listenerPids();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    while (pids.some(isAlive)) await sleep(5);
  }

  get shardFolder(): string {
    return join(this.datadir, 'shares');
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

/** A process that has ended and that nobody has asked for is none. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
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
