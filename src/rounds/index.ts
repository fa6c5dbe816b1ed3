export { type LocalRounds, RoundClockError, roundAt, roundStartMs } from './local-round-clock.js';
export {
  FULL_TIER_SHARES,
  LONGEST_SHARE_INTERVAL_MS,
  type RoundLoad,
  shareInterval,
} from './share-interval.js';
