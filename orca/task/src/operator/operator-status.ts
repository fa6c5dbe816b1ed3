/** All that `/status` shows, in one place: no secret is among what it is made of. */
import type { MinerRelay } from '../relay/miner-relay.js';
import type { StatusText, TaskStatus } from '../task-status.js';
import type { Attention } from './operator-variables.js';
import type { OperatorWatch } from './operator-watch.js';

export interface OperatorStatus extends StatusText {
  /** Base58: this node's staking key, public. */
  readonly node: string;
  readonly summary: string;
  readonly attention: readonly Attention[];
  /** Of the container; null while it does not answer. */
  readonly components: Readonly<Record<string, boolean>> | null;
  /** Null where none can connect. */
  readonly miners: { readonly port: number; readonly connected: number; readonly turnedAway: number } | null;
}

export function operatorStatus(
  node: string,
  status: TaskStatus,
  watch: Pick<OperatorWatch, 'attention' | 'readiness'>,
  relay: Pick<MinerRelay, 'port' | 'connected' | 'turnedAway'> | null,
): OperatorStatus {
  const { attention, readiness } = watch;
  const port = relay?.port ?? null;
  return {
    ...status.text(),
    ...{ node, attention, components: readiness?.components ?? null },
    summary: summaryOf(readiness?.status ?? null, attention.length),
    miners:
      relay === null || port === null
        ? null
        : { port, connected: relay.connected, turnedAway: relay.turnedAway },
  };
}

function summaryOf(status: string | null, lacks: number): string {
  const mining = {
    healthy: 'The pool works: miners get work, and their shares are counted.',
    degraded: 'The pool works, but something needs looking after.',
  };
  if (status === null) return 'The container of the pool does not answer yet.';
  const known = mining[status as keyof typeof mining];
  if (known !== undefined && lacks === 0) return known;
  if (known !== undefined) return mining.degraded;
  return 'The pool has no work for miners at present. The task goes on: it says each round that it was idle.';
}
