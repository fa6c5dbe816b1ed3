/** What every connection and every proof of one listener works with. */
import type { Logger, SteadyTimers } from '../../lib/index.js';
import type { Door } from '../guard/door.js';
import type { FairQueue } from '../guard/fair-queue.js';
import type { MemoryMeter } from '../guard/memory-meter.js';
import type { Turnstile } from '../guard/turnstile.js';
import type { LeftAllowances } from '../session/outgrown-allowance.js';
import type { PastSessions } from '../session/past-sessions.js';
import type { WorkBoard } from '../session/work-board.js';
import type { ShareSink } from '../share-sink.js';
import type { DropReason, StratumMetrics } from '../stratum-metrics.js';
import type { ProxyComplaints } from '../transport/proxy-complaints.js';
import type { ListenerLimits } from './listener-options.js';
import type { ShareDesk } from './share-desk.js';
import type { ShareReport } from './share-report.js';

export interface Floor {
  readonly board: WorkBoard;
  readonly pasts: PastSessions;
  readonly allowances: LeftAllowances;
  readonly sink: ShareSink;
  readonly desk: ShareDesk;
  readonly shares: ShareReport;
  readonly metrics: StratumMetrics | null;
  readonly door: Door;
  readonly proxies: ProxyComplaints;
  /** For strangers. */
  readonly turnstile: Turnstile;
  /** For those who have proved work. */
  readonly queue: FairQueue;
  readonly memory: MemoryMeter;
  /** More is held in this process than may: those who have paid for it least have to go. */
  shed(): void;
  dropped(reason: DropReason): void;
  readonly limits: ListenerLimits;
  readonly timers: SteadyTimers;
  readonly logger: Logger;
}
