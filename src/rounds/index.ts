export { type LocalRounds, RoundClockError, roundAt, roundStartMs } from './local-round-clock.js';
