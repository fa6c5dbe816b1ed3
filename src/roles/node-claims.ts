/** A node's claims: closes its rounds in time and keeps what came of them. Only for a pool; solo mining claims nothing. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ClaimStore, type ClosedRound, ReceiptKey, RoundCloser, type ShardBounds } from '../claims/index.js';
import type { Config } from '../config/index.js';
import { CodedError, type Logger, type Timers } from '../lib/index.js';
import type { Payout, RoundBinding } from '../mining/index.js';
import { type LocalRounds, roundAt, roundStartMs } from '../rounds/index.js';
import { boundsNow } from '../shares/index.js';
import type { ClaimTask, ClaimTaskResult } from './claim-thread.js';
import type { NodeDeps, NodeParts } from './node-parts.js';
import type { FromListener, ToListener } from './process-messages.js';
import { type ClosableListeners, RoundBarrier } from './round-barrier.js';
import { bindingOf } from './round-binding.js';

export class NodeClaimsError extends CodedError<'CLAIM_THREAD_ENDED'> {}

/** DESIGN 3.5: the smaller of 30 s and a twentieth of the round. */
const MOST_GRACE_MS = 30_000;
const GRACE_PART = 1 / 20;
/** How many rounds before the present one are closed late, after an outage; older ones nobody takes any more. */
const LATE_ROUNDS = 3n;

export interface NodeClaimsOptions {
  readonly datadir: string;
  readonly rounds: LocalRounds;
}

export interface NodeClaimsSteps {
  bindingOf(round: bigint): RoundBinding;
  /** Accepted shares of a round, over all listeners. */
  sharesOf(round: bigint): number;
}

export class NodeClaims {
  readonly store: ClaimStore;
  readonly receiptKey: ReceiptKey;
  private readonly barrier: RoundBarrier;
  private closer: RoundCloser | null = null;
  private readonly shares: string;
  private readonly claims: string;

  constructor(
    private readonly options: NodeClaimsOptions,
    private readonly steps: NodeClaimsSteps,
    listeners: ClosableListeners,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.shares = join(options.datadir, 'shares');
    this.claims = join(options.datadir, 'claims');
    this.store = new ClaimStore(this.claims);
    this.receiptKey = ReceiptKey.open(join(options.datadir, 'receipt-key.pem'));
    this.barrier = new RoundBarrier(listeners, () => boundsNow(this.shares));
  }

  /** Null in solo mode, which has no claims. */
  static of({ pool, datadir }: Config, parts: NodeParts, { timers, logger }: NodeDeps): NodeClaims | null {
    if (pool.mode === 'solo') return null;
    const steps = {
      bindingOf: (round: bigint) => bindingOf(pool, parts.network, round),
      sharesOf: (round: bigint) => parts.shares.round(round).counts.accepted,
    };
    return new NodeClaims({ datadir, rounds: pool.rounds }, steps, parts.fleet, timers, logger);
  }

  /** Once all listeners run, so that every shard has an owner of this node's. */
  start(): void {
    const { rounds } = this.options;
    const graceMs = Math.min(MOST_GRACE_MS, rounds.roundMs * GRACE_PART);
    const times = { endMs: (round: bigint) => roundStartMs(rounds, round + 1n), graceMs };
    this.closer = new RoundCloser(
      times,
      this.firstOpen(),
      this.store,
      {
        bindingOf: (round) => this.steps.bindingOf(round),
        barrier: (round) => this.barrier.close(round),
        claim: (binding, bounds) => this.claim(binding, bounds),
      },
      this.timers,
      this.logger,
    );
  }

  /** The oldest round with shares that is not closed, of the last few; else the present one. */
  private firstOpen(): bigint {
    const present = roundAt(this.options.rounds, this.timers.nowMs());
    for (let round = present > LATE_ROUNDS ? present - LATE_ROUNDS : 0n; round < present; round++) {
      if (this.store.get(round) === null && this.steps.sharesOf(round) > 0) return round;
    }
    return present;
  }

  /** Called about once a second. */
  tick(): void {
    this.closer?.tick();
  }

  /** For a listener that starts. */
  greeting(): Iterable<ToListener> {
    return this.barrier.greeting();
  }

  onReply(life: string, reply: Extract<FromListener, { kind: 'round-closed' }>): void {
    this.barrier.onReply(life, reply);
  }

  onEnd(life: string): void {
    this.barrier.gone(life);
  }

  /** The round once it is closed; null when the node stops first. */
  closed(round: bigint): Promise<ClosedRound | null> {
    return this.closer?.closed(round) ?? Promise.resolve(this.store.get(round));
  }

  /**
   * That the miner, or one of its shares, is in the claim of a closed round or is not: see `verifyMembershipProof`.
   * Null for a round that is not closed or has no shares. Reads the round from the log again.
   */
  async prove(round: bigint, payout: Payout, shareHash: Uint8Array | null): Promise<Uint8Array | null> {
    const closed = this.store.get(round);
    if (closed === null || closed.claim === null) return null;
    const { binding, bounds } = closed;
    const { shares } = this;
    return await inThread({ kind: 'prove', shares, binding, bounds, appointment: null, payout, shareHash });
  }

  private async claim(binding: RoundBinding, bounds: ShardBounds): Promise<ClosedRound> {
    const { shares, claims } = this;
    const closedMs = this.timers.nowMs();
    const task: ClaimTask = { kind: 'claim', shares, claims, binding, bounds, appointment: null, closedMs };
    const { closed, leftOut } = await inThread(task);
    if (leftOut > 0) {
      this.logger.warn(
        { round: binding.round, shares: leftOut },
        'shares of this round commit to another task, node, seed or reserve and are in no claim',
      );
    }
    return closed;
  }

  async stop(): Promise<void> {
    await this.closer?.stop();
  }
}

function inThread<Task extends ClaimTask>(task: Task): Promise<ClaimTaskResult<Task['kind']>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./claim-thread.js', import.meta.url), { workerData: task });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new NodeClaimsError('CLAIM_THREAD_ENDED', `the thread that reads a round ended with ${code}`)),
    );
  });
}
