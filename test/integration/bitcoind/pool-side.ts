/** This room put together on real nodes, as the coordinator does it, with everything it says kept. */
import path from 'node:path';
import { network } from '../../../src/bitcoin/index.js';
import {
  BlockJournal,
  BlockSubmitter,
  type FedTemplate,
  NodeSet,
  type NodeSetOptions,
  TemplateFeed,
  type TemplateFeedOptions,
  TemplateStore,
  type TrackedBlock,
} from '../../../src/bitcoind/index.js';
import type { RegtestBitcoind } from '../../../src/localnet/index.js';
import { atTestEnd } from '../../bitcoind.js';
import { KeptLog, steady } from '../../surroundings.js';

export interface PoolSideOptions {
  /** Signals to listen to; all by default. */
  readonly zmq?: boolean;
  readonly longPoll?: boolean;
  readonly pollMs?: number;
  readonly nodes?: Partial<NodeSetOptions>;
  readonly feed?: Partial<TemplateFeedOptions>;
  readonly confirmations?: number;
  readonly submitTimeoutMs?: number;
}

export class PoolSide {
  readonly said: string[] = [];
  readonly templates: FedTemplate[] = [];
  readonly blocks: TrackedBlock[] = [];
  private stopping: Promise<void> | null = null;

  private constructor(
    readonly nodes: NodeSet,
    readonly store: TemplateStore,
    readonly feed: TemplateFeed,
    readonly journal: BlockJournal,
    readonly submitter: BlockSubmitter,
    readonly log: KeptLog,
  ) {
    feed.on('template', (template) => {
      this.templates.push(template);
      this.said.push(`template ${template.template.height} ${template.cause}`);
    });
    feed.on('lost', () => this.said.push('lost'));
    feed.on('restored', () => this.said.push('restored'));
    submitter.on('block', (block) => this.blocks.push(block));
  }

  /** `folder` is the data directory: given again, it is the same pool restarted. */
  static async start(
    folder: string,
    bitcoinds: readonly Pick<RegtestBitcoind, 'rpcUrl' | 'cookieFile' | 'zmqHashBlock'>[],
    options: PoolSideOptions = {},
  ): Promise<PoolSide> {
    const log = new KeptLog();
    const nodes = new NodeSet(
      {
        endpoints: bitcoinds.map(({ rpcUrl, cookieFile, zmqHashBlock }) => ({
          url: rpcUrl,
          auth: { cookieFile },
          zmqHashBlock: (options.zmq ?? true) ? zmqHashBlock : null,
        })),
        chain: network('regtest'),
        pollMs: options.pollMs ?? 200,
        rpcTimeoutMs: 2_000,
        maxLagBlocks: 2,
        maxBehindMs: 10_000,
        maxRpcAgeMs: 3_000,
        failBackMs: 1_000,
        ...options.nodes,
      },
      log,
      steady,
      null,
    );
    const store = await TemplateStore.open(path.join(folder, 'templates'));
    const feed = new TemplateFeed(
      {
        refreshMs: 30_000,
        feeGainPermille: 5,
        probeMs: 10_000,
        templateTimeoutMs: 5_000,
        longPollAfterMs: (options.longPoll ?? true) ? 0 : null,
        emptyFirst: null,
        ...options.feed,
      },
      nodes,
      store,
      log,
      steady,
    );
    const journal = BlockJournal.open(path.join(folder, 'blocks.sqlite'), log);
    const submitter = new BlockSubmitter(
      {
        confirmations: options.confirmations ?? 100,
        submitTimeoutMs: options.submitTimeoutMs ?? 1_000,
        retryMs: 200,
        passOnMs: 60_000,
      },
      nodes,
      store,
      journal,
      log,
      steady,
    );
    const side = new PoolSide(nodes, store, feed, journal, submitter, log);
    atTestEnd(() => side.stop());
    feed.start();
    await submitter.start();
    nodes.start();
    return side;
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    await this.feed.stop();
    await this.submitter.stop();
    await this.nodes.stop();
    await this.journal.close();
  }

  get height(): number | null {
    return this.feed.current?.template.height ?? null;
  }
}

/** Resolves once `holds` does; rejects, saying `what`, when it does not within the time. */
export async function until(what: string, holds: () => boolean, withinMs = 10_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
