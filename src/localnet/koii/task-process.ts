/**
 * The task as a child process, started and started again as Koii's node does: after an end with 0 it waits 2, 4, 8 …
 * seconds, at most five minutes; one that ended with 1 is left alone until the operator starts it; after any other
 * end nothing happens either.
 */
import { type ChildProcess, fork } from 'node:child_process';

export interface ProcessOptions {
  readonly executable: string;
  /** Behind Node and the file. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly execPath: string;
  readonly onOutput: (text: string) => void;
}

const LONGEST_WAIT_MS = 300_000;
/** Then the node kills it. */
const STOP_PATIENCE_MS = 2_000;

export class TaskProcess {
  /** Exit codes so far, the newest last; null for one that a signal ended. */
  readonly ends: (number | null)[] = [];
  private child: ChildProcess | null = null;
  private restarts = 0;
  private waiting: NodeJS.Timeout | null = null;
  private isWanted = false;

  constructor(private readonly options: ProcessOptions) {}

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Whether it runs, or is to be started again by itself. */
  get isAlive(): boolean {
    return this.isRunning || this.waiting !== null;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.isWanted = true;
    const { executable, args, env, execPath, onOutput } = this.options;
    const child = fork(executable, [...args], {
      ...{ execPath, execArgv: [], env: { PATH: process.env.PATH ?? '', ...env } },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C is for who started it; it ends with the channel in any case.
      detached: true,
    });
    this.child = child;
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', onOutput);
    // A message to a child that is ending; its end is heard of.
    child.on('error', () => {});
    child.once('exit', (code) => this.onEnd(code));
  }

  send(message: object): boolean {
    if (!this.isRunning || this.child?.connected !== true) return false;
    this.child.send(message, () => {});
    return true;
  }

  /** SIGTERM, and two seconds later SIGKILL; resolves to the exit code. */
  async stop(): Promise<number | null> {
    this.isWanted = false;
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.waiting = null;
    if (this.isRunning) this.child?.kill('SIGTERM');
    const timer = setTimeout(() => this.child?.kill('SIGKILL'), STOP_PATIENCE_MS);
    const code = await this.ended();
    clearTimeout(timer);
    return code;
  }

  /** As the operator does, and the node with a task that is silent. */
  async restart(): Promise<void> {
    await this.stop();
    this.restarts = 0;
    this.start();
  }

  /** Without its asking: as a crash of the process. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** Resolves to the task's exit code, once it has ended. */
  async ended(): Promise<number | null> {
    const { child } = this;
    if (child !== null && this.isRunning) await new Promise((resolve) => child.once('exit', resolve));
    return child?.exitCode ?? null;
  }

  private onEnd(code: number | null): void {
    this.ends.push(code);
    if (!this.isWanted || code !== 0) return;
    this.restarts++;
    const waitMs = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** this.restarts);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.start();
    }, waitMs);
  }
}
