/**
 * The templates that miners work on. Three signals say that the tip has moved, ZMQ from every node, long-poll and
 * polling on the active one, and the first to know wins: whichever comes first causes one `getblocktemplate`, the
 * others find the tip already known. A template is on disk before it is announced. When no node can give work,
 * `lost` says why; work resumes by itself with `restored`.
 *
 * Answers may overtake each other, so an answer to a question asked before the current template was taken does not
 * bring another tip of no greater height: it is asked again. When another node becomes active, and at the end, every
 * question to the one before is given up: one that hangs would hold back the next for as long as a template may take.
 *
 * With `emptyFirst`, work without transactions is announced on a new tip until its template is there.
 */
import { EventEmitter } from 'node:events';
import { errorCode, errorMessage, type Logger, type SteadyTimers, toDisplayHex } from '../lib/index.js';
import { type DigestedTemplate, digestTemplate, type RawTemplate } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import { templateRefusal } from './chain-guard.js';
import { EmptyFirst } from './empty-first.js';
import type { FedTemplate, LostWork, TemplateFeedEvents } from './fed-template.js';
import type { NodeSet } from './node-set.js';
import { causeToChange, type TemplateCause, type TemplateFeedOptions } from './template-policy.js';
import type { TemplateStore } from './template-store.js';
import { TipSignals } from './tip-signals.js';
import { unlessAborted } from './unless-aborted.js';

export class TemplateFeed extends EventEmitter<TemplateFeedEvents> {
  private readonly signals: TipSignals;
  private readonly emptyFirst: EmptyFirst | null;
  private cancelProbe: (() => void) | null = null;
  private cancelRefresh = (): void => {};
  private readonly underWay = new Set<Promise<void>>();
  private running = false;
  /** Taken, and announced once it is on disk. */
  private taken: FedTemplate | null = null;
  private takenMs = 0;
  private announced: FedTemplate | null = null;
  private lost: LostWork | null = null;
  /** Questions and takings in one order. */
  private sequence = 0;
  private takenAt = 0;
  /** Aborted when the node that is asked is no longer the active one. */
  private tenure = new AbortController();
  private fetching = false;
  private fetchAgain = false;

  constructor(
    private readonly options: TemplateFeedOptions,
    private readonly nodes: NodeSet,
    private readonly store: TemplateStore,
    private readonly logger: Logger,
    private readonly timers: SteadyTimers,
  ) {
    super();
    const rules = options.emptyFirst;
    this.emptyFirst = rules === null ? null : new EmptyFirst(rules, nodes, logger, timers);
    this.signals = new TipSignals(
      {
        onZmq: (node, hash) => {
          if (node !== this.nodes.active) this.nodes.recheck(node);
          this.tipSignal(hash);
        },
        // Its question is as old as the previous answer, so only a higher tip in it is taken at its word.
        onLongPoll: (node, raw) => this.track(this.offer(node, raw, 0, this.tenure.signal)),
        onLongPollFailure: (node) => this.nodes.recheck(node),
      },
      options.longPollAfterMs ?? 0,
      logger,
      timers,
    );
  }

  /** The template announced last, while it may be worked on. */
  get current(): FedTemplate | null {
    return this.lost === null ? this.announced : null;
  }

  /** Why there is no work; null while there is, and before the nodes were first asked. */
  get lostWork(): LostWork | null {
    return this.lost;
  }

  /** Start before the `NodeSet`, or the first choice of a node is missed. */
  start(): void {
    this.running = true;
    this.nodes.on('active', this.onActive);
    this.nodes.on('tip', this.onTip);
    this.signals.start(this.nodes.nodes);
    this.cancelProbe = this.timers.every(this.options.probeMs, () => this.fetch());
    if (this.nodes.settled) this.onActive(this.nodes.active);
  }

  async stop(): Promise<void> {
    this.running = false;
    this.cancelProbe?.();
    this.cancelRefresh();
    this.nodes.off('active', this.onActive);
    this.nodes.off('tip', this.onTip);
    this.tenure.abort();
    await this.signals.stop();
    await Promise.all(this.underWay);
  }

  private readonly onActive = (node: BitcoindNode | null): void => {
    this.tenure.abort();
    this.tenure = new AbortController();
    this.fetching = false;
    this.track(this.signals.endLongPoll());
    if (node === null) this.lose({ cause: 'bitcoind', reasons: this.nodes.reasons() });
    else this.fetch();
  };

  private readonly onTip = (node: BitcoindNode, hash: string): void => {
    if (node === this.nodes.active) this.tipSignal(hash);
  };

  private tipSignal(hash: string): void {
    const { taken } = this;
    if (taken === null || toDisplayHex(taken.template.prevHash) !== hash) this.greet(hash);
    else if (taken.isEmptyFirst) this.fetch();
  }

  /** A tip that is not worked on yet. */
  private greet(hash: string): void {
    const node = this.nodes.active;
    const before = this.taken?.template ?? null;
    if (this.emptyFirst === null || before === null || node === null) this.fetch();
    else {
      const { signal } = this.tenure;
      const greeted = this.emptyFirst.greet(node, hash, before, signal, () => {
        if (!signal.aborted) this.fetch();
      });
      this.track(greeted.then((empty) => this.takeEmpty(node, empty)));
    }
  }

