/** When a template that bitcoind offers is worth new jobs for every miner. */
import { equalBytes } from '../lib/index.js';

export interface TemplateFacts {
  /** Internal order. */
  readonly prevHash: Uint8Array;
  readonly coinbaseValueSats: bigint;
}

export interface RefreshLimits {
  /** A template as old as this gives way to any newer one, so that header times and fees do not go stale. */
  readonly refreshMs: number;
  /** Before that, only a coinbase value higher by this many thousandths is worth the change. */
  readonly feeGainPermille: number;
}

export type TemplateCause = 'tip' | 'age' | 'fees';

/** null: keep working on `current`. `ageMs` is how long ago `current` was taken. */
export function causeToChange(
  current: TemplateFacts | null,
  offered: TemplateFacts,
  ageMs: number,
  limits: RefreshLimits,
): TemplateCause | null {
  if (current === null || !equalBytes(current.prevHash, offered.prevHash)) return 'tip';
  if (ageMs >= limits.refreshMs) return 'age';
  const gainSats = offered.coinbaseValueSats - current.coinbaseValueSats;
  const neededSats = (current.coinbaseValueSats * BigInt(limits.feeGainPermille)) / 1000n;
  return gainSats > 0n && gainSats >= neededSats ? 'fees' : null;
}
