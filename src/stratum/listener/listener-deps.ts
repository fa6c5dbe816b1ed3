/** What a listener works with, and what it says of itself. */
import type { Logger, SteadyTimers } from '../../lib/index.js';
import type { EventSink } from '../event-sink.js';
import type { BlockSink, ShareSink } from '../share-sink.js';
import type { ShareOutcome, StratumMetrics } from '../stratum-metrics.js';
import type { EntranceOptions } from '../transport/entrance.js';

export interface ListenerDeps {
  readonly logger: Logger;
  readonly timers: SteadyTimers;
  readonly sink: ShareSink;
  readonly blocks: BlockSink;
  readonly events: EventSink;
  readonly metrics: StratumMetrics | null;
  readonly transport: Pick<EntranceOptions, 'trusted' | 'tls'>;
}

export interface ListenerStats {
  readonly connections: number;
  /** Connections that are subscribed and logged in. */
  readonly miners: number;
  /** Of them, those that bring good shares at present. */
  readonly sharing: number;
  /** Of them, those that roll version bits. */
  readonly rollingMiners: number;
  /** Since the start. */
  readonly shares: Readonly<Record<ShareOutcome, number>>;
  readonly blocks: number;
  /** Shares that wait for the disk. */
  readonly unacknowledged: number;
  /** Of the current work; null without. */
  readonly height: number | null;
}
