/**
 * The coordinator of one pool node: takes templates from bitcoind, turns them and the round into work for its
 * listeners, and brings the blocks they find to the chain. It has no miners' sockets itself, so nothing it does can
 * delay a share.
 */
import type { BlockCandidate, FedTemplate } from '../bitcoind/index.js';
import { damagedRecords } from '../claims/index.js';
import type { Config } from '../config/index.js';
import { type BlockProof, HttpServer } from '../http/index.js';
import { addOnProblem, shareHasher } from '../lib/index.js';
import { CommonState } from './common-state.js';
import { FoundBlocks } from './found-blocks.js';
import { HandedInBlocks } from './handed-in-blocks.js';
import { httpReaders } from './http-readers.js';
import { LastRunTemplates } from './last-run-templates.js';
import type { ShardStanding } from './listener-fleet.js';
import { LockedShards } from './locked-shards.js';
import { NodeClaims } from './node-claims.js';
import { NodeEvents } from './node-events.js';
import { NodeFacts } from './node-facts.js';
import { NodeHealth, unreadShard } from './node-health.js';
import { type NodeDeps, type NodeParts, openParts } from './node-parts.js';
import type { NodeView } from './node-view.js';
import { OfferedWork } from './offered-work.js';
import type { FromListener, ListenerReport } from './process-messages.js';
import { TEMPLATE_LIFE_MS } from './template-life.js';
import { unwrittenRecords } from './unwritten-records.js';
import { within } from './within.js';

/** A listener reports each second. */
const REPORT_LIFE_MS = 5_000;
const ROUND_CHECK_MS = 1_000;
const STORED_BLOCKS_MS = 5_000;
const RATES_MS = 60_000;
const STOP_MS = 8_800;
/** What keeps a start from a shard may come later than the first damage that was met in it. */
const LOOK_AGAIN_MS = 600_000;

export class PoolNode implements NodeView {
  readonly facts: NodeFacts;
  private readonly health: NodeHealth;
  private readonly http: HttpServer;
  private readonly work: OfferedWork;
  private readonly blocks: FoundBlocks;
  private readonly lastRun: LastRunTemplates;
  private readonly handedIn: HandedInBlocks;
  private readonly events: NodeEvents;
  private readonly common: CommonState;
  private httpPort = 0;
  /** When a shard's listener was last told to look for damage that was met in it. */
  private readonly toldOfDamageMs = new Map<string, number>();
  private readonly cancels: (() => void)[] = [];

  private constructor(
    readonly config: Config,
    readonly parts: NodeParts,
    private readonly deps: NodeDeps,
    private readonly locked: LockedShards,
    /** Null in solo mode. */
    readonly claims: NodeClaims | null,
  ) {
    const { timers, logger } = deps;
    const nowMs = (): number => timers.nowMs();
    this.work = new OfferedWork(config, parts, parts.steady, logger);
    this.facts = new NodeFacts(this, nowMs);
    this.blocks = new FoundBlocks(parts.submitter, parts.noted, parts.shares);
    parts.submitter.on('journalled', (hash) => void parts.noted.forget(hash));
    this.lastRun = new LastRunTemplates(parts.store, parts.network);
    const { work, lastRun } = this;
    const accept = (block: BlockCandidate): void => this.blocks.accept(block);
    const passOn = (block: BlockCandidate): void => parts.submitter.passOn(block);
    this.handedIn = new HandedInBlocks(
      config.pool,
      { ...parts, work, lastRun, nowMs, accept, passOn },
      logger,
    );
    this.events = new NodeEvents(parts, this.facts, logger);
    this.common = new CommonState(config.stratum.shareIntervalMs, parts, () => this.facts.sharing(), nowMs);
    this.health = new NodeHealth(this, () => parts.steady.nowMs());
    const readers = httpReaders(this, this.health, deps, () => this.tick());
    this.http = new HttpServer(config.http, readers, {
      ...{ logger, timers: parts.steady, metrics: parts.metrics.http },
    });
  }

