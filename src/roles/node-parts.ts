/** The parts of a coordinator, made from the configuration and not yet started. */
import { join } from 'node:path';
import { type Network, network } from '../bitcoin/index.js';
import {
  BlockJournal,
  BlockSubmitter,
  NodeSet,
  SightingsFile,
  TemplateFeed,
  TemplateStore,
  TipHeaders,
} from '../bitcoind/index.js';
import type { Config } from '../config/index.js';
import { EventBus } from '../events/index.js';
import { type Logger, type SteadyTimers, type Timers, toHex } from '../lib/index.js';
import { Metrics } from '../metrics/index.js';
import { openShards, type ShardReader } from '../shares/index.js';
import { TlsIdentity } from '../stratum/index.js';
import { SIGHTINGS_FILE } from './audit-questions.js';
import { NOTES_FOLDER } from './block-notes.js';
import { claimDatadir } from './datadir.js';
import { guardOptions, listenerAssignments } from './listener-assignments.js';
import { type FleetSubscriber, ListenerFleet } from './listener-fleet.js';
import { NodeGuard } from './node-guard.js';
import { type NodeRounds, roundsOf } from './node-rounds.js';
import { NotedBlocks } from './noted-blocks.js';
import { steadyOriginMs, steadyTimers } from './system-timers.js';
import { TEMPLATE_LIFE_MS } from './template-life.js';

export interface NodeDeps {
  readonly logger: Logger;
  readonly timers: Timers;
  /** Open files one process may have. */
  readonly descriptorLimit: number;
  /** Takes the listeners' logs; null for standard output. */
  readonly logFile: string | null;
  /** Whether the caller has claimed the data directory, and gives it back itself. */
  readonly isClaimed: boolean;
}

export interface NodeParts {
  readonly network: Network;
  /** Of which its listeners have the same. */
  readonly steady: SteadyTimers;
  /** Null in solo mode. */
  readonly rounds: NodeRounds | null;
  readonly nodes: NodeSet;
  readonly store: TemplateStore;
  readonly feed: TemplateFeed;
  /** What audits compare others' claims with. */
  readonly seen: SightingsFile;
  /** What claims show of blocks that lost their race. */
  readonly tips: TipHeaders;
  readonly journal: BlockJournal;
  readonly noted: NotedBlocks;
  readonly submitter: BlockSubmitter;
  readonly metrics: Metrics;
  readonly bus: EventBus;
  readonly fleet: ListenerFleet;
  readonly guard: NodeGuard;
  /** Null without TLS. */
  readonly tls: TlsIdentity | null;
  readonly shares: ShardReader;
  /** Gives the data directory back. */
  unlock(): void;
}

function nodeSet(
  { bitcoin }: Config,
  chain: Network,
  metrics: Metrics,
  logger: Logger,
  timers: SteadyTimers,
): NodeSet {
  return new NodeSet(
    {
      endpoints: bitcoin.nodes,
      chain: { ...chain, checkpoint: bitcoin.checkpoint ?? chain.checkpoint },
      pollMs: bitcoin.pollMs,
      rpcTimeoutMs: 5_000,
      maxLagBlocks: 2,
      maxBehindMs: 60_000,
      maxRpcAgeMs: 10_000,
      failBackMs: 60_000,
    },
    logger,
    timers,
    metrics.bitcoind,
  );
}

/**
 * With questions of a minute at most, a bitcoind of four RPC threads has two free for one pool however often that starts
 * again: two questions at most are left behind.
 */
const LONG_POLL_AFTER_MS = 30_000;

/** Of the node, in logs and events. */
function nameOf({ pool }: Config): string {
  if (pool.mode === 'solo') return 'solo';
  return pool.nodeKey === null ? 'task' : toHex(pool.nodeKey).slice(0, 16);
}

/** Throws `DatadirError` when the data directory is not to be had, `TlsIdentityError` for a certificate of no use. */
export async function openParts(
  config: Config,
  deps: NodeDeps,
  subscriber: FleetSubscriber,
): Promise<NodeParts> {
  const { logger, timers, descriptorLimit, logFile } = deps;
  const folder = join(config.datadir, 'shares');
  // Before the first file is made: a slow disk may keep everything waiting for a while from here on.
  logger.info(
    { datadir: config.datadir },
    'the node starts: it opens its data directory, which takes a while on a slow disk',
  );
  const unlock = deps.isClaimed ? () => {} : claimDatadir(config.datadir, config.network);
  try {
    const { tls: files } = config.stratum;
    const tls = files === null ? null : new TlsIdentity(files, logger, timers);
    const chain = network(config.network);
    const clockOriginMs = steadyOriginMs();
    const steady = steadyTimers(clockOriginMs);
    const metrics = new Metrics('coordinator', steady);
    const nodes = nodeSet(config, chain, metrics, logger, steady);
    const store = await TemplateStore.open(join(config.datadir, 'templates'));
    const feedOptions = {
      refreshMs: config.bitcoin.refreshMs,
      feeGainPermille: 5,
      probeMs: 10_000,
      templateTimeoutMs: 30_000,
      longPollAfterMs: LONG_POLL_AFTER_MS,
      emptyFirst: config.bitcoin.emptyFirst ? chain : null,
    };
    const submitterOptions = {
      confirmations: 100,
      submitTimeoutMs: 30_000,
      retryMs: 5_000,
      passOnMs: TEMPLATE_LIFE_MS,
    };
    const seen = await SightingsFile.open(join(config.datadir, SIGHTINGS_FILE), timers, logger);
    const tips = await TipHeaders.open(join(config.datadir, 'tip-headers.json'), nodes, logger);
    const rounds = roundsOf(config, chain);
    const journal = BlockJournal.open(join(config.datadir, 'blocks.sqlite'), logger);
    const name = nameOf(config);
    return {
      network: chain,
      steady,
      rounds,
      nodes,
      store,
      feed: new TemplateFeed(feedOptions, nodes, store, logger, steady),
      seen,
      tips,
      journal,
      noted: new NotedBlocks(join(config.datadir, NOTES_FOLDER), logger),
      submitter: new BlockSubmitter(submitterOptions, nodes, store, journal, logger, timers),
      metrics,
      bus: new EventBus({ source: 'coordinator', node: name }, timers, metrics.events),
      fleet: new ListenerFleet(
        listenerAssignments(config, { tls, node: name, folder, descriptorLimit, logFile, clockOriginMs }),
        subscriber,
        logger,
        steady,
      ),
      guard: new NodeGuard(
        guardOptions(config),
        join(config.datadir, 'proven-addresses.json'),
        metrics.stratum,
        logger,
        steady,
      ),
      tls,
      shares: openShards(folder),
      unlock,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
