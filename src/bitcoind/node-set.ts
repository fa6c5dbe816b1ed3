/**
 * The nodes of this pool in priority order. Each is asked for its chain state every `pollMs`, passes the
 * `ChainGuard` before use and again after every reconnect, and is judged by `judgeNode`; one usable node is
 * active. Every poll also reports the node's tip, which makes it the slowest of the feed's three block signals.
 */
import { EventEmitter } from 'node:events';
import { errorCode, errorMessage, type Logger, type Timers } from '../lib/index.js';
import { BitcoindNode } from './bitcoind-node.js';
import { type ChainFacts, ChainGuard } from './chain-guard.js';
import type { NodeEndpoint } from './node-endpoint.js';
import { chooseActive, isPassing, judgeNode, type NodeState, type NodeVerdict } from './node-health.js';
import type { RpcMetrics } from './rpc-metrics.js';

export interface NodeSetOptions {
  /** Best first; at least one. */
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

interface ChainState {
  blocks: number;
  headers: number;
  initialBlockDownload: boolean;
  peers: number;
}

interface Watched {
  readonly node: BitcoindNode;
  chain: ChainState | null;
  lastAnswerMs: number | null;
  behindSinceMs: number | null;
  problem: { code: string; message: string } | null;
  /** `connections` of the keep-alive client when the guard passed; null when it has not. */
  vettedAt: number | null;
  verdict: NodeVerdict;
  usableSinceMs: number | null;
  polling: Promise<void> | null;
  pollAgain: boolean;
  asked: boolean;
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
  private readonly watched: readonly Watched[];
  private readonly guard: ChainGuard;
  private readonly regtest: boolean;
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
    this.guard = new ChainGuard(options.chain, TEMPLATE_TIMEOUT_MS);
    this.regtest = options.chain.bitcoindChain === 'regtest';
    this.watched = options.endpoints.map((endpoint) => ({
      node: new BitcoindNode(endpoint, options.rpcTimeoutMs, timers, metrics),
      chain: null,
      lastAnswerMs: null,
      behindSinceMs: null,
      problem: null,
      vettedAt: null,
      verdict: { state: 'connecting', reason: 'no answer yet' },
      usableSinceMs: null,
      polling: null,
      pollAgain: false,
      asked: false,
    }));
    this.nodes = this.watched.map(({ node }) => node);
  }

  start(): void {
    this.startedMs = this.timers.nowMs();
    const tick = (): void => {
      for (const watched of this.watched) this.poll(watched);
      this.judge();
    };
    this.cancelTick = this.timers.every(this.options.pollMs, tick);
    tick();
  }

  /** Resolves when no call is under way any more. */
  async stop(): Promise<void> {
    this.cancelTick?.();
    this.cancelTick = null;
    for (const { node } of this.watched) node.close();
    await Promise.all(this.watched.map(({ polling }) => polling));
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

  /** Asks the node now: something about it looked wrong, or new. */
  recheck(node: BitcoindNode): void {
    this.poll(this.of(node));
  }

  /** A failure met while using the node. It is out of use until a later poll's guard has passed it again. */
  distrust(node: BitcoindNode, error: unknown): void {
    const watched = this.of(node);
    this.fail(watched, error);
    watched.vettedAt = null;
    this.judge();
  }

  /** Resolves at once unless the node was reconnected to since the guard passed it; rejects as the guard does. */
  async ensureVetted(node: BitcoindNode): Promise<void> {
    const watched = this.of(node);
    if (watched.vettedAt !== node.direct.connections) await this.vet(watched);
  }

  private of(node: BitcoindNode): Watched {
    return this.watched.find((watched) => watched.node === node)!;
  }

  private poll(watched: Watched): void {
    if (this.cancelTick === null) return;
    if (watched.polling !== null) {
      watched.pollAgain = true;
      return;
    }
    watched.pollAgain = false;
    watched.polling = this.ask(watched).finally(() => {
      watched.polling = null;
      watched.asked = true;
      if (this.cancelTick === null) return;
      this.judge();
      if (watched.pollAgain) this.poll(watched);
    });
  }

  private async ask(watched: Watched): Promise<void> {
    const { node } = watched;
    try {
      const chain = await node.rpc.call<{
        blocks: number;
        headers: number;
        bestblockhash: string;
        initialblockdownload: boolean;
      }>('getblockchaininfo');
      const { connections } = await node.rpc.call<{ connections: number }>('getnetworkinfo');
      watched.chain = {
        blocks: chain.blocks,
        headers: chain.headers,
        initialBlockDownload: chain.initialblockdownload,
        peers: connections,
      };
      watched.lastAnswerMs = this.timers.nowMs();
      if (watched.vettedAt !== node.direct.connections) await this.vet(watched);
      watched.problem = null;
      if (this.cancelTick !== null) this.emit('tip', node, chain.bestblockhash);
    } catch (error) {
      this.fail(watched, error);
    }
  }

  /** Until it ends a vetted node stays in use, but nothing from its new socket is: see `ensureVetted`. */
  private async vet(watched: Watched): Promise<void> {
    await this.guard.check(watched.node);
    watched.vettedAt = watched.node.direct.connections;
  }

  private fail(watched: Watched, error: unknown): void {
    const code = String(errorCode(error) ?? 'UNKNOWN');
    if (!isPassing(code)) watched.vettedAt = null;
    watched.problem = { code, message: errorMessage(error) };
  }

  /** Only nodes that passed the guard count: another chain's height is no measure of ours. */
  private bestHeight(own: ChainState): number {
    let best = Math.max(own.blocks, own.headers);
    for (const { vettedAt, chain } of this.watched) {
      if (vettedAt !== null && chain !== null && chain.blocks > best) best = chain.blocks;
    }
    return best;
  }

  private judge(): void {
    const nowMs = this.timers.nowMs();
    const limits = { ...this.options, regtest: this.regtest };
    for (const watched of this.watched) {
      const { chain } = watched;
      const best = chain === null ? 0 : this.bestHeight(chain);
      if (chain === null || best <= chain.blocks) watched.behindSinceMs = null;
      else watched.behindSinceMs ??= nowMs;
      const verdict = judgeNode({ ...watched, vetted: watched.vettedAt !== null }, best, nowMs, limits);
      this.say(watched, verdict);
      watched.verdict = verdict;
      if (verdict.state !== 'usable') watched.usableSinceMs = null;
      else watched.usableSinceMs ??= nowMs;
    }
    this.choose(nowMs);
  }

  private say({ node, verdict: before, usableSinceMs }: Watched, now: NodeVerdict): void {
    if (now.state === before.state) return;
    const fields = { node: node.name, state: now.state, reason: now.reason };
    if (now.state === 'usable') this.logger.info(fields, 'bitcoind is usable');
    else if (now.state === 'refused') this.logger.error(fields, 'bitcoind refused by the chain guard');
    else if (usableSinceMs !== null) this.logger.warn(fields, 'bitcoind is no longer usable');
    else this.logger.info(fields, 'bitcoind is not usable');
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
