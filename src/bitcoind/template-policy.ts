/** When a template that bitcoind offers is worth new jobs for every miner. */
import type { Network } from '../bitcoin/index.js';
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

export interface TemplateFeedOptions extends RefreshLimits {
  /** How often a template is asked for between tips, to see whether fees have grown. */
  readonly probeMs: number;
  readonly templateTimeoutMs: number;
  /** How long after the start the first long-poll is: see `long-poll.ts`. Null for none, where something between us and bitcoind cuts long requests. */
  readonly longPollAfterMs: number | null;
  /** The rules by which the block after a tip is known before bitcoind's template; null: wait for that. */
  readonly emptyFirst: Pick<Network, 'halvingBlocks' | 'retargeting'> | null;
}

/** `full`: bitcoind's own template, after empty work on the same tip. */
export type TemplateCause = 'tip' | 'full' | 'age' | 'fees';

export interface PresentWork {
  readonly template: TemplateFacts;
  readonly isEmptyFirst: boolean;
}

/** null: keep working on `present`. `ageMs` is how long ago it was taken. */
export function causeToChange(
  present: PresentWork | null,
  offered: TemplateFacts,
  ageMs: number,
  limits: RefreshLimits,
): TemplateCause | null {
  if (present === null || !equalBytes(present.template.prevHash, offered.prevHash)) return 'tip';
  if (present.isEmptyFirst) return 'full';
  const current = present.template;
  if (ageMs >= limits.refreshMs) return 'age';
  const gainSats = offered.coinbaseValueSats - current.coinbaseValueSats;
  const neededSats = (current.coinbaseValueSats * BigInt(limits.feeGainPermille)) / 1000n;
  return gainSats > 0n && gainSats >= neededSats ? 'fees' : null;
}
