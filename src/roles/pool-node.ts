/**
 * The coordinator of one pool node: takes templates from bitcoind, turns them and the round into work for its
 * listeners, and brings the blocks they find to the chain. It has no miners' sockets itself, so nothing it does can
 * delay a share.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { decodeAddress, type Network, network } from '../bitcoin/index.js';
import {
  BlockJournal,
  BlockSubmitter,
  checkCoinbase,
  type FedTemplate,
  type LostReason,
  NodeSet,
  TemplateFeed,
  TemplateStore,
} from '../bitcoind/index.js';
import { listenersFor } from '../cli/index.js';
import type { Config } from '../config/index.js';
import { EventBus } from '../events/index.js';
import {
  CodedError,
  equalBytes,
  errorMessage,
  type Logger,
  type Timers,
  toDisplayHex,
  toHex,
} from '../lib/index.js';
import { Metrics } from '../metrics/index.js';
import type { RoundBinding } from '../mining/index.js';
import { roundAt } from '../rounds/index.js';
import { storedBlocks } from '../shares/index.js';
import { lockDatadir } from './datadir-lock.js';
import { ListenerFleet } from './listener-fleet.js';
import type { FromListener, ListenerAssignment, ListenerReport } from './process-messages.js';
import { sampleCoinbase } from './sample-coinbase.js';

export class PoolNodeError extends CodedError<'COINBASE_CHECK_FAILED'> {}

/** A listener reports each second. */
const REPORT_LIFE_MS = 5_000;
const ROUND_CHECK_MS = 1_000;
/** A job lives ten minutes after it was superseded; a little longer for a block on its last share. */
const TEMPLATE_LIFE_MS = 11 * 60_000;
const DAY_MS = 86_400_000;
const NO_BINDING_BYTES = new Uint8Array(32);
const LOST_SUMMARY = 'no usable bitcoind';

/** The genesis block has none before it. */
const NO_HASH = '0'.repeat(64);

interface TipHeader {
  readonly height: number;
  readonly difficulty: number;
  readonly previousblockhash?: string;
}

export interface NodeFigures {
  readonly sharesAccepted: number;
  readonly sharesRejected: number;
  readonly miners: number;
  readonly blocksInChain: number;
  readonly hashrate: number | null;
  readonly newestShare: string | null;
  readonly round: bigint;
  /** Of the block that is being worked on; null while there is no work. */
  readonly height: number | null;
}

export interface PoolNodeDeps {
  readonly logger: Logger;
  readonly timers: Timers;
  /** Open files one process may have. */
  readonly descriptorLimit: number;
  /** Takes the listeners' logs; null for standard output. */
  readonly logFile: string | null;
}

export class PoolNode {
  private binding: RoundBinding;
  private current: FedTemplate | null = null;
  private coinbaseChecked = false;
  private readonly retired: { readonly id: string; readonly atMs: number }[] = [];
  private readonly cancels: (() => void)[] = [];

  private constructor(
    readonly config: Config,
    readonly network: Network,
    readonly nodes: NodeSet,
    readonly feed: TemplateFeed,
    readonly submitter: BlockSubmitter,
    readonly bus: EventBus,
    readonly metrics: Metrics,
    readonly fleet: ListenerFleet,
    private readonly store: TemplateStore,
    private readonly journal: BlockJournal,
    private readonly unlock: () => void,
    private readonly deps: PoolNodeDeps,
  ) {
    this.binding = this.bindingNow();
  }

