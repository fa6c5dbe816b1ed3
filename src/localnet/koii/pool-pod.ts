/**
 * The pool's container as a process of its own: the same entry that the image has, configured by environment. Stopped
 * as podman stops a pod, SIGTERM and ten seconds. It has a process group of its own, so that Ctrl-C reaches who
 * started it, and what is left of one whose starter was killed is ended before the next begins.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../lib/index.js';

export class PoolPodError extends CodedError<'POD_START'> {}

export interface PodOptions {
  /** Orcapool's main file. */
  readonly entry: string;
  /** The pod's `/data`. */
  readonly datadir: string;
  readonly stratumPort: number;
  readonly httpPort: number;
  /** Beside those three: settings as the environment names them. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the command `node`, for what the environment cannot say. */
  readonly flags?: readonly string[];
  readonly onOutput?: (text: string) => void;
}

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;
const KEPT_OUTPUT = 20_000;
const POLL_MS = 50;

export class PoolPod {
  /** The last of what it said. */
  output = '';
  private child: ChildProcess | null = null;
  private readonly killAtExit = (): void => this.signal('SIGKILL');

  constructor(readonly options: PodOptions) {}

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves when it answers. Throws `PoolPodError` with its own words when it ends instead. */
  async start(): Promise<void> {
    const { entry, datadir, stratumPort, httpPort, env, flags, onOutput } = this.options;
    await mkdir(datadir, { recursive: true });
    await this.endOrphan();
    const child = spawn(process.execPath, [entry, 'node', ...(flags ?? [])], {
      env: {
        ...env,
        ORCAPOOL_DATADIR: datadir,
        ORCAPOOL_STRATUM_PORT: String(stratumPort),
        ORCAPOOL_HTTP_PORT: String(httpPort),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child = child;
    this.output = '';
    process.once('exit', this.killAtExit);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
        onOutput?.(text);
      });
    }
    await writeFile(this.pidFile, String(child.pid));
    const deadlineMs = Date.now() + START_PATIENCE_MS;
    while ((await this.get('/healthz')) === null) {
      if (!this.isRunning || Date.now() > deadlineMs) {
        await this.kill();
        throw new PoolPodError('POD_START', `the pool did not start:\n${this.output.slice(-4_000)}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Status and JSON body; null when nobody answers. */
  async get(path: string): Promise<{ readonly status: number; readonly body: unknown } | null> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.options.httpPort}${path}`);
      return { status: response.status, body: await response.json() };
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    this.child?.kill('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_PATIENCE_MS);
    await this.ended();
    clearTimeout(timer);
  }

  /** As a container that ran out of memory: all its processes at once. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }

  private get pidFile(): string {
    return join(this.options.datadir, '..', 'pod.pid');
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    try {
      process.kill(-this.child!.pid!, signal);
    } catch {
      // The group has ended by itself.
    }
  }

  private async ended(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    if (this.isRunning) await new Promise<void>((resolve) => child.once('exit', () => resolve()));
    process.off('exit', this.killAtExit);
    this.child = null;
  }

  private async endOrphan(): Promise<void> {
    const pid = Number(await readFile(this.pidFile, 'utf8').catch(() => ''));
    if (!(pid > 0) || pid === this.child?.pid) return;
    const deadlineMs = Date.now() + STOP_PATIENCE_MS;
    for (let asked = false; Date.now() < deadlineMs; asked = true) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(`ORCAPOOL_DATADIR=${this.options.datadir}`)) return;
      if (!asked) process.kill(pid, 'SIGTERM');
      await sleep(POLL_MS);
    }
  }
}
