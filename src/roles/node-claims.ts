/** A node's claims: closes its rounds in time and keeps what came of them. Only for a pool; solo mining claims nothing. */
import { join } from 'node:path';
import type { Network } from '../bitcoin/index.js';
import type { NodeSet, TipHeaders } from '../bitcoind/index.js';
import {
  ClaimStore,
  type ClosedRound,
  isAppointed,
  mendRounds,
  ReceiptKey,
  RoundCloser,
  type ShardBounds,
} from '../claims/index.js';
import type { Config } from '../config/index.js';
import { errorMessage, type Logger, type Timers, toDisplayHex } from '../lib/index.js';
import type { Payout, RoundBinding } from '../mining/index.js';
import type { ReceiptAppointment } from '../rounds/index.js';
import { boundsNow } from '../shares/index.js';
import type { ClaimTask } from './claim-thread.js';
import { DrawProofs } from './draw-proofs.js';
import { inClaimThread } from './in-claim-thread.js';
import type { NodeDeps, NodeParts } from './node-parts.js';
import { boundsOfRound, LATE_ROUNDS, type NodeRounds } from './node-rounds.js';
import type { FromListener, ToListener } from './process-messages.js';
import { type ClosableListeners, closingLimitMs, RoundBarrier } from './round-barrier.js';
import { roundStanding } from './round-standing.js';

const HOUR_MS = 3_600_000;

export class NodeClaims {
  readonly store: ClaimStore;
  private readonly barrier: RoundBarrier;
  private closer: RoundCloser | null = null;
  private forgetAtMs = 0;
  private readonly retentionMs: number;
  private readonly draws: DrawProofs;
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
    private readonly tips: Pick<TipHeaders, 'of'>,
    readonly receiptKey: ReceiptKey,
    private readonly metrics: { listenerHung(): void },
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.retentionMs = log.retentionDays * 24 * HOUR_MS;
    this.shares = join(datadir, 'shares');
    this.claims = join(datadir, 'claims');
    this.store = new ClaimStore(this.claims, (record) =>
      logger.error(
        { record: `claims/${record}` },
        'a package or proof of a closed round was damaged and is set aside: nobody is handed it; take it from a backup',
      ),
    );
    this.draws = new DrawProofs(
      { shares: this.shares, claims: this.claims },
      rounds,
      this.store,
      timers,
      logger,
    );
    this.mend();
    for (const round of this.store.rounds()) rounds.ended.add(round);
    this.barrier = new RoundBarrier(
      listeners,
      () => boundsNow(this.shares),
      (round) => closingLimitMs(rounds.schedule.span(round)!),
      (round, lives) => this.tellHung(round, lives),
      timers,
    );
  }

  /** Null in solo mode, which has no claims. */
  static async of(
    config: Config,
    parts: NodeParts,
    { timers, logger }: NodeDeps,
  ): Promise<NodeClaims | null> {
    const { rounds, shares, fleet, network, nodes, tips, metrics } = parts;
    if (rounds === null) return null;
    const sharesOf = (round: bigint): number => shares.round(round).counts.accepted;
    const key = await ReceiptKey.open(join(config.datadir, 'receipt-key.pem'));
    const { pool } = metrics;
    return new NodeClaims(config, rounds, sharesOf, fleet, network, nodes, tips, key, pool, timers, logger);
  }

  private tellHung(round: bigint, lives: readonly string[]): void {
    for (const _ of lives) this.metrics.listenerHung();
    this.logger.error(
      { round, listeners: lives },
      'a listener did not close a round in time and was killed: its shard is closed as far as it is on disk, and its miners reconnect',
    );
  }

  private mend(): void {
    for (const record of this.rounds.book?.damaged ?? []) {
      const says = 'what the task told of a round was damaged and is set aside; the task tells it again';
      this.logger.error({ record: `rounds/${record}` }, says);
    }
    this.store.setBrokenAside();
    const mended = mendRounds(this.store, this.claims, () => this.boundsOrNull());
    for (const { round, record, isMended } of mended) {
      const says = isMended
        ? 'the record of a closed round was damaged and is set aside; it was made anew from the package'
        : 'the record of a closed round was damaged and is set aside, and has no package to be made anew from';
      this.logger.error({ round, record: `claims/${record}` }, says);
    }
  }

  private boundsOrNull(): ShardBounds | null {
    try {
      return boundsNow(this.shares);
    } catch (error) {
      this.logger.warn({ error: errorMessage(error) }, 'the shards cannot be read at present');
      return null;
    }
  }

  /** For people: rounds whose shares are not claimed, though their time is over. */
  unclosedRounds(): string[] {
    const unclosed = this.closer?.unclosed() ?? [];
    return unclosed.map(({ round, reason }) => `round ${round} could not be closed: ${reason}`);
  }

  /** Once all listeners run, so that every shard has an owner of this node's. */
  start(): void {
    const { schedule } = this.rounds;
    this.closer = new RoundCloser(
      schedule,
      this.lastClosed(),
      this.store,
      {
        isOver: (round, nowMs) => this.rounds.ended.has(round, nowMs),
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
    if (this.closer === null) return;
    this.closer.tick();
    this.draws.tick();
  }

  private forgetOld(nowMs: number): void {
    if (nowMs < this.forgetAtMs) return;
    this.forgetAtMs = nowMs + HOUR_MS;
    this.store.dropPackages(nowMs - this.retentionMs).catch((error: unknown) => {
      this.logger.warn({ error: errorMessage(error) }, 'old packages could not be removed');
    });
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
    const { binding, bounds, lost } = closed;
    const { shares } = this;
    const of = { shares, binding, bounds, lost };
    // The trie does not depend on the appointment.
    return await inClaimThread({ kind: 'prove', ...of, appointment: null, payout, shareHash });
  }

  private async claim(binding: RoundBinding, bounds: ShardBounds): Promise<ClosedRound> {
    const { shares, claims, rounds } = this;
    const closedMs = this.timers.nowMs();
    const appointment = this.appointmentFor(binding, rounds.appointment(binding.round));
    const task: ClaimTask = { kind: 'claim', shares, claims, binding, bounds, appointment, closedMs };
    const closed = await inClaimThread(task, (prevHashes) => {
      const { nodes, tips, network, logger } = this;
      const times = boundsOfRound(rounds, binding.round)!;
      return roundStanding(prevHashes.map(toDisplayHex), nodes.active, tips, network, times, logger);
    });
    this.tellLeftOut(closed);
    return closed;
  }

  private tellLeftOut({ binding: { round }, leftOut, lost }: ClosedRound): void {
    const { foreign, noRoom, offChain } = leftOut ?? { foreign: 0, noRoom: 0, offChain: 0 };
    if (foreign > 0) {
      const says = 'shares of this round are in no claim: they commit to another task, node, seed or reserve';
      this.logger.warn({ round, shares: foreign }, says);
    }
    if (noRoom > 0) {
      const says =
        'shares of this round are in no claim: a package has not room for the rows of all who mined, and these had least work';
      this.logger.warn({ round, shares: noRoom }, says);
    }
    if (offChain > 0) {
      const says =
        'shares of this round are in no claim: they stand on blocks that lost by two or more, or were the tip too long before it, which no auditor takes';
      this.logger.warn({ round, shares: offChain, blocks: lost }, says);
    }
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

  async stop(): Promise<void> {
    await this.closer?.stop();
    await this.draws.stop();
  }
}
