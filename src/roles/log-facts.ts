/**
 * What the share log says, as HTTP shows it: figures of all shares and of one address, and the newest shares. Every
 * submitted share is in exactly one of the counts.
 */
import { encodeAddress, type Network } from '../bitcoin/index.js';
import type { ShareCounts, SharePage, ShareReader, ShareTotals, WorkerView } from '../http/index.js';
import { equalBytes, toDisplayHex, toHex } from '../lib/index.js';
import { encodePayout, type Payout } from '../mining/index.js';
import type { OutcomeCounts, ShardReader, ShareTotals as StoredTotals } from '../shares/index.js';
import { parseUsername } from '../stratum/index.js';
import { k2Address } from './k2-address.js';

/** One reading of the log serves everybody who asks within a second. */
const TOTALS_LIFE_MS = 1_000;

export function shareCounts(counts: OutcomeCounts): ShareCounts {
  const { accepted, uncredited, stale, duplicate, invalid } = counts;
  const lowDifficulty = counts['low-difficulty'];
  const notStored = counts['not-stored'];
  const rejected = stale + duplicate + lowDifficulty + invalid;
  const submitted = accepted + uncredited + rejected + notStored;
  return { submitted, accepted, uncredited, rejected, stale, duplicate, lowDifficulty, invalid, notStored };
}

export class LogFacts implements ShareReader {
  private cached: { readonly atMs: number; readonly totals: StoredTotals } | null = null;

  constructor(
    private readonly log: ShardReader,
    private readonly network: Network,
    private readonly nowMs: () => number,
  ) {}

  stored(): StoredTotals {
    const nowMs = this.nowMs();
    // The clock may have been set back.
    if (this.cached === null || Math.abs(nowMs - this.cached.atMs) >= TOTALS_LIFE_MS) {
      this.cached = { atMs: nowMs, totals: this.log.totals(nowMs) };
    }
    return this.cached.totals;
  }

  totals(): ShareTotals {
    const { counts, workers } = this.stored();
    return { ...shareCounts(counts), uniqueWorkers: workers };
  }

  recent(limit: number, before: string | null): SharePage {
    const page = this.log.recentShares(limit, before);
    return {
      next: page.next,
      shares: page.shares.map((share) => ({
        hash: toDisplayHex(share.hash),
        difficulty: share.difficulty,
        blockHeight: share.height,
        worker: this.username(share.payout, share.workerName ?? ''),
        round: share.round,
        timeMs: share.committedMs,
      })),
    };
  }

  /** Null for an address without an accepted share. */
  workers(address: string): readonly WorkerView[] | null {
    const payout = this.payoutOf(address);
    if (payout === null) return null;
    const encoded = encodePayout(payout);
    const own = this.log
      .workers(this.nowMs())
      .filter((worker) => worker.counts.accepted > 0 && equalBytes(encodePayout(worker.payout), encoded));
    if (own.length === 0) return null;
    return own.map((worker) => ({
      name: worker.name,
      hashrates: worker.rates,
      bands: worker.bands,
      shares: shareCounts(worker.counts),
      bestWeek: worker.bestWeek,
      bestEver: worker.bestEver,
      lastShareMs: worker.lastShareMs,
    }));
  }

  username(payout: Payout | null, name: string): string {
    if (payout === null) return name;
    const address =
      payout.type === 'k2'
        ? k2Address(payout.key)
        : (encodeAddress(payout.script, this.network) ?? toHex(payout.script));
    return name === '' ? address : `${address}.${name}`;
  }

  private payoutOf(address: string): Payout | null {
    try {
      return parseUsername(address, this.network, 'pool').payout;
    } catch {
      // Whatever is no address here has no workers here.
      return null;
    }
  }
}
