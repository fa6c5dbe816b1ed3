/** A node's claims: closes its rounds in time and keeps what came of them. Only for a pool; solo mining claims nothing. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Network } from '../bitcoin/index.js';
import { ChainReader, type NodeSet } from '../bitcoind/index.js';
import {
  ClaimStore,
  type ClosedRound,
  isAppointed,
  ReceiptKey,
  RoundCloser,
  type ShardBounds,
} from '../claims/index.js';
import type { Config } from '../config/index.js';
import { CodedError, errorMessage, type Logger, type Timers, toDisplayHex } from '../lib/index.js';
import type { Payout, RoundBinding } from '../mining/index.js';
import type { ReceiptAppointment } from '../rounds/index.js';
import { boundsNow } from '../shares/index.js';
import type { ClaimTask, ClaimTaskResult, ClaimThreadQuestion } from './claim-thread.js';
import type { NodeDeps, NodeParts } from './node-parts.js';
import type { NodeRounds } from './node-rounds.js';
import type { FromListener, ToListener } from './process-messages.js';
import { type ClosableListeners, RoundBarrier } from './round-barrier.js';

export class NodeClaimsError extends CodedError<'CLAIM_THREAD_ENDED'> {}

/** How many rounds before the present one are closed late, after an outage; older ones nobody takes any more. */
const LATE_ROUNDS = 3n;
const HOUR_MS = 3_600_000;
const DRAW_RETRY_MS = 30_000;

export class NodeClaims {
  readonly store: ClaimStore;
  private readonly barrier: RoundBarrier;
  private closer: RoundCloser | null = null;
  private forgetAtMs = 0;
  private readonly retentionMs: number;
  private drawing: Promise<void> | null = null;
  /** When the next try to prove draws is, after one that failed. */
  private drawAtMs = 0;
  /** Rounds whose proof of draws was made, or that need none. */
  private readonly drawn = new Set<bigint>();
  private readonly shares: string;
  private readonly claims: string;

  constructor(
    { datadir, shares: log }: Pick<Config, 'datadir' | 'shares'>,
    readonly rounds: NodeRounds,
    /** Accepted shares of a round, over all listeners. */
    private readonly sharesOf: (round: bigint) => number,
    listeners: ClosableListeners,
    private readonly network: Network,
    private readonly nodes: Pick<NodeSet, 'active'>,
    readonly receiptKey: ReceiptKey,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.retentionMs = log.retentionDays * 24 * HOUR_MS;
    this.shares = join(datadir, 'shares');
    this.claims = join(datadir, 'claims');
    this.store = new ClaimStore(this.claims);
    this.barrier = new RoundBarrier(listeners, () => boundsNow(this.shares));
  }

  /** Null in solo mode, which has no claims. */
  static async of(
    config: Config,
    parts: NodeParts,
    { timers, logger }: NodeDeps,
  ): Promise<NodeClaims | null> {
    const { rounds, shares, fleet, network, nodes } = parts;
    if (rounds === null) return null;
    const sharesOf = (round: bigint): number => shares.round(round).counts.accepted;
    const key = await ReceiptKey.open(join(config.datadir, 'receipt-key.pem'));
    return new NodeClaims(config, rounds, sharesOf, fleet, network, nodes, key, timers, logger);
  }

  /** Once all listeners run, so that every shard has an owner of this node's. */
  start(): void {
    const { schedule } = this.rounds;
    this.closer = new RoundCloser(
      schedule,
      this.lastClosed(),
      this.store,
      {
        bindingOf: (round) => this.rounds.binding(round)!,
        barrier: (round) => this.barrier.close(round),
        claim: (binding, bounds) => this.claim(binding, bounds),
      },
      this.timers,
      this.logger,
    );
  }

  /** The one before the oldest round with shares that is not closed, of the last few, or before the present one. */
  private lastClosed(): bigint {
    const { schedule } = this.rounds;
    const newest = schedule.newest(this.timers.nowMs());
    if (newest === null) return -1n;
    for (
      let round = schedule.after(newest - LATE_ROUNDS - 1n);
      round !== null;
      round = schedule.after(round)
    ) {
      if (round >= newest || (round >= 0n && this.store.get(round) === null && this.sharesOf(round) > 0))
        return round - 1n;
    }
    return newest - 1n;
  }

  /** Called about once a second. */
  tick(): void {
    this.forgetOld(this.timers.nowMs());
    this.closer?.tick();
    if (this.closer !== null && this.drawing === null)
      this.drawing = this.draw().finally(() => {
        this.drawing = null;
      });
  }

