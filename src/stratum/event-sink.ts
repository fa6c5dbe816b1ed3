/**
 * What a listener tells the world, in its own words; the event bus fits as it is. `user` is the payout address,
 * `worker` the name after the dot, `client_id` one connection (its extranonce1). Difficulties are pool difficulty,
 * durations seconds, hashes display-order hex, masks 8 hex digits.
 */
export interface StratumEvents {
  share_submitted: {
    user: string;
    worker: string;
    client_id: string;
    diff: number;
    sdiff: number;
    accepted: boolean;
    reject_reason: string | null;
    ip: string;
  };
  block_found: {
    user: string;
    worker: string;
    height: number;
    hash: string;
    diff: number;
    network_diff: number;
    reward_sats: string;
    coinbase_sig: string;
  };
  miner_connected: {
    user: string;
    worker: string;
    client_id: string;
    ip: string;
    useragent: string;
    initial_diff: number;
    asicboost_capable: boolean;
  };
  miner_disconnected: {
    user: string;
    worker: string;
    client_id: string;
    ip: string;
    session_duration: number;
    shares_session: number;
  };
  diff_updated: {
    user: string;
    worker: string;
    client_id: string;
    old_diff: number;
    new_diff: number;
    ema_share_rate: number;
    stable_intervals: number;
    adjustment_count: number;
  };
  share_best_diff: {
    user: string;
    worker: string;
    new_best: number;
    prev_best: number;
    timeframe: 'session' | 'weekly' | 'alltime';
  };
  asicboost_detected: { user: string; worker: string; pool_mask: string; miner_mask: string };
}

export interface EventSink {
  /** Whether anybody reads it; asked on hot paths. */
  wants(event: keyof StratumEvents): boolean;
  /** Never blocks, never throws. */
  publish<Name extends keyof StratumEvents>(event: Name, data: StratumEvents[Name]): void;
}