  /** Resolves when miners can connect, with work or told why there is none. */
  static async start(config: Config, deps: PoolNodeDeps): Promise<PoolNode> {
    const { logger, timers } = deps;
    mkdirSync(join(config.datadir, 'shares'), { recursive: true });
    const unlock = lockDatadir(config.datadir);
    try {
      const chain = network(config.network);
      const nodes = new NodeSet(
        {
          endpoints: config.bitcoin.nodes,
          chain: { ...chain, checkpoint: config.bitcoin.checkpoint ?? chain.checkpoint },
          pollMs: config.bitcoin.pollMs,
          rpcTimeoutMs: 5_000,
          maxLagBlocks: 2,
          maxBehindMs: 60_000,
          maxRpcAgeMs: 10_000,
          failBackMs: 60_000,
        },
        logger,
        timers,
      );
      const store = await TemplateStore.open(join(config.datadir, 'templates'));
      const feed = new TemplateFeed(
        {
          refreshMs: config.bitcoin.refreshMs,
          feeGainPermille: 5,
          probeMs: 10_000,
          templateTimeoutMs: 30_000,
          longPoll: true,
        },
        nodes,
        store,
        logger,
        timers,
      );
      const journal = new BlockJournal(join(config.datadir, 'blocks.sqlite'));
      const submitter = new BlockSubmitter(
        { confirmations: 100, submitTimeoutMs: 30_000, retryMs: 5_000 },
        nodes,
        store,
        journal,
        logger,
        timers,
      );
      const name = config.pool.mode === 'pool' ? toHex(config.pool.nodeKey).slice(0, 16) : 'solo';
      const metrics = new Metrics('coordinator', timers);
      const bus = new EventBus({ source: 'coordinator', node: name }, timers, metrics.events);
      let node: PoolNode | null = null;
      const fleet = new ListenerFleet(
        assignments(config, name, deps),
        {
          onMessage: (life, message) => node?.onListener(life, message),
          onEnd: (life) => metrics.retire(life),
        },
        logger,
        timers,
      );
      node = new PoolNode(
        config,
        chain,
        nodes,
        feed,
        submitter,
        bus,
        metrics,
        fleet,
        store,
        journal,
        unlock,
        deps,
      );
      await node.begin();
      return node;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  private async begin(): Promise<void> {
    const { feed, submitter, store, nodes, fleet } = this;
    fleet.setWork({ kind: 'no-work', reason: 'the pool is starting' });
    feed.on('template', (fed) => this.onTemplate(fed));
    feed.on('lost', (reasons) => this.onLost(reasons));
    feed.start();
    submitter.start();
    this.recoverBlocks();
    await store.retain(new Set());
    nodes.start();
    this.cancels.push(this.deps.timers.every(ROUND_CHECK_MS, () => this.tick()));
    this.measure();
    await fleet.start();
  }

  private measure(): void {
    const { pool, events } = this.metrics;
    pool.round.from(() => Number(this.round));
    pool.bitcoinHeight.from(() => this.nodes.status().find(({ active }) => active)?.height ?? null);
    pool.bitcoinConnected.from(() => this.nodes.status().filter(({ state }) => state === 'usable').length);
    pool.templateAge.from(() => {
      const { current } = this.feed;
      return current === null ? null : (this.deps.timers.nowMs() - current.takenMs) / 1000;
    });
    events.queueDepth.from(() => this.bus.depth);
    this.submitter.on('block', ({ state }) => {
      if (state === 'found') pool.blockFound();
    });
  }

  /** Blocks that listeners had on disk when the last run ended, perhaps before it could hand them on. */
  private recoverBlocks(): void {
    for (const block of storedBlocks(join(this.config.datadir, 'shares'))) this.submitter.accept(block);
  }

  /** What the listeners and the chain say; rates come from the share log. */
  figures(): NodeFigures {
    const reports = this.fleet.reports(REPORT_LIFE_MS).filter((report) => report !== null);
    const sum = (of: (report: ListenerReport) => number): number =>
      reports.reduce((total, report) => total + of(report), 0);
    return {
      sharesAccepted: sum(({ shares }) => shares.accepted),
      sharesRejected: sum(
        ({ shares }) => shares.stale + shares.duplicate + shares['low-difficulty'] + shares.invalid,
      ),
      miners: sum(({ miners }) => miners),
      blocksInChain: this.submitter
        .recent(1_000)
        .filter(({ state }) => state === 'in-chain' || state === 'confirmed').length,
      hashrate: null,
      newestShare: null,
      round: this.round,
      height: this.feed.current?.template.height ?? null,
    };
  }

  get round(): bigint {
    return this.binding.round;
  }

  private bindingNow(): RoundBinding {
    const { pool } = this.config;
    if (pool.mode === 'solo') {
      const nothing = NO_BINDING_BYTES;
      return {
        taskId: nothing,
        nodeKey: nothing,
        round: 0n,
        seed: nothing,
        reserveScript: new Uint8Array(0),
      };
    }
    return {
      taskId: pool.taskId,
      nodeKey: pool.nodeKey,
      round: roundAt(pool.rounds, this.deps.timers.nowMs()),
      seed: pool.seed,
      reserveScript: decodeAddress(pool.reserveAddress, this.network).script,
    };
  }

  private onTemplate(fed: FedTemplate): void {
    const before = this.current;
    if (before !== null) this.retired.push({ id: before.template.id, atMs: this.deps.timers.nowMs() });
    this.current = fed;
    if (before === null || !equalBytes(before.template.prevHash, fed.template.prevHash))
      this.announceTip(fed);
    if (this.coinbaseChecked) this.serveWork();
    else void this.checkFirst(fed);
  }

  private async announceTip({ template }: FedTemplate): Promise<void> {
    const hash = toDisplayHex(template.prevHash);
    try {
      const header = await this.nodes.active?.rpc.call<TipHeader>('getblockheader', hash);
      if (header === undefined) return;
      this.bus.publish('new_block_network', {
        height: header.height,
        hash,
        diff: header.difficulty,
        prev_hash: header.previousblockhash ?? NO_HASH,
      });
    } catch (error) {
      this.deps.logger.debug({ hash, error: errorMessage(error) }, 'a new tip could not be described');
    }
  }

  /** Before the first work of a start, bitcoind reads a coinbase of ours: a mistake must not wait for a block. */
  private async checkFirst(fed: FedTemplate): Promise<void> {
    const active = this.nodes.active;
    if (active === null) return;
    try {
      const sample = sampleCoinbase(fed.template, this.config.pool, this.binding, this.network);
      const decoded = await checkCoinbase(active.rpc, toHex(sample.coinbase));
      const same =
        decoded.outputs.length === sample.outputs.length &&
        decoded.outputs.every(
          ({ valueSats, script }, i) =>
            valueSats === sample.outputs[i]!.valueSats && equalBytes(script, sample.outputs[i]!.script),
        );
      if (!same)
        throw new PoolNodeError('COINBASE_CHECK_FAILED', 'bitcoind reads other outputs in our coinbase');
      this.coinbaseChecked = true;
      this.deps.logger.info({ txid: decoded.txid }, 'bitcoind reads our coinbase as we mean it');
      this.serveWork();
    } catch (error) {
      const reason = `the coinbase check failed: ${errorMessage(error)}`;
      this.deps.logger.error({ error: errorMessage(error) }, 'no work is served: the coinbase check failed');
      this.fleet.setWork({ kind: 'no-work', reason });
    }
  }

  private serveWork(): void {
    if (this.current === null || this.feed.current === null) return;
    this.fleet.setWork({ kind: 'work', template: this.current.template, binding: this.binding });
  }

  private onLost(reasons: readonly LostReason[]): void {
    const detail = reasons.map(({ node, reason }) => `${node}: ${reason}`).join('; ');
    this.fleet.setWork({ kind: 'no-work', reason: `${LOST_SUMMARY}; mining resumes by itself` });
    this.deps.logger.error({ reasons: detail }, 'work has stopped');
  }

  private onListener(life: string, message: FromListener): void {
    if (message.kind === 'report') this.metrics.merge(life, message.report.metrics);
    else if (message.kind === 'block') this.submitter.accept(message.candidate);
    else if (message.kind === 'events') for (const event of message.events) this.bus.relay(event);
  }

  private tick(): void {
    const nowMs = this.deps.timers.nowMs();
    const next = this.bindingNow();
    if (next.round !== this.binding.round) {
      this.binding = next;
      this.deps.logger.info({ round: next.round }, 'a new round has begun');
      if (this.coinbaseChecked) this.serveWork();
    }
    while (this.retired.length > 0 && this.retired[0]!.atMs < nowMs - TEMPLATE_LIFE_MS) {
      const { id } = this.retired.shift()!;
      if (id !== this.current?.template.id) void this.store.release(id);
    }
  }

  /** Listeners first, so that no share is taken that nobody could bring to the chain. */
  async stop(): Promise<void> {
    for (const cancel of this.cancels) cancel();
    await this.fleet.stop();
    await this.feed.stop();
    await this.submitter.stop();
    await this.nodes.stop();
    this.journal.close();
    this.bus.close();
    this.metrics.close();
    this.unlock();
  }
}

function assignments(
  config: Config,
  node: string,
  { descriptorLimit, logFile }: PoolNodeDeps,
): ListenerAssignment[] {
  const { stratum, pool } = config;
  const count =
    stratum.listeners > 0
      ? stratum.listeners
      : listenersFor(availableParallelism(), stratum.maxConnections, descriptorLimit);
  return Array.from({ length: count }, (_, index) => ({
    index,
    node,
    network: config.network,
    mode: pool.mode,
    tag: pool.tag,
    host: stratum.host,
    port: stratum.port,
    startDifficulty: stratum.startDifficulty,
    minDifficulty: stratum.minDifficulty,
    maxDifficulty: stratum.maxDifficulty,
    shareIntervalMs: stratum.shareIntervalMs,
    versionMask: stratum.versionMask,
    maxConnections: Math.ceil(stratum.maxConnections / count),
    shardPath: join(config.datadir, 'shares', `shard-${index}.sqlite`),
    retentionMs: config.shares.retentionDays * DAY_MS,
    log: config.log,
    logFile,
  }));
}
