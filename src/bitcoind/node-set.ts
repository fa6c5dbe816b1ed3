/**
 * The nodes of this pool in priority order. Each is asked for its chain state every `pollMs`, passes the
 * `ChainGuard` before use and again after every reconnect, and is judged by `judgeNode`; one usable node is
 * active. Every poll also reports the node's tip, which makes it the slowest of the feed's three block signals.
 */
import { EventEmitter } from 'node:events';
import type { Logger, Timers } from '../lib/index.js';
import { BitcoindNode } from './bitcoind-node.js';
import { type ChainFacts, ChainGuard } from './chain-guard.js';
import type { NodeEndpoint } from './node-endpoint.js';
import { chooseActive, type NodeState } from './node-health.js';
import type { RpcMetrics } from './rpc-metrics.js';
import { type ChainState, WatchedNode } from './watched-node.js';

export interface NodeSetOptions {
  /** Best first; with none there is never an active one. */
  readonly endpoints: readonly NodeEndpoint[];
  readonly chain: ChainFacts;
  readonly pollMs: number;
  readonly rpcTimeoutMs: number;
  readonly maxLagBlocks: number;
  readonly maxBehindMs: number;
  readonly maxRpcAgeMs: number;
  /** How long a better node must have been usable before work comes from it again. */
  readonly failBackMs: number;
}

export interface NodeStatus {
  /** The URL without credentials. */
  readonly node: string;
  readonly active: boolean;
  readonly state: NodeState;
  /** One sentence: what is wrong and what to do; null when usable. */
  readonly reason: string | null;
  readonly height: number | null;
  /** Blocks behind the best height known. */
  readonly lag: number | null;
  readonly peers: number | null;
  readonly initialBlockDownload: boolean | null;
  readonly rpcAgeMs: number | null;
}

interface NodeSetEvents {
  /** Another node is active, or none is; also once when the first round of questions found none. */
  active: [BitcoindNode | null];
  /** A node named its tip (display hex); repeated at every poll. */
  tip: [BitcoindNode, string];
}

const TEMPLATE_TIMEOUT_MS = 30_000;
/** The first choice waits this long for better nodes to answer. */
const FIRST_CHOICE_MS = 3_000;

export class NodeSet extends EventEmitter<NodeSetEvents> {
  readonly nodes: readonly BitcoindNode[];
  private readonly watched: readonly WatchedNode[];
  private readonly isPrivate: boolean;
  private activeIndex: number | null = null;
  private chosen = false;
  private startedMs = 0;
  private cancelTick: (() => void) | null = null;

  constructor(
    private readonly options: NodeSetOptions,
    private readonly logger: Logger,
    private readonly timers: Timers,
    metrics: RpcMetrics | null,
  ) {
    super();
    // A signet that a pool can mine on is somebody's own: the public ones ask for a signature.
    this.isPrivate = ['regtest', 'signet'].includes(options.chain.bitcoindChain);
    const guard = new ChainGuard(options.chain, TEMPLATE_TIMEOUT_MS);
    this.watched = options.endpoints.map((endpoint) => {
      const node = new BitcoindNode(endpoint, options.rpcTimeoutMs, timers, metrics);
      const onTip = (hash: string): void => void this.emit('tip', node, hash);
      return new WatchedNode(node, guard, logger, timers, () => this.judge(), onTip);
    });
    this.nodes = this.watched.map(({ node }) => node);
  }

  start(): void {
    this.startedMs = this.timers.nowMs();
    const tick = (): void => {
      for (const watched of this.watched) watched.poll();
      this.judge();
    };
    this.cancelTick = this.timers.every(this.options.pollMs, tick);
    tick();
  }

  /** Resolves when no call is under way any more. */
  async stop(): Promise<void> {
    this.cancelTick?.();
    this.cancelTick = null;
    await Promise.all(this.watched.map((watched) => watched.end()));
  }

  get active(): BitcoindNode | null {
    return this.activeIndex === null ? null : this.nodes[this.activeIndex]!;
  }

  /** Has the first round of questions ended? */
  get settled(): boolean {
    return this.chosen;
  }

  status(): NodeStatus[] {
    const nowMs = this.timers.nowMs();
    return this.watched.map(({ node, verdict, chain, lastAnswerMs }, index) => ({
      node: node.name,
      active: index === this.activeIndex,
      state: verdict.state,
      reason: verdict.reason,
      height: chain?.blocks ?? null,
      lag: chain === null ? null : Math.max(0, this.bestHeight(chain) - chain.blocks),
      peers: chain?.peers ?? null,
      initialBlockDownload: chain?.initialBlockDownload ?? null,
      rpcAgeMs: lastAnswerMs === null ? null : nowMs - lastAnswerMs,
    }));
  }

  /** Why none is active, for people: one a node. */
  reasons(): string[] {
    return this.status().map(
      ({ node, state, reason }) => `${node}: ${reason ?? `is ${state}, but not active`}`,
    );
  }

  /** Asks the node now: something about it looked wrong, or new. */
  recheck(node: BitcoindNode): void {
    this.of(node).poll();
  }

  /** A failure met while using the node. It is out of use until a later poll's guard has passed it again. */
  distrust(node: BitcoindNode, error: unknown): void {
    this.of(node).distrust(error);
    this.judge();
  }

  /** Resolves at once unless the node was reconnected to since the guard passed it; rejects as the guard does. */
  ensureVetted(node: BitcoindNode): Promise<void> {
    return this.of(node).ensureVetted();
  }

  private of(node: BitcoindNode): WatchedNode {
    return this.watched.find((watched) => watched.node === node)!;
  }

  /** Only nodes that passed the guard count: another chain's height is no measure of ours. */
  private bestHeight(own: ChainState): number {
    let best = Math.max(own.blocks, own.headers);
    for (const { vetted, chain } of this.watched) {
      if (vetted && chain !== null && chain.blocks > best) best = chain.blocks;
    }
    return best;
  }

  private judge(): void {
    const nowMs = this.timers.nowMs();
    const limits = { ...this.options, isPrivate: this.isPrivate };
    for (const watched of this.watched) {
      const { chain } = watched;
      watched.judge(chain === null ? 0 : this.bestHeight(chain), nowMs, limits);
    }
    this.choose(nowMs);
  }

  private choose(nowMs: number): void {
    const first = !this.chosen;
    if (first) {
      const allAsked = this.watched.every(({ asked }) => asked);
      const anyUsable = this.watched.some(({ usableSinceMs }) => usableSinceMs !== null);
      const waited = nowMs - this.startedMs >= FIRST_CHOICE_MS;
      if (!allAsked && !waited) return;
      if (!allAsked && !anyUsable) return;
      this.chosen = true;
    }
    const since = this.watched.map(({ usableSinceMs }) => usableSinceMs);
    const next = chooseActive(since, this.activeIndex, nowMs, this.options.failBackMs);
    if (next === this.activeIndex && !(first && next === null)) return;
    const previous = this.active?.name ?? null;
    this.activeIndex = next;
    this.logger.info({ node: this.active?.name ?? null, previous }, 'active bitcoind changed');
    this.emit('active', this.active);
  }
}
