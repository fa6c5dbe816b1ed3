/** What the container says of itself at `/healthz`, read without trust: it may be of another version. */
import type { Attention } from './operator-variables.js';

export interface Readiness {
  /** `healthy`, `degraded` or `unhealthy`, or null for an answer that is none. */
  readonly status: string | null;
  /** By component. */
  readonly components: Readonly<Record<string, boolean>>;
  readonly reasons: readonly (Attention & { readonly component: string })[];
}

/** Components that are unwell because another is. */
const FOLLOWS: Readonly<Record<string, string>> = { miner: 'bitcoind' };

export function readReadiness(body: unknown): Readiness {
  const { status, components, reasons } = (body ?? {}) as Record<string, unknown>;
  const all = Array.isArray(reasons) ? (reasons as Record<string, unknown>[]) : [];
  const unwell = all.map((reason) => String(reason?.component));
  const told = all.filter((_, i) => !unwell.includes(FOLLOWS[unwell[i]!] ?? ''));
  return {
    status: typeof status === 'string' ? status : null,
    components: Object.fromEntries(
      Object.entries((components ?? {}) as object).filter(([, ok]) => typeof ok === 'boolean'),
    ),
    reasons: told.map((reason) => ({
      component: String(reason?.component),
      what: String(reason?.message),
      whatToDo: typeof reason?.hint === 'string' ? reason.hint : 'Nothing: it mends itself.',
    })),
  };
}
