/** A listener process as a node runs it (the very program), with a coordinator that gives it work and guards it. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromListener, ToListener } from '../../src/roles/process-messages.js';
import { steadyOriginMs } from '../../src/roles/system-timers.js';
import { AddressBook, type DoorReport, GUARD_LIMITS, type GuardOptions } from '../../src/stratum/index.js';
import { bindingOf } from '../integration/shares/share-source.js';
import { deepTemplate } from './deep-template.js';

const PROGRAM = fileURLToPath(new URL('../../src/roles/listener-entry.js', import.meta.url));
const START_PATIENCE_MS = 10_000;
const TICKS_PER_SECOND = 100;

const DOOR = 'the listener';

const GUARD: GuardOptions = {
  nodeConnections: 4_000,
  strangersPerAddress: 128,
  longestBanMs: 600_000,
  memoryBytes: 64 << 20,
  unlimited: [],
};

export class BenchListener {
  /** Of 127.0.0.1; known once it listens. */
  port = 0;

  private readonly book = new AddressBook(GUARD_LIMITS, GUARD);

  private constructor(private readonly child: ChildProcess) {}

  /** Resolves when its port is open and its work is on disk. `difficulty`: of every share, for ever. */
  static async start(folder: string, difficulty: number): Promise<BenchListener> {
    const child = fork(PROGRAM, [], { serialization: 'advanced' });
    const listener = new BenchListener(child);
    try {
      await listener.ready(folder, difficulty);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    return listener;
  }

  private ready(folder: string, difficulty: number): Promise<void> {
    const assignment: ToListener = {
      kind: 'assignment',
      assignment: {
        clockOriginMs: steadyOriginMs(),
        index: 0,
        node: 'bench',
        network: 'regtest',
        mode: 'pool',
        tag: '/orcapool/',
        host: '127.0.0.1',
        port: 0,
        startDifficulty: difficulty,
        minDifficulty: difficulty,
        maxDifficulty: difficulty,
        shareIntervalMs: 10_000,
        high: null,
        tls: null,
        trustedProxies: [],
        versionMask: 0,
        maxConnections: 4_000,
        guard: GUARD,
        patience: GUARD_LIMITS,
        shardPath: join(folder, 'shard-0.sqlite'),
        notesFolder: join(folder, 'found-blocks'),
        retentionMs: 86_400_000,
        log: { level: 'warn', pretty: false },
        logFile: null,
      },
    };
    const work: ToListener = {
      kind: 'work',
      template: deepTemplate(Math.floor(Date.now() / 1000)),
      txids: new Uint8Array(32 * 3_000),
      binding: bindingOf(7n),
    };
    return new Promise((resolve, reject) => {
      const late = new Error(`the listener served no work within ${START_PATIENCE_MS / 1000} s`);
      setTimeout(() => reject(late), START_PATIENCE_MS).unref();
      this.child.on('message', (message: FromListener) => {
        if (message.kind === 'door') this.guard(message.report);
        else if (message.kind === 'hello') this.child.send(assignment);
        else if (message.kind === 'ready') {
          this.port = message.port;
          this.child.send(work);
        } else if (message.kind === 'failed') reject(new Error(message.reason));
        else if (message.kind === 'report' && message.report.height !== null) resolve();
      });
      this.child.once('exit', (code) => reject(new Error(`the listener ended at start with ${code}`)));
    });
  }

  private guard(report: DoorReport): void {
    const nowMs = Date.now();
    this.book.report(DOOR, report, nowMs);
    const standing = this.book.news(DOOR, nowMs);
    if (standing === null) return;
    const message: ToListener = { kind: 'standing', standing };
    if (this.child.connected) this.child.send(message, () => {});
  }

  /** Resident memory; null where the system does not tell. */
  residentBytes(): number | null {
    if (process.platform !== 'linux') return null;
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024;
  }

  /** CPU seconds of all its threads so far; null where the system does not tell. */
  cpuSeconds(): number | null {
    if (process.platform !== 'linux') return null;
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'latin1');
    // The program's name, in parentheses, may contain blanks; utime and stime are the 14th and 15th field (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Commits and ends. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    const stop: ToListener = { kind: 'stop' };
    this.child.send(stop);
    await ended;
  }
}
