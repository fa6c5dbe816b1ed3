/**
 * The pool's container as a process of its own: the same entry that the image has, configured by environment. Stopped
 * as podman stops a pod, SIGTERM and ten seconds; one that ends by itself is started again, as the restart policy of
 * Orca's pods has it. It has a process group of its own, so that Ctrl-C reaches who
 * started it, and ends when that is gone; what is left all the same is ended before the next begins.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError, END_WITH_STARTER } from '../../lib/index.js';

export class PoolPodError extends CodedError<'POD_START'> {}

export interface PodOptions {
  /** Orcapool's main file. */
  readonly entry: string;
  /** The pod's `/data`. */
  readonly datadir: string;
  /** Settings as the environment names them, but for data directory and HTTP port. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the command `node`, for what the environment cannot say. */
  readonly flags?: readonly string[];
  readonly onOutput?: (text: string) => void;
}

const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;
const KEPT_OUTPUT = 20_000;
const RESTART_MS = 500;
const POLL_MS = 50;

export class PoolPod {
  /** The last of what it said. */
  output = '';
  private child: ChildProcess | null = null;
  private isWanted = false;
  private isStarting = false;
  private readonly killAtExit = (): void => this.signal('SIGKILL');

  /** Of the last start. */
  private options: PodOptions | null = null;

  /** `httpPort`: of 127.0.0.1; 8080 inside a real pod. */
  constructor(readonly httpPort: number) {}

  /** Null before the first start. */
  get datadir(): string | null {
    return this.options?.datadir ?? null;
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** How often it was started again by itself. */
  restarts = 0;

  /** Resolves when it answers. Throws `PoolPodError` with its own words when it ends instead. */
  async start(options: PodOptions): Promise<void> {
    this.options = options;
    this.isWanted = true;
    try {
      await this.begin(options);
    } catch (error) {
      this.isWanted = false;
      throw error;
    }
  }

  private async begin(options: PodOptions): Promise<void> {
    this.isStarting = true;
    try {
      await this.launch(options);
    } finally {
      this.isStarting = false;
    }
  }

  private async launch({ entry, datadir, env, flags, onOutput }: PodOptions): Promise<void> {
    await mkdir(datadir, { recursive: true });
    const pidFile = join(datadir, '..', 'pod.pid');
    await this.endOrphan(pidFile, datadir);
    const child = spawn(process.execPath, [entry, 'node', ...(flags ?? [])], {
      env: {
        ...env,
        ...{ ORCAPOOL_DATADIR: datadir, ORCAPOOL_HTTP_HOST: '127.0.0.1' },
        ORCAPOOL_HTTP_PORT: String(this.httpPort),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    child.send(END_WITH_STARTER, () => {});
    child.channel?.unref();
    this.child = child;
    this.output = '';
    child.once('exit', () => this.onEnd());
    process.once('exit', this.killAtExit);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-KEPT_OUTPUT);
        onOutput?.(text);
      });
    }
    await writeFile(pidFile, String(child.pid));
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
      const response = await fetch(`http://127.0.0.1:${this.httpPort}${path}`);
      return { status: response.status, body: await response.json() };
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    this.isWanted = false;
    this.child?.kill('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_PATIENCE_MS);
    await this.ended();
    clearTimeout(timer);
  }

  /** As a container that ran out of memory: all its processes at once, and podman starts it again. */
  crash(): void {
    this.signal('SIGKILL');
  }

  private async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }

  private onEnd(): void {
    process.off('exit', this.killAtExit);
    const { options } = this;
    if (!this.isWanted || this.isStarting || options === null) return;
    this.restarts++;
    setTimeout(() => {
      if (this.isWanted) this.begin(options).catch(() => this.onEnd());
    }, RESTART_MS);
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

  private async endOrphan(pidFile: string, datadir: string): Promise<void> {
    const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
    if (!(pid > 0) || pid === this.child?.pid) return;
    const deadlineMs = Date.now() + STOP_PATIENCE_MS;
    for (let asked = false; Date.now() < deadlineMs; asked = true) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environment.split('\0').includes(`ORCAPOOL_DATADIR=${datadir}`)) return;
      if (!asked) process.kill(pid, 'SIGTERM');
      await sleep(POLL_MS);
    }
  }
}