  private forgetOld(nowMs: number): void {
    if (nowMs < this.forgetAtMs) return;
    this.forgetAtMs = nowMs + HOUR_MS;
    this.store.dropPackages(nowMs - this.retentionMs).catch((error: unknown) => {
      this.logger.warn({ error: errorMessage(error) }, 'old packages could not be removed');
    });
  }

  /** Makes the proof of the oldest sampled claim of the last rounds that has none and whose beacon is known. */
  private async draw(): Promise<void> {
    const { schedule, book } = this.rounds;
    const nowMs = this.timers.nowMs();
    const newest = book === null ? null : schedule.newest(nowMs);
    if (book === null || newest === null || nowMs < this.drawAtMs) return;
    for (let round = newest - LATE_ROUNDS; round < newest; round++) {
      if (this.drawn.has(round)) continue;
      const beacon = book.beacon(round);
      const closed = beacon === null ? null : this.store.get(round);
      if (beacon === null || closed === null) continue;
      const isDue = closed.claim?.tier === 'sampled' && !this.store.hasDraws(round);
      if (isDue && !(await this.proveDraws(closed, beacon))) {
        this.drawAtMs = this.timers.nowMs() + DRAW_RETRY_MS;
        return;
      }
      this.drawn.add(round);
    }
  }

  private async proveDraws({ binding, bounds }: ClosedRound, beacon: Uint8Array): Promise<boolean> {
    const { shares, claims, logger } = this;
    try {
      const cid = await inThread({
        kind: 'draws',
        shares,
        claims,
        binding,
        bounds,
        appointment: null,
        beacon,
      });
      logger.info({ round: binding.round, proof: cid }, 'the draws of a sampled claim are proven');
      return true;
    } catch (error) {
      logger.error(
        { round: binding.round, error: errorMessage(error) },
        'the draws of a claim could not be proven',
      );
      return false;
    }
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
    // The trie does not depend on the appointment.
    return await inThread({ kind: 'prove', shares, binding, bounds, appointment: null, payout, shareHash });
  }

  private async claim(binding: RoundBinding, bounds: ShardBounds): Promise<ClosedRound> {
    const { shares, claims, rounds } = this;
    const closedMs = this.timers.nowMs();
    const appointment = this.appointmentFor(binding, rounds.appointment(binding.round));
    const task: ClaimTask = { kind: 'claim', shares, claims, binding, bounds, appointment, closedMs };
    const { closed, leftOut } = await inThread(task, (prevHashes) => this.lostHeaders(prevHashes));
    if (leftOut > 0) {
      this.logger.warn(
        { round: binding.round, shares: leftOut },
        'shares of this round are in no claim: they commit to another task, node, seed or reserve, or a package has no room for their rows',
      );
    }
    return closed;
  }

  /** One that its node key did not sign would make the whole claim invalid. */
  private appointmentFor(
    { taskId, nodeKey, round }: RoundBinding,
    appointment: ReceiptAppointment | null,
  ): ReceiptAppointment | null {
    if (appointment === null) return null;
    if (appointment.fromRound <= round && isAppointed(appointment, taskId, nodeKey)) return appointment;
    this.logger.error(
      { round },
      'the receipt key is not appointed: the node key did not sign what the task posted',
    );
    return null;
  }

  /** Without a bitcoind to ask, none: then an auditor that never saw such a block refuses the claim. */
  private async lostHeaders(prevHashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const { active } = this.nodes;
    if (active === null) return [];
    try {
      return await new ChainReader(active.rpc, this.network).besideOf(prevHashes.map(toDisplayHex));
    } catch (error) {
      this.logger.warn({ error: errorMessage(error) }, 'bitcoind did not say which blocks lost their race');
      return [];
    }
  }

  async stop(): Promise<void> {
    await this.closer?.stop();
    await this.drawing;
  }
}

type Answer = (prevHashes: readonly Uint8Array[]) => Promise<readonly Uint8Array[]>;

function isQuestion(message: unknown): message is ClaimThreadQuestion {
  return typeof message === 'object' && message !== null && 'prevHashes' in message;
}

function inThread<Task extends ClaimTask>(
  task: Task,
  answer: Answer = async () => [],
): Promise<ClaimTaskResult<Task['kind']>> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./claim-thread.js', import.meta.url), { workerData: task });
    thread.on('message', (message: unknown) => {
      if (!isQuestion(message)) resolve(message as ClaimTaskResult<Task['kind']>);
      else void answer(message.prevHashes).then((beside) => thread.postMessage(beside));
    });
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new NodeClaimsError('CLAIM_THREAD_ENDED', `the thread that reads a round ended with ${code}`)),
    );
  });
}
