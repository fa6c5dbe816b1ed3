/**
 * The coordinator's side of its listener processes: starts them on one shared port, each in its `ListenerPost`, keeps
 * all on the newest work, asks them about proofs, and ends them.
 *
 * Connections are spread by the kernel (`SCHED_NONE`): handing sockets through the coordinator's loop would make a
 * long pause there delay every connect.
 */
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { EventName } from '../events/index.js';
import type { Logger, Timers } from '../lib/index.js';
import type { ProofVerdict, ShareProof } from '../stratum/index.js';
import { ListenerPost, type PostSubscriber, STOP_PATIENCE_MS, UNANSWERED } from './listener-post.js';
import type { FromListener, ListenerAssignment, ListenerReport, ToListener } from './process-messages.js';
import { within } from './within.js';

/** Its greeting follows the newest work. */
export type FleetSubscriber = PostSubscriber;

/** How a listener is with its shard. */
export interface ShardStanding {
  readonly storing: boolean;
  /** Why it does not; null when it does, and when it is down or silent for another reason. */
  readonly fault: string | null;
  /** The longest that a write waited for the disk in the last minute; 0 where nobody says. */
  readonly waitMs: number;
}

/** A process that is killed ends when the disk lets its threads go, which may take longer than anybody waits. */
const KILLED_PATIENCE_MS = 500;

export class ListenerFleet {
  private readonly posts: readonly ListenerPost[];
  private latestWork: ToListener | null = null;
  private wantedEvents: ToListener | null = null;
  private boundPort: number | null = null;
  private boundHighPort: number | null = null;

  constructor(
    assignments: readonly ListenerAssignment[],
    private readonly subscriber: FleetSubscriber,
    logger: Logger,
    private readonly timers: Timers,
  ) {
    const told: PostSubscriber = {
      greeting: () => this.greeting(),
      onMessage: (life, message) => this.onMessage(life, message),
      onEnd: (life) => subscriber.onEnd(life),
    };
    this.posts = assignments.map((assignment) => new ListenerPost(assignment, told, logger, timers));
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
    const damaged: { readonly post: ListenerPost; readonly error: Error }[] = [];
    await Promise.all(
      this.posts.map((post) =>
        post.launch().catch((error: Error) => {
          if (post.startFault?.shardDamaged !== true) throw error;
          damaged.push({ post, error });
        }),
      ),
    );
    if (damaged.length === this.posts.length) throw damaged[0]!.error;
    for (const { post, error } of damaged) post.giveUp(error);
  }

  /** Where miners connect; null before the first listener's port is open. */
  get port(): number | null {
    return this.boundPort;
  }

  /** Where large miners connect; null before that, and without such a port. */
  get highPort(): number | null {
    return this.boundHighPort;
  }

  /** Sends work (or its absence) to every listener, and to every later one at its start. */
  setWork(message: Extract<ToListener, { kind: 'work' | 'no-work' }>): void {
    this.latestWork = message;
    this.tell(message);
  }

  /** Listeners carry these events and no others. */
  setWantedEvents(events: readonly EventName[]): void {
    this.wantedEvents = { kind: 'wanted-events', events };
    this.tell(this.wantedEvents);
  }

  /** To every listener but the one whose life is `except`; later ones are told by the subscriber's `greeting`. */
  tell(message: ToListener, except: string | null = null): void {
    for (const post of this.posts) if (except === null || post.life !== except) post.send(message);
  }

  /** Sends each listener what `messageFor` says for its life; null for nothing. */
  tellEach(messageFor: (life: string) => ToListener | null): void {
    for (const post of this.posts) {
      const life = post.greetedLife;
      const message = life === null ? null : messageFor(life);
      if (message !== null) post.send(message);
    }
  }

  /** As `ClosableListeners` says; its miners reconnect, and another takes its place. */
  kill(life: string): boolean {
    return this.posts.find((post) => post.life === life)?.kill() === true;
  }

  /** Has the writer of a shard in which damage was met look for itself; it ends when it finds what keeps it from starting. */
  readBack(shard: string): void {
    this.posts.find((post) => post.shard === shard)?.send({ kind: 'read-back' });
  }

  /**
   * A share with its full proof, asked of each listener until the one that gave out its work is found. While one is down
   * or does not answer, nobody knows whether it was that one.
   */
  async submitProof(proof: ShareProof): Promise<ProofVerdict> {
    let unknown: ProofVerdict | null = null;
    let isOneMissing = false;
    for (const post of this.posts) {
      const verdict = await post.askProof(proof);
      if (verdict === UNANSWERED) isOneMissing = true;
      else if (verdict.kind === 'accepted' || verdict.reason !== 'unknown-job') return verdict;
      else unknown = verdict;
    }
    return isOneMissing || unknown === null ? UNANSWERED : unknown;
  }

  /** The newest report of each listener; null for one that is down or has been silent for `maxAgeMs`. */
  reports(maxAgeMs: number): readonly (ListenerReport | null)[] {
    const oldestMs = this.timers.nowMs() - maxAgeMs;
    return this.posts.map((post) => post.reportSince(oldestMs));
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
    const ended = Promise.all(this.posts.map((post) => post.stop()));
    await within(this.timers, STOP_PATIENCE_MS + KILLED_PATIENCE_MS, ended);
  }

  private *greeting(): Iterable<ToListener> {
    if (this.wantedEvents !== null) yield this.wantedEvents;
    if (this.latestWork !== null) yield this.latestWork;
    yield* this.subscriber.greeting();
  }

  private onMessage(life: string, message: FromListener): void {
    if (message.kind === 'ready') {
      this.boundPort = message.port;
      this.boundHighPort = message.highPort;
    }
    this.subscriber.onMessage(life, message);
  }
}
