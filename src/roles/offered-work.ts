/**
 * What a coordinator gives its listeners to mine, or why there is nothing: the newest template with the round under way,
 * once bitcoind has read a coinbase made of both. The templates of superseded work are kept for as long as a block on
 * one of its jobs can turn up.
 */

import { foldBranch } from '../bitcoin/index.js';
import type { FedTemplate, LostWork } from '../bitcoind/index.js';
import type { Config } from '../config/index.js';
import { CodedError, equalBytes, type Logger, type SteadyTimers, sha256d } from '../lib/index.js';
import type { BlockTemplate, RoundBinding } from '../mining/index.js';
import { type BlockParts, templatesFor } from './block-parts.js';
import { CoinbaseGate, readAsMeant } from './coinbase-gate.js';
import type { NodeParts } from './node-parts.js';
import { bindingNow } from './node-rounds.js';
import { sampleCoinbase } from './sample-coinbase.js';
import { TEMPLATE_LIFE_MS } from './template-life.js';

export class OfferedWorkError extends CodedError<'NO_BITCOIND'> {}

/** For miners, where `bitcoin.rpcUrl` is none. */
const NO_CHAIN =
  'this node has no Bitcoin node, so nobody can mine on it; take another node of the pool, or have its operator install one';

type Parts = Pick<NodeParts, 'feed' | 'fleet' | 'network' | 'nodes' | 'rounds' | 'store'>;

export class OfferedWork {
  private readonly gate: CoinbaseGate;
  /** Null while no round takes shares. */
  private binding: RoundBinding | null;
  private current: FedTemplate | null = null;
  private readonly retired: { readonly template: BlockTemplate; readonly atMs: number }[] = [];

  constructor(
    private readonly config: Config,
    private readonly parts: Parts,
    private readonly timers: SteadyTimers,
    private readonly logger: Logger,
  ) {
    this.binding = bindingNow(parts.rounds, timers.wallMs());
    this.gate = new CoinbaseGate((template) => this.readCoinbase(template), logger);
  }

  get round(): bigint | null {
    return this.binding?.round ?? null;
  }

  /** False where the node is to run without any bitcoind. */
  get hasChain(): boolean {
    return this.config.bitcoin.nodes.length > 0;
  }

  /** Whether it is the first on its tip. */
  take(fed: FedTemplate): boolean {
    const before = this.current;
    if (before !== null) this.retired.push({ template: before.template, atMs: this.timers.nowMs() });
    this.current = fed;
    this.offer();
    return before === null || !equalBytes(before.template.prevHash, fed.template.prevHash);
  }

  /** Follows the rounds, and lets go of templates that no block can need any more. */
  tick(): void {
    this.followRound(bindingNow(this.parts.rounds, this.timers.wallMs()));
    const oldestMs = this.timers.nowMs() - TEMPLATE_LIFE_MS;
    while (this.retired.length > 0 && this.retired[0]!.atMs < oldestMs) {
      const { id } = this.retired.shift()!.template;
      if (id !== this.current?.template.id) void this.parts.store.release(id);
    }
  }

  /** Of the last run, which are kept for as long as a block on one of its jobs can still turn up. */
  async letGo(ids: readonly string[]): Promise<void> {
    const live = new Set(this.templates().map(({ id }) => id));
    for (const id of ids) if (!live.has(id)) await this.parts.store.release(id);
  }

  /**
   * What a block is of: its transactions, its bits and what it stands on are this template's, and its hash meets them.
   * Null for no block, and for one of none that is kept. Throws `HeaderError` for what is no header.
   */
  templateOf({ header, coinbase }: BlockParts): BlockTemplate | null {
    const { of, merkleRoot } = templatesFor(header, this.templates(), this.parts.network);
    if (of.length === 0) return null;
    const txid = sha256d(coinbase);
    return of.find(({ branch }) => equalBytes(foldBranch(txid, branch), merkleRoot)) ?? null;
  }

  private templates(): BlockTemplate[] {
    const kept = this.retired.map(({ template }) => template);
    return this.current === null ? kept : [this.current.template, ...kept];
  }

  lost({ cause, reasons }: LostWork): void {
    const what = cause === 'disk' ? 'the pool cannot prepare work' : 'no usable bitcoind';
    this.offerNone(`${what}; mining resumes by itself`);
    this.logger.error({ reasons }, 'work has stopped');
  }

  /** `reason`: for miners, unless there never can be any work. */
  offerNone(reason: string): void {
    const isForGood = !this.hasChain;
    this.parts.fleet.setWork({ kind: 'no-work', reason: isForGood ? NO_CHAIN : reason, isForGood });
  }

  private followRound(next: RoundBinding | null): void {
    if (next?.round === this.binding?.round) return;
    if (next === null)
      this.logger.warn({ round: this.round }, 'the round is over, and no other has begun: work stops');
    else this.logger.info({ round: next.round }, 'a new round has begun');
    this.binding = next;
    this.offer();
  }

  /** What there is to mine, or why there is nothing; checked by bitcoind before the first of a start. */
  private offer(): void {
    if (this.binding === null) {
      this.offerNone('the pool waits for the Koii task to begin the next round');
    } else if (this.gate.isOpen) this.serve();
    else if (this.current !== null) void this.checkFirst(this.current.template);
  }

  private async checkFirst(template: BlockTemplate): Promise<void> {
    const answer = await this.gate.ask(template);
    if (answer === 'open') this.serve();
    else if (answer !== null) this.offerNone(answer.reason);
  }

  private async readCoinbase(template: BlockTemplate): Promise<string> {
    const { binding } = this;
    const { nodes, network } = this.parts;
    if (nodes.active === null || binding === null)
      throw new OfferedWorkError('NO_BITCOIND', 'no usable bitcoind is left to read it');
    return await readAsMeant(nodes.active.rpc, sampleCoinbase(template, this.config.pool, binding, network));
  }

  private serve(): void {
    if (this.current === null || this.binding === null || this.parts.feed.current === null) return;
    const { template, txids } = this.current;
    this.parts.fleet.setWork({ kind: 'work', template, txids, binding: this.binding });
  }
}
