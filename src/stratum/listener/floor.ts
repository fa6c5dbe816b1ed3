/** What every connection and every proof of one listener works with. */
import type { Logger, Timers } from '../../lib/index.js';
import type { PastSessions } from '../session/past-sessions.js';
import type { WorkBoard } from '../session/work-board.js';
import type { ShareSink } from '../share-sink.js';
import type { StratumMetrics } from '../stratum-metrics.js';
import type { ListenerLimits } from './listener-options.js';
import type { ShareDesk } from './share-desk.js';
import type { ShareReport } from './share-report.js';

export interface Floor {
  readonly board: WorkBoard;
  readonly pasts: PastSessions;
  readonly sink: ShareSink;
  readonly desk: ShareDesk;
  readonly shares: ShareReport;
  readonly metrics: StratumMetrics | null;
  readonly limits: ListenerLimits;
  readonly timers: Timers;
  readonly logger: Logger;
}