  /** Resolves when miners can connect, with work or told why there is none. What a failed start began is ended. */
  static async start(config: Config, deps: NodeDeps): Promise<PoolNode> {
    let node: PoolNode | null = null;
    const parts = await openParts(config, deps, {
      onMessage: (life, message) => node?.onListener(life, message),
      greeting: () => (node === null ? [] : [...node.common.greeting(), ...(node.claims?.greeting() ?? [])]),
      onEnd: (life) => {
        node?.parts.metrics.retire(life);
        node?.parts.guard.ended(life);
        node?.claims?.onEnd(life);
      },
    });
    const locked = new LockedShards(parts.shares, deps.logger, parts.steady);
    const [claims] = await Promise.all([NodeClaims.of(config, parts, deps), locked.wait()]);
    node = new PoolNode(config, parts, deps, locked, claims);
    try {
      await node.begin();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  private async begin(): Promise<void> {
    // Listeners find the same: they are of this build and on this machine.
    const because = addOnProblem?.says ?? 'the fastest there is';
    const says = addOnProblem?.kind === 'refused' ? 'warn' : 'info';
    this.deps.logger[says]({ hasher: shareHasher.name, because }, 'the hasher of shares is chosen');
    const { feed, seen, tips, fleet, guard, bus, tls } = this.parts;
    this.httpPort = await this.http.listen();
    this.work.offerNone('the pool is starting');
    seen.follow(feed);
    tips.follow(feed);
    feed.on('template', (fed) => this.onTemplate(fed));
    feed.on('lost', (lost) => this.work.lost(lost));
    this.measure();
    bus.onWanted = (events) => fleet.setWantedEvents(events);
    guard.start(fleet);
    tls?.start();
    // Both make files at a first start, which on a slow disk takes a while. What fails waits for the other, to be ended.
    for (const begun of await Promise.allSettled([fleet.start(), this.beginWork()])) {
      if (begun.status === 'rejected') throw begun.reason;
    }
    // The last run's listeners have ended by now, and committed what they still had.
    this.blocks.acceptStored(0);
    this.claims?.start();
  }

  /** No work is served before the blocks found on it can be taken. */
  private async beginWork(): Promise<void> {
    const { feed, submitter, nodes } = this.parts;
    const { timers } = this.deps;
    await submitter.start();
    this.blocks.acceptNoted();
    this.blocks.acceptStored(0);
    await this.lastRun.load();
    this.handedIn.open();
    if (this.work.hasChain) feed.start();
    nodes.start();
    this.cancels.push(
      timers.every(STORED_BLOCKS_MS, () => {
        this.blocks.acceptNoted();
        this.blocks.acceptStored(timers.nowMs() - TEMPLATE_LIFE_MS);
      }),
      timers.after(TEMPLATE_LIFE_MS, () => void this.forgetLastRun()),
      timers.every(ROUND_CHECK_MS, () => this.tick()),
      timers.every(RATES_MS, () => this.events.rates(timers.nowMs())),
    );
  }

  private async forgetLastRun(): Promise<void> {
    await this.work.letGo(this.lastRun.forget());
  }

  private measure(): void {
    const { metrics, nodes, feed, bus, submitter } = this.parts;
    const { pool, events } = metrics;
    pool.round.from(() => (this.round === null ? null : Number(this.round)));
    pool.hashrate.from(() => this.facts.stored().rates['5m']);
    pool.bitcoinHeight.from(() => nodes.status().find(({ active }) => active)?.height ?? null);
    pool.bitcoinConnected.from(() => nodes.status().filter(({ state }) => state === 'usable').length);
    pool.templateAge.from(() =>
      feed.current === null ? null : (this.deps.timers.nowMs() - feed.current.takenMs) / 1000,
    );
    pool.shardsFrom(() => this.shardStandings());
    pool.damagedRecords.from(() => {
      try {
        return damagedRecords(this.config.datadir).length;
      } catch {
        // Of a directory that cannot be read nobody knows.
        return null;
      }
    });
    pool.unassembledBlocks.from(() => submitter.unassembled().length);
    pool.unwrittenRecords.from(() => unwrittenRecords(this.parts).length);
    events.queueDepth.from(() => bus.depth);
    submitter.on('block', ({ state }) => {
      if (state === 'found') pool.blockFound();
    });
  }

  /** Where miners and browsers connect: the ports that were opened, should the settings have left them open. */
  get ports(): { readonly stratum: number; readonly high: number | null; readonly http: number } {
    const { stratum } = this.config;
    const { port, highPort } = this.parts.fleet;
    return {
      stratum: port ?? stratum.port,
      high: highPort ?? stratum.high?.port ?? null,
      http: this.httpPort,
    };
  }

  get round(): bigint | null {
    return this.work.round;
  }

  tryBlock(block: BlockProof): Promise<void> {
    return this.handedIn.take(block);
  }

  /** One a listener; null for one that is down or silent. */
  listenerReports(): readonly (ListenerReport | null)[] {
    return this.parts.fleet.reports(REPORT_LIFE_MS);
  }

  shardStandings(): readonly ShardStanding[] {
    return this.parts.fleet.standings(REPORT_LIFE_MS);
  }

  private onTemplate(fed: FedTemplate): void {
    if (this.work.take(fed)) void this.events.tip(fed);
  }

  private onListener(life: string, message: FromListener): void {
    const { metrics, bus } = this.parts;
    if (message.kind === 'hello') this.parts.guard.tellAll();
    else if (message.kind === 'door') this.parts.guard.report(life, message.report);
    else if (message.kind === 'report') metrics.merge(life, message.report.metrics);
    else if (message.kind === 'notes') this.common.hear(life, message);
    else if (message.kind === 'round-closed') this.claims?.onReply(life, message);
    else if (message.kind === 'block') this.blocks.accept(message.candidate);
    else if (message.kind === 'stray') this.parts.fleet.tell(message, life);
    else if (message.kind === 'events') for (const event of message.events) bus.relay(event);
  }

  private tick(): void {
    const nowMs = this.deps.timers.nowMs();
    this.work.tick();
    if (this.round !== null) this.common.tick(this.round, nowMs);
    this.claims?.tick();
    this.tellOfDamage();
    this.locked.tick();
  }

  private tellOfDamage(): void {
    const nowMs = this.parts.steady.nowMs();
    for (const shard of this.parts.shares.damaged) {
      const toldMs = this.toldOfDamageMs.get(shard);
      if (toldMs === undefined) this.deps.logger.error({ shard }, unreadShard(shard));
      else if (nowMs - toldMs < LOOK_AGAIN_MS) continue;
      this.toldOfDamageMs.set(shard, nowMs);
      this.parts.fleet.readBack(shard);
    }
  }

  /**
   * Listeners first, so that no share is taken that nobody could bring to the chain. Under ten seconds, whatever
   * bitcoind and the disk do: six and a half for the listeners, two for a block on its way, a little for the rest, which
   * is given up then. False when something was: its thread may still be at it.
   */
  async stop(): Promise<boolean> {
    const { fleet, guard, feed, submitter, nodes, seen, tips, journal, bus, metrics, shares, tls } =
      this.parts;
    const { steady } = this.parts;
    const startedMs = steady.nowMs();
    const takenMs = (): number => steady.nowMs() - startedMs;
    for (const cancel of this.cancels) cancel();
    // Claims and templates on their way to the disk: both are made again where this does not see the end of them.
    const writing = Promise.all([this.claims?.stop(), feed.stop()]);
    await fleet.stop();
    const guarded = guard.stop();
    tls?.close();
    await submitter.stop();
    const rest = async (): Promise<void> => {
      await writing;
      await guarded;
      await seen.stop();
      await nodes.stop();
      await tips.stop(); // whose questions ended with the nodes
      await this.http.close();
      // Moves its write-ahead log into the file, with fsyncs; what the log has is as safe there.
      await journal.close();
    };
    const isDone = await within(steady, STOP_MS - takenMs(), rest());
    this.health.close();
    bus.close();
    metrics.close();
    shares.close();
    this.parts.unlock();
    return isDone;
  }
}
