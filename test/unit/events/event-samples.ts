/** One event of each type, with the payload fields of the catalogue; shared by the tests of rooms that carry events. */
import type { EventData } from '../../../src/events/index.js';

const HASH = '00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048';
const GENESIS = '000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f';
const who = { user: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', worker: 'rig1' };
const client = { ...who, client_id: '1-42' };

export const EVENT_SAMPLES: EventData = {
  share_submitted: {
    ...client,
    diff: 8,
    sdiff: 21.5,
    accepted: true,
    reject_reason: null,
    ip: '203.0.113.9',
  },
  block_found: {
    ...who,
    height: 1,
    hash: HASH,
    diff: 2536.4,
    network_diff: 1,
    reward_sats: '5000000000',
    coinbase_sig: '/orcapool/',
  },
  miner_connected: {
    ...client,
    ip: '203.0.113.9',
    useragent: 'bitaxe/2.6',
    initial_diff: 512,
    asicboost_capable: true,
  },
  miner_disconnected: { ...client, ip: '203.0.113.9', session_duration: 61.2, shares_session: 7 },
  diff_updated: {
    ...client,
    old_diff: 512,
    new_diff: 1024,
    ema_share_rate: 0.21,
    stable_intervals: 0,
    adjustment_count: 3,
  },
  hashrate_update: { ...who, hashrate_1m: 1e12, hashrate_5m: 9e11, hashrate_1h: 8e11, hashrate_1d: 0 },
  new_block_network: { height: 1, hash: HASH, diff: 1, prev_hash: GENESIS },
  share_best_diff: { ...who, new_best: 99.5, prev_best: 12, timeframe: 'weekly' },
  asicboost_detected: { ...who, pool_mask: '1fffe000', miner_mask: '1fffe000' },
};
