/** What a publisher needs to run: without the schemas a listener, which has no other use for their validator, starts sooner. */

export const EVENT_VERSION = 1;

export const EVENT_NAMES = [
  'share_submitted',
  'block_found',
  'miner_connected',
  'miner_disconnected',
  'diff_updated',
  'hashrate_update',
  'new_block_network',
  'share_best_diff',
  'asicboost_detected',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];
