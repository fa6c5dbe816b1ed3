/** Which ends of a connection count against its address: those it brought about itself, a login that never came too. */
import type { DropReason } from '../stratum-metrics.js';

const FAULTS: ReadonlySet<DropReason> = new Set<DropReason>([
  'oversize-line',
  'not-json',
  'flood',
  'reject-loop',
  'slow-reader',
  'memory',
]);

/** `ready`: it was subscribed and logged in. */
export function isFault(reason: DropReason, ready: boolean): boolean {
  return FAULTS.has(reason) || (reason === 'idle' && !ready);
}
