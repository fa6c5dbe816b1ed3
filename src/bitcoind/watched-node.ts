/**
 * One node of the set as it was last seen: its chain state, what is wrong with it, and whether the guard has passed
 * the socket it is reached by. Asks and remembers; what follows for the set is decided there.
 */
import { errorCode, errorMessage, type Logger, type Timers } from '../lib/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import type { ChainGuard } from './chain-guard.js';
import { type HealthLimits, isPassing, judgeNode, type NodeVerdict } from './node-health.js';

export interface ChainState {
  readonly blocks: number;
  readonly headers: number;
  readonly initialBlockDownload: boolean;
  readonly peers: number;
}

export class WatchedNode {
  chain: ChainState | null = null;
  lastAnswerMs: number | null = null;
  verdict: NodeVerdict = { state: 'connecting', reason: 'no answer yet' };
  /** Null while it is not usable. */
  usableSinceMs: number | null = null;
  /** Whether a first question has ended, well or not. */
  asked = false;
  private behindSinceMs: number | null = null;
  private problem: { readonly code: string; readonly message: string } | null = null;
  /** `connections` of the keep-alive client when the guard passed; null when it has not. */
  private vettedAt: number | null = null;
  private polling: Promise<void> | null = null;
  private pollAgain = false;
  private ended = false;

  /** `onAsked`: a question ended; `onTip`: the node named its tip (display hex), at every question it answers. */
  constructor(
    readonly node: BitcoindNode,
    private readonly guard: ChainGuard,
    private readonly logger: Logger,
    private readonly timers: Timers,
    private readonly onAsked: () => void,
    private readonly onTip: (hash: string) => void,
  ) {}

  get vetted(): boolean {
    return this.vettedAt !== null;
  }

  /** One question at a time; asked for meanwhile, one more follows. */
  poll(): void {
    if (this.ended) return;
    if (this.polling !== null) {
      this.pollAgain = true;
      return;
    }
    this.pollAgain = false;
    this.polling = this.ask().finally(() => {
      this.polling = null;
      this.asked = true;
      if (this.ended) return;
      this.onAsked();
      if (this.pollAgain) this.poll();
    });
  }

  /** Resolves when no call is under way any more. */
  async end(): Promise<void> {
    this.ended = true;
    this.node.close();
    await this.polling;
  }

  private async ask(): Promise<void> {
    try {
      const chain = await this.node.rpc.call<{
        blocks: number;
        headers: number;
        bestblockhash: string;
        initialblockdownload: boolean;
      }>('getblockchaininfo');
      const { connections } = await this.node.rpc.call<{ connections: number }>('getnetworkinfo');
      this.chain = {
        blocks: chain.blocks,
        headers: chain.headers,
        initialBlockDownload: chain.initialblockdownload,
        peers: connections,
      };
      this.lastAnswerMs = this.timers.nowMs();
      await this.ensureVetted();
      this.problem = null;
      if (!this.ended) this.onTip(chain.bestblockhash);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Resolves at once unless the node was reconnected to since the guard passed it; rejects as the guard does. Until
   * then a vetted node stays in use, but nothing from its new socket is.
   */
  async ensureVetted(): Promise<void> {
    if (this.vettedAt === this.node.direct.connections) return;
    await this.guard.check(this.node);
    this.vettedAt = this.node.direct.connections;
  }

  /** Out of use until a later question's guard has passed it again. */
  distrust(error: unknown): void {
    this.fail(error);
    this.vettedAt = null;
  }

  private fail(error: unknown): void {
    const code = String(errorCode(error) ?? 'UNKNOWN');
    if (!isPassing(code)) this.vettedAt = null;
    this.problem = { code, message: errorMessage(error) };
  }

  /** `best`: the best height known. */
  judge(best: number, nowMs: number, limits: HealthLimits): void {
    const { chain, lastAnswerMs, problem, vetted } = this;
    if (chain === null || best <= chain.blocks) this.behindSinceMs = null;
    else this.behindSinceMs ??= nowMs;
    const { behindSinceMs } = this;
    const verdict = judgeNode({ chain, lastAnswerMs, behindSinceMs, problem, vetted }, best, nowMs, limits);
    if (verdict.state !== this.verdict.state) this.say(verdict);
    this.verdict = verdict;
    if (verdict.state !== 'usable') this.usableSinceMs = null;
    else this.usableSinceMs ??= nowMs;
  }

  private say({ state, reason }: NodeVerdict): void {
    const fields = { node: this.node.name, state, reason };
    if (state === 'usable') this.logger.info(fields, 'bitcoind is usable');
    else if (state === 'refused') this.logger.error(fields, 'bitcoind refused by the chain guard');
    else if (this.usableSinceMs !== null) this.logger.warn(fields, 'bitcoind is no longer usable');
    else this.logger.info(fields, 'bitcoind is not usable');
  }
}
