/**
 * The place of one listener in the coordinator's fleet: the process that fills it now, started again with back-off when
 * it died, what it reported last, and what it was asked. A process is told nothing before it says hello, and takes
 * miners once it is ready.
 */
import cluster, { type Worker } from 'node:cluster';
import { basename } from 'node:path';
import { CodedError, type Logger, type Timers } from '../lib/index.js';
import type { ProofVerdict, ShareProof } from '../stratum/index.js';
import type { FromListener, ListenerAssignment, ListenerReport, ToListener } from './process-messages.js';

export class ListenerFleetError extends CodedError<'LISTENER_START_FAILED' | 'SHARD_DAMAGED'> {}

export interface PostSubscriber {
  /** What a listener is told before it opens its port, after its assignment. */
  greeting(): Iterable<ToListener>;
  /** `life` names one run of a listener process and is never used again. */
  onMessage(life: string, message: FromListener): void;
  onEnd(life: string): void;
}

/** Asks the process to commit, say goodbye and end, for so long; within the ten seconds of `PoolNode.stop`. */
export const STOP_PATIENCE_MS = 6_000;
/** The answer to a proof of a listener that is down or silent. */
export const UNANSWERED: ProofVerdict = {
  kind: 'refused',
  reason: 'not-stored',
  message:
    'a listener of this node has ended, or does not answer, and the work may be of that one: send the share again in a ' +
    'few seconds; one that was counted is refused then, as a duplicate or as of an unknown job',
  hash: null,
};
const FIRST_RESTART_DELAY_MS = 500;
const LAST_RESTART_DELAY_MS = 30_000;
const START_PATIENCE_MS = 30_000;
const PROOF_PATIENCE_MS = 10_000;
const WAITING_TOLD_MS = 5_000;

export class ListenerPost {
  /** Why it could not begin the last time. */
  startFault: { readonly reason: string; readonly shardDamaged: boolean } | null = null;
  private worker: Worker | null = null;
  /** It hears what it is told. */
  private greeted = false;
  private ready = false;
  private lastReport: { readonly atMs: number; readonly report: ListenerReport } | null = null;
  private restartDelayMs = FIRST_RESTART_DELAY_MS;
  /** When the listener that runs was ready. */
  private readyMs = 0;
  private settleStart: (error: Error | null) => void = () => {};
  private readonly proofs = new Map<number, (verdict: ProofVerdict) => void>();
  private nextProof = 1;
  private stopping = false;

