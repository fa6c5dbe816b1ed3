/**
 * The coordinator's side of its listener processes: starts them on one shared port, gives each its assignment, keeps
 * each on the newest work, restarts one that died (with back-off), and ends them all.
 *
 * Connections are spread by the kernel (`SCHED_NONE`): handing sockets through the coordinator's loop would make a
 * long pause there delay every connect.
 */
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { EventName } from '../events/index.js';
import { CodedError, type Logger, type Timers } from '../lib/index.js';
import type { ProofVerdict, ShareProof } from '../stratum/index.js';
import type { FromListener, ListenerAssignment, ListenerReport, ToListener } from './process-messages.js';
import { within } from './within.js';

export class ListenerFleetError extends CodedError<'LISTENER_START_FAILED' | 'SHARD_DAMAGED'> {}

export interface FleetSubscriber {
  /** What a listener is told before it opens its port, after its assignment and its work. */
  greeting(): Iterable<ToListener>;
  /** `life` names one run of a listener process and is never used again. */
  onMessage(life: string, message: FromListener): void;
  onEnd(life: string): void;
}

/** How a listener is with its shard. */
export interface ShardStanding {
  readonly storing: boolean;
  /** Why it does not; null when it does, and when it is down or silent for another reason. */
  readonly fault: string | null;
  /** The longest that a write waited for the disk in the last minute; 0 where nobody says. */
  readonly waitMs: number;
}

/** A proof that a listener was asked about. */
interface AskedProof {
  readonly worker: Worker;
  readonly settle: (verdict: ProofVerdict) => void;
}

interface Post {
  readonly assignment: ListenerAssignment;
  worker: Worker | null;
  /** It hears what it is told. */
  greeted: boolean;
  ready: boolean;
  report: { atMs: number; report: ListenerReport } | null;
  restartDelayMs: number;
  /** When the listener that runs was ready. */
  readyMs: number;
  /** Why it could not begin the last time. */
  startFault: { readonly reason: string; readonly shardDamaged: boolean } | null;
}