  private async takeEmpty(node: BitcoindNode, empty: DigestedTemplate | null): Promise<void> {
    if (empty === null || !this.running || node !== this.nodes.active || this.taken === null) return;
    if (empty.template.height > this.taken.template.height) await this.take(node, empty, 'tip', true);
  }

  /** One question at a time; a signal that comes meanwhile causes one more, since the answer may predate it. */
  private fetch(): void {
    const node = this.nodes.active;
    if (node === null || !this.running) return;
    if (this.fetching) {
      this.fetchAgain = true;
      return;
    }
    this.fetching = true;
    this.fetchAgain = false;
    this.track(this.ask(node, this.tenure.signal));
  }

  private async ask(node: BitcoindNode, signal: AbortSignal): Promise<void> {
    const askedAt = ++this.sequence;
    try {
      const raw = await node.getBlockTemplate({ timeoutMs: this.options.templateTimeoutMs, signal });
      this.track(this.offer(node, raw, askedAt, signal));
    } catch (error) {
      this.nodeFailed(node, error);
    } finally {
      if (!signal.aborted) {
        this.fetching = false;
        if (this.fetchAgain) this.fetch();
      }
    }
  }

  /** `tenure`: of the node as the active one. */
  private async offer(
    node: BitcoindNode,
    raw: RawTemplate,
    askedAt: number,
    tenure: AbortSignal,
  ): Promise<void> {
    if (tenure.aborted) return;
    try {
      // A new socket since the guard passed may lead to another process.
      await unlessAborted(this.nodes.ensureVetted(node), tenure);
      if (tenure.aborted) return;
      const digested = digestTemplate(raw);
      const { longpollid } = raw;
      if (this.options.longPollAfterMs !== null && longpollid !== undefined)
        this.signals.follow(node, longpollid);
      await this.consider(node, digested, askedAt);
    } catch (error) {
      this.nodeFailed(node, error);
    }
  }

  private async consider(node: BitcoindNode, digested: DigestedTemplate, askedAt: number): Promise<void> {
    const { template } = digested;
    const before = this.taken;
    const ageMs = this.timers.nowMs() - this.takenMs;
    const cause = causeToChange(before, template, ageMs, this.options);
    if (cause === null || template.id === before?.template.id) return;
    if (
      cause === 'tip' &&
      before !== null &&
      askedAt < this.takenAt &&
      template.height <= before.template.height
    ) {
      this.fetch();
      return;
    }
    await this.take(node, digested, cause, false);
  }

  private async take(
    node: BitcoindNode,
    digested: DigestedTemplate,
    cause: TemplateCause,
    isEmptyFirst: boolean,
  ): Promise<void> {
    const { template } = digested;
    const { name } = node;
    const takenMs = this.timers.wallMs();
    const next: FedTemplate = { ...digested, cause, node: name, takenMs, isEmptyFirst };
    this.taken = next;
    this.takenMs = this.timers.nowMs();
    this.cancelRefresh();
    this.cancelRefresh = this.timers.after(this.options.refreshMs, () => this.fetch());
    this.takenAt = ++this.sequence;
    try {
      await this.store.write(template, digested.transactions);
    } catch (error) {
      if (this.taken === next) this.taken = null;
      const what = String(errorCode(error) ?? errorMessage(error));
      const reason = `a template cannot be written to disk (${what}), so a block found on it could be lost: check the data directory's space and permissions`;
      this.lose({ cause: 'disk', reasons: [reason] });
      return;
    }
    if (this.running && this.taken === next && this.nodes.active !== null) this.announce(next);
    else if (this.announced?.template.id !== template.id) await this.store.release(template.id);
  }

  private announce(next: FedTemplate): void {
    const wasLost = this.lost !== null;
    this.lost = null;
    this.announced = next;
    const { id, height, transactionCount } = next.template;
    this.logger.debug({ id, height, transactionCount, cause: next.cause, node: next.node }, 'new template');
    if (wasLost) {
      this.logger.info({ node: next.node }, 'work resumes');
      this.emit('restored');
    }
    this.emit('template', next);
    const node = this.nodes.active;
    if (this.emptyFirst === null || node === null || next.isEmptyFirst || this.fetching) return;
    this.track(this.emptyFirst.prepare(node, this.tenure.signal));
  }

  private lose(lost: LostWork): void {
    const wasLost = this.lost !== null;
    this.lost = lost;
    this.taken = null;
    if (wasLost || !this.running) return;
    this.logger.error({ ...lost }, 'there is no work to give');
    this.emit('lost', lost);
  }

  private nodeFailed(node: BitcoindNode, error: unknown): void {
    if (!this.running || errorCode(error) === 'RPC_ABORTED') return;
    this.logger.warn({ node: node.name, error: errorMessage(error) }, 'bitcoind gave no usable template');
    // A full work queue passes; the next poll finds the tip unserved and asks again.
    if (errorCode(error) === 'RPC_BUSY') return;
    this.nodes.distrust(node, templateRefusal(node, error) ?? error);
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}