  constructor(
    private readonly assignment: ListenerAssignment,
    private readonly subscriber: PostSubscriber,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  /** The name of its shard. */
  get shard(): string {
    return basename(this.assignment.shardPath, '.sqlite');
  }

  /** Names the run of its process; null while there is none. */
  get life(): string | null {
    return this.worker === null ? null : lifeOf(this.worker);
  }

  /** The life that hears what it is told. */
  get greetedLife(): string | null {
    return this.greeted ? this.life : null;
  }

  /** Null for a listener that is down, or has been silent since then. */
  reportSince(atMs: number): ListenerReport | null {
    const { ready, lastReport } = this;
    return ready && lastReport !== null && lastReport.atMs >= atMs ? lastReport.report : null;
  }

  /** Resolves when its port is open; throws `ListenerFleetError`. */
  async launch(): Promise<void> {
    const { index } = this.assignment;
    const worker = cluster.fork();
    this.worker = worker;
    worker.on('message', (message: FromListener) => this.onMessage(worker, message));
    worker.on('error', (error) =>
      this.logger.warn({ listener: index, error: error.message }, 'listener channel'),
    );
    worker.on('exit', (code, signal) => this.onExit(worker, code, signal));
    const startedMs = this.timers.nowMs();
    const cancelTelling = this.timers.every(WAITING_TOLD_MS, () =>
      this.logger.warn(
        { listener: index, forMs: this.timers.nowMs() - startedMs },
        'still waiting for a listener to open its shard and its port: is the disk of the data directory slow?',
      ),
    );
    const cancel = this.timers.after(START_PATIENCE_MS, () =>
      this.settleStart(
        startFailed(`listener ${index} did not open its port in ${START_PATIENCE_MS / 1000} s`),
      ),
    );
    await new Promise<void>((resolve, reject) => {
      this.settleStart = (error) => (error === null ? resolve() : reject(error));
    }).finally(() => {
      cancelTelling();
      cancel();
    });
  }

  /** Until the next attempt, which follows the end of its process. */
  giveUp(error: Error): void {
    this.logger.error(
      { listener: this.assignment.index, error: error.message },
      'a listener process could not be started; the others go on',
    );
    if (this.worker !== null) void this.end(this.worker);
  }

  send(message: ToListener): void {
    // A dying process's channel closes before its exit is seen; the exit handler does what is needed.
    if (this.worker?.isConnected() !== true) return;
    this.worker.send(message, (error) => {
      if (error !== null)
        this.logger.warn({ error: error.message }, 'a message to a listener was lost with it');
    });
  }

  /** Whether it took miners and is killed now; another takes its place. */
  kill(): boolean {
    return this.ready && this.worker!.process.kill('SIGKILL');
  }

  /** `UNANSWERED` where it is down, or ends or keeps silent over it. */
  askProof(proof: ShareProof): Promise<ProofVerdict> {
    if (!this.ready || this.worker?.isConnected() !== true) return Promise.resolve(UNANSWERED);
    const id = this.nextProof++;
    return new Promise((resolve) => {
      const cancel = this.timers.after(PROOF_PATIENCE_MS, () => settle(UNANSWERED));
      const settle = (verdict: ProofVerdict): void => {
        cancel();
        this.proofs.delete(id);
        resolve(verdict);
      };
      this.proofs.set(id, settle);
      this.send({ kind: 'proof', id, proof });
    });
  }

  /** Asks its process to end, kills one that has not in time, and starts no other. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { worker } = this;
    if (worker === null || worker.isDead()) return;
    await this.end(worker);
    if (worker.isConnected()) await new Promise<void>((resolve) => worker.once('disconnect', resolve));
  }

  /** cluster's own `kill` waits for a disconnect, which a listener that leaves of its own will never answer. */
  private async end(worker: Worker): Promise<void> {
    if (worker.isDead()) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const cancel = this.timers.after(STOP_PATIENCE_MS, () => worker.process.kill('SIGKILL'));
    this.send({ kind: 'stop' });
    await ended;
    cancel();
  }

  private onMessage(worker: Worker, message: FromListener): void {
    if (message.kind === 'hello') {
      this.greeted = true;
      this.send({ kind: 'assignment', assignment: this.assignment });
      for (const greeting of this.subscriber.greeting()) this.send(greeting);
    } else if (message.kind === 'ready') {
      this.ready = true;
      this.readyMs = this.timers.nowMs();
      this.startFault = null;
      this.settleStart(null);
    } else if (message.kind === 'failed') {
      this.startFault = message;
      const code = message.shardDamaged ? 'SHARD_DAMAGED' : 'LISTENER_START_FAILED';
      this.settleStart(new ListenerFleetError(code, message.reason));
    } else if (message.kind === 'report') {
      const atMs = this.timers.nowMs();
      this.lastReport = { atMs, report: message.report };
      // One that dies again and again a second after each start has not recovered.
      if (atMs - this.readyMs >= LAST_RESTART_DELAY_MS) this.restartDelayMs = FIRST_RESTART_DELAY_MS;
    } else if (message.kind === 'proof-verdict') {
      this.proofs.get(message.id)?.(message.verdict);
    }
    this.subscriber.onMessage(lifeOf(worker), message);
  }

  private onExit(worker: Worker, code: number, signal: string): void {
    // What it said last is still in the channel when the process has ended.
    if (worker.isConnected()) worker.once('disconnect', () => this.subscriber.onEnd(lifeOf(worker)));
    else this.subscriber.onEnd(lifeOf(worker));
    for (const settle of [...this.proofs.values()]) settle(UNANSWERED);
    const { index } = this.assignment;
    this.worker = null;
    this.greeted = false;
    this.ready = false;
    this.lastReport = null;
    this.settleStart(startFailed(`listener ${index} ended at start (${signal ?? code})`));
    if (this.stopping) return;
    const delayMs = this.restartDelayMs;
    this.restartDelayMs = Math.min(2 * delayMs, LAST_RESTART_DELAY_MS);
    this.logger.error(
      { listener: index, code, signal, restartInMs: delayMs },
      'a listener process died; its miners reconnect',
    );
    this.timers.after(delayMs, () => {
      if (!this.stopping) this.launch().catch((error: Error) => this.giveUp(error));
    });
  }
}

function lifeOf(worker: Worker): string {
  return `listener process ${worker.id}`;
}

function startFailed(what: string): ListenerFleetError {
  return new ListenerFleetError('LISTENER_START_FAILED', what);
}