const UNANSWERED: ProofVerdict = {
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
/** Within the ten seconds an operator's Ctrl-C may take: see `PoolNode.stop`. */
const STOP_PATIENCE_MS = 6_000;
/** A process that is killed ends when the disk lets its threads go, which may take longer than anybody waits. */
const KILLED_PATIENCE_MS = 500;

function lifeOf(worker: Worker): string {
  return `listener process ${worker.id}`;
}

export class ListenerFleet {
  private readonly posts: Post[];
  private readonly proofs = new Map<number, AskedProof>();
  private nextProof = 1;
  private latestWork: ToListener | null = null;
  private wantedEvents: ToListener | null = null;
  private boundPort: number | null = null;
  private boundHighPort: number | null = null;
  private stopping = false;
  private readonly waitingForReady = new Map<
    number,
    { resolve: () => void; reject: (error: Error) => void }
  >();

  constructor(
    assignments: readonly ListenerAssignment[],
    private readonly subscriber: FleetSubscriber,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {
    this.posts = assignments.map((assignment) => ({
      assignment,
      worker: null,
      greeted: false,
      ready: false,
      report: null,
      restartDelayMs: FIRST_RESTART_DELAY_MS,
      readyMs: 0,
      startFault: null,
    }));
  }

  /**
   * Resolves when every listener's port is open, but for those whose shards are damaged, as long as there is another;
   * throws `ListenerFleetError` with the first one's reason.
   */
  async start(): Promise<void> {
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('./listener-entry.js', import.meta.url)),
      args: [],
      serialization: 'advanced',
    });
    const damaged: { readonly post: Post; readonly error: Error }[] = [];
    await Promise.all(
      this.posts.map((post) =>
        this.launch(post).catch((error: Error) => {
          if (post.startFault?.shardDamaged !== true) throw error;
          damaged.push({ post, error });
        }),
      ),
    );
    if (damaged.length === this.posts.length) throw damaged[0]!.error;
    for (const { post, error } of damaged) this.giveUp(post, error);
  }

  /** Until the next attempt, which follows the end of its process. */
  private giveUp(post: Post, error: Error): void {
    this.logger.error(
      { listener: post.assignment.index, error: error.message },
      'a listener process could not be started; the others go on',
    );
    if (post.worker !== null) void this.end(post.worker);
  }

  /** cluster's own `kill` waits for a disconnect, which a listener that leaves of its own will never answers. */
  private async end(worker: Worker): Promise<void> {
    if (worker.isDead()) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    const cancel = this.timers.after(STOP_PATIENCE_MS, () => worker.process.kill('SIGKILL'));
    this.send(worker, { kind: 'stop' });
    await ended;
    cancel();
  }

  private async launch(post: Post): Promise<void> {
    const { index } = post.assignment;
    const worker = cluster.fork();
    post.worker = worker;
    post.greeted = false;
    post.ready = false;
    worker.on('message', (message: FromListener) => this.onMessage(post, worker, message));
    worker.on('error', (error) =>
      this.logger.warn({ listener: index, error: error.message }, 'listener channel'),
    );
    worker.on('exit', (code, signal) => this.onExit(post, worker, code, signal));
    const startedMs = this.timers.nowMs();
    const cancelTelling = this.timers.every(WAITING_TOLD_MS, () =>
      this.logger.warn(
        { listener: index, forMs: this.timers.nowMs() - startedMs },
        'still waiting for a listener to open its shard and its port: is the disk of the data directory slow?',
      ),
    );
    await new Promise<void>((resolve, reject) => {
      const cancel = this.timers.after(START_PATIENCE_MS, () => {
        this.settleStart(
          index,
          new ListenerFleetError(
            'LISTENER_START_FAILED',
            `listener ${index} did not open its port in ${START_PATIENCE_MS / 1000} s`,
          ),
        );
      });
      this.waitingForReady.set(index, {
        resolve: () => {
          cancel();
          resolve();
        },
        reject: (error) => {
          cancel();
          reject(error);
        },
      });
    }).finally(cancelTelling);
  }

  private settleStart(index: number, error: Error | null): void {
    const waiting = this.waitingForReady.get(index);
    this.waitingForReady.delete(index);
    if (error === null) waiting?.resolve();
    else waiting?.reject(error);
  }

  private onMessage(post: Post, worker: Worker, message: FromListener): void {
    const { index } = post.assignment;
    if (message.kind === 'hello') {
      post.greeted = true;
      this.send(worker, { kind: 'assignment', assignment: post.assignment });
      if (this.wantedEvents !== null) this.send(worker, this.wantedEvents);
      if (this.latestWork !== null) this.send(worker, this.latestWork);
      for (const greeting of this.subscriber.greeting()) this.send(worker, greeting);
    } else if (message.kind === 'ready') {
      post.ready = true;
      post.readyMs = this.timers.nowMs();
      post.startFault = null;
      this.boundPort = message.port;
      this.boundHighPort = message.highPort;
      this.settleStart(index, null);
    } else if (message.kind === 'failed') {
      post.startFault = message;
      const code = message.shardDamaged ? 'SHARD_DAMAGED' : 'LISTENER_START_FAILED';
      this.settleStart(index, new ListenerFleetError(code, message.reason));
    } else if (message.kind === 'report') {
      post.report = { atMs: this.timers.nowMs(), report: message.report };
      // One that dies again and again a second after each start has not recovered.
      if (post.report.atMs - post.readyMs >= LAST_RESTART_DELAY_MS)
        post.restartDelayMs = FIRST_RESTART_DELAY_MS;
    } else if (message.kind === 'proof-verdict') {
      this.proofs.get(message.id)?.settle(message.verdict);
    }
    this.subscriber.onMessage(lifeOf(worker), message);
  }

  private onExit(post: Post, worker: Worker, code: number, signal: string): void {
    // What it said last is still in the channel when the process has ended.
    if (worker.isConnected()) worker.once('disconnect', () => this.subscriber.onEnd(lifeOf(worker)));
    else this.subscriber.onEnd(lifeOf(worker));
    for (const asked of this.proofs.values()) if (asked.worker === worker) asked.settle(UNANSWERED);
    if (post.worker !== worker) return;
    const { index } = post.assignment;
    post.worker = null;
    post.ready = false;
    post.report = null;
    if (this.waitingForReady.has(index)) {
      this.settleStart(
        index,
        new ListenerFleetError(
          'LISTENER_START_FAILED',
          `listener ${index} ended at start (${signal ?? code})`,
        ),
      );
    }
    if (this.stopping) return;
    const delayMs = post.restartDelayMs;
    post.restartDelayMs = Math.min(2 * delayMs, LAST_RESTART_DELAY_MS);
    this.logger.error(
      { listener: index, code, signal, restartInMs: delayMs },
      'a listener process died; its miners reconnect',
    );
    this.timers.after(delayMs, () => {
      if (this.stopping) return;
      this.launch(post).catch((error: Error) => this.giveUp(post, error));
    });
  }

  private send(worker: Worker, message: ToListener): void {
    // A dying worker's channel closes before its exit is seen; the exit handler does what is needed.
    if (worker.isConnected())
      worker.send(message, (error) => {
        if (error !== null)
          this.logger.warn({ error: error.message }, 'a message to a listener was lost with it');
      });
  }

  /** Sends work (or its absence) to every listener, and to every later one at its start. */
  setWork(message: Extract<ToListener, { kind: 'work' | 'no-work' }>): void {
    this.latestWork = message;
    for (const { worker } of this.posts) if (worker !== null) this.send(worker, message);
  }

  /** Sends each listener what `messageFor` says for its life; null for nothing. */
  tellEach(messageFor: (life: string) => ToListener | null): void {
    for (const { worker, greeted } of this.posts) {
      if (worker === null || !greeted) continue;
      const message = messageFor(lifeOf(worker));
      if (message !== null) this.send(worker, message);
    }
  }

  /** As `ClosableListeners` says; its miners reconnect, and another takes its place. */
  kill(life: string): boolean {
    const post = this.posts.find(({ worker }) => worker !== null && lifeOf(worker) === life);
    return post?.ready === true && post.worker!.process.kill('SIGKILL');
  }

  /** Listeners carry these events and no others. */
  setWantedEvents(events: readonly EventName[]): void {
    const message: ToListener = { kind: 'wanted-events', events };
    this.wantedEvents = message;
    for (const { worker } of this.posts) if (worker !== null) this.send(worker, message);
  }

  /** To every listener but the one whose life is `except`; later ones are told by the subscriber's `greeting`. */
  tell(message: ToListener, except: string | null = null): void {
    for (const { worker } of this.posts) {
      if (worker !== null && lifeOf(worker) !== except) this.send(worker, message);
    }
  }

  /**
   * A share with its full proof, asked of each listener until the one that gave out its work is found. While one is down
   * or does not answer, nobody knows whether it was that one.
   */
  async submitProof(proof: ShareProof): Promise<ProofVerdict> {
    let unknown: ProofVerdict | null = null;
    let isOneMissing = false;
    for (const { worker, ready } of this.posts) {
      const verdict = worker === null || !ready ? UNANSWERED : await this.askProof(worker, proof);
      if (verdict === UNANSWERED) isOneMissing = true;
      else if (verdict.kind === 'accepted' || verdict.reason !== 'unknown-job') return verdict;
      else unknown = verdict;
    }
    return isOneMissing || unknown === null ? UNANSWERED : unknown;
  }

  private askProof(worker: Worker, proof: ShareProof): Promise<ProofVerdict> {
    const id = this.nextProof++;
    return new Promise((resolve) => {
      const cancel = this.timers.after(PROOF_PATIENCE_MS, () => settle(UNANSWERED));
      const settle = (verdict: ProofVerdict): void => {
        cancel();
        this.proofs.delete(id);
        resolve(verdict);
      };
      this.proofs.set(id, { worker, settle });
      if (worker.isConnected()) this.send(worker, { kind: 'proof', id, proof });
      else settle(UNANSWERED);
    });
  }

  /** Where miners connect; null before the first listener's port is open. */
  get port(): number | null {
    return this.boundPort;
  }

  /** Where large miners connect; null before that, and without such a port. */
  get highPort(): number | null {
    return this.boundHighPort;
  }

  /** The newest report of each listener; null for one that is down or has been silent for `maxAgeMs`. */
  reports(maxAgeMs: number): readonly (ListenerReport | null)[] {
    const oldestMs = this.timers.nowMs() - maxAgeMs;
    return this.posts.map(({ ready, report }) =>
      ready && report !== null && report.atMs >= oldestMs ? report.report : null,
    );
  }

  /** By index. */
  standings(maxAgeMs: number): readonly ShardStanding[] {
    return this.reports(maxAgeMs).map((report, index) => ({
      storing: report !== null && report.storageFault === null,
      fault: report === null ? (this.posts[index]!.startFault?.reason ?? null) : report.storageFault,
      waitMs: report?.storageWaitMs ?? 0,
    }));
  }

  /**
   * Asks every listener to commit, say goodbye and end; kills what has not within six seconds, and waits half a second
   * more for it.
   */
  async stop(): Promise<void> {
    this.stopping = true;
    const ended = this.posts.map(async ({ worker }) => {
      if (worker === null || worker.isDead()) return;
      await this.end(worker);
      if (worker.isConnected()) await new Promise<void>((resolve) => worker.once('disconnect', resolve));
    });
    await within(this.timers, STOP_PATIENCE_MS + KILLED_PATIENCE_MS, Promise.all(ended));
  }
}
