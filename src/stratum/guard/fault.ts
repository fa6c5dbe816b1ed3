/**
 * Which ends of a connection count against its address: those it brought about itself, a login that never came too. That
 * memory ran out is no fault of who has proved work: others may have filled it.
 */
import type { DropReason } from '../stratum-metrics.js';

const FAULTS: ReadonlySet<DropReason> = new Set<DropReason>([
  'oversize-line',
  'not-json',
  'flood',
  'reject-loop',
  'slow-reader',
  'memory',
]);

/** `ready`: it was subscribed and logged in. `proven`: an accepted share of it is on disk. */
export function isFault(reason: DropReason, ready: boolean, proven: boolean): boolean {
  if (reason === 'memory' && proven) return false;
  return FAULTS.has(reason) || (reason === 'idle' && !ready);
}
