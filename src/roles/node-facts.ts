/**
 * What the node's HTTP routes show: shares and rates from the log on disk, work and blocks from the coordinator.
 * Nothing is estimated that could be read, and what nobody measured is null.
 */
import { hostname } from 'node:os';
import { difficultyOfBits, encodeAddress, network } from '../bitcoin/index.js';
import type {
  PoolReader,
  PoolView,
  RoundReader,
  RoundView,
  SharePage,
  ShareReader,
  ShareTotals,
  WorkerView,
} from '../http/index.js';
import { equalBytes, toDisplayHex, toHex } from '../lib/index.js';
import type { LocalnetFigures } from '../localnet/index.js';
import { encodePayout, type Payout } from '../mining/index.js';
import { roundStartMs } from '../rounds/index.js';
import type { OutcomeCounts, ShareTotals as StoredTotals } from '../shares/index.js';
import { parseUsername } from '../stratum/index.js';
import { k2Address } from './k2-address.js';
import type { NodeView } from './node-view.js';

const RECENT_BLOCKS = 10;
/** One reading of the log serves everybody who asks within a second. */
const TOTALS_LIFE_MS = 1_000;

function rejected(counts: OutcomeCounts): number {
  return counts.stale + counts.duplicate + counts['low-difficulty'] + counts.invalid;
}

export class NodeFacts implements RoundReader, ShareReader, PoolReader {
  private cached: { readonly atMs: number; readonly totals: StoredTotals } | null = null;

  constructor(
    private readonly node: NodeView,
    private readonly nowMs: () => number,
  ) {}

  stored(): StoredTotals {
    const nowMs = this.nowMs();
    if (this.cached === null || nowMs - this.cached.atMs >= TOTALS_LIFE_MS) {
      this.cached = { atMs: nowMs, totals: this.node.parts.shares.totals(nowMs) };
    }
    return this.cached.totals;
  }

  totals(): ShareTotals {
    const { counts, workers } = this.stored();
    return {
      accepted: counts.accepted,
      uncredited: counts.uncredited,
      rejected: rejected(counts),
      uniqueWorkers: workers,
    };
  }

  recent(limit: number, before: string | null): SharePage {
    const page = this.node.parts.shares.recentShares(limit, before);
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

  round(round: bigint): RoundView | null {
    const { node } = this;
    if (round > node.round) return null;
    const current = round === node.round;
    const { counts, work } = this.node.parts.shares.round(round);
    if (!current && counts.accepted + counts.uncredited + rejected(counts) === 0) return null;
    const template = current ? node.parts.feed.current?.template : undefined;
    return {
      targetDifficulty: node.config.stratum.startDifficulty,
      hashRate: this.roundRate(round, work),
      validShares: counts.accepted,
      invalidShares: rejected(counts),
      blockHeight: template?.height ?? null,
      previousBlockHash: template === undefined ? null : toDisplayHex(template.prevHash),
      current,
      stratumUrl: this.door(),
    };
  }

  /** Work done, over the part of the round that has passed. Solo mining has no rounds. */
  private roundRate(round: bigint, work: bigint): number | null {
    const { pool } = this.node.config;
    if (pool.mode === 'solo') return null;
    const elapsedMs = Math.min(this.nowMs() - roundStartMs(pool.rounds, round), pool.rounds.roundMs);
    return elapsedMs <= 0 ? null : Number(work) / (elapsedMs / 1000);
  }

  miners(): number {
    return this.node.listenerReports().reduce((sum, report) => sum + (report?.miners ?? 0), 0);
  }

  /** For localnet's line of figures. */
  figures(): LocalnetFigures {
    const { counts, rates } = this.stored();
    const newest = this.node.parts.shares.recentShares(1, null).shares[0];
    const inChain = this.node.parts.submitter
      .recent(1_000)
      .filter(({ state }) => state === 'in-chain' || state === 'confirmed');
    return {
      sharesAccepted: counts.accepted,
      sharesRejected: rejected(counts),
      blocksInChain: inChain.length,
      hashrate: rates['1m'],
      miners: this.miners(),
      round: this.node.round,
      height: this.node.parts.feed.current?.template.height ?? null,
      newestShare: newest === undefined ? null : toDisplayHex(newest.hash),
    };
  }

  pool(): PoolView {
    const { node } = this;
    const { config } = node;
    const { counts, rates, bestEver } = this.stored();
    const fed = node.parts.feed.current;
    const blocks = node.parts.submitter.recent(RECENT_BLOCKS);
    return {
      network: config.network,
      mode: config.pool.mode,
      round: config.pool.mode === 'pool' ? node.round : null,
      miners: this.miners(),
      hashrates: rates,
      shares: { accepted: counts.accepted, uncredited: counts.uncredited, rejected: rejected(counts) },
      bestDifficulty: bestEver,
      blocksFound: node.parts.shares.blocks(0).length,
      blocks: blocks.map((block) => ({
        height: block.height,
        hash: toDisplayHex(block.hash),
        worker: block.worker,
        foundMs: block.foundAtMs,
        state: block.state,
      })),
      work:
        fed === null
          ? null
          : {
              height: fed.template.height,
              networkDifficulty: difficultyOfBits(fed.template.bits),
              transactions: fed.template.transactionCount,
              templateAgeMs: this.nowMs() - fed.takenMs,
            },
      doors: [{ url: this.door(), username: '<your address>.<worker>', password: 'x' }],
    };
  }

  workers(address: string): readonly WorkerView[] | null {
    const payout = this.payoutOf(address);
    if (payout === null) return null;
    const encoded = encodePayout(payout);
    const own = this.node.parts.shares
      .workers(this.nowMs())
      .filter((worker) => worker.counts.accepted > 0 && equalBytes(encodePayout(worker.payout), encoded));
    if (own.length === 0) return null;
    return own.map((worker) => ({
      name: worker.name,
      hashrates: worker.rates,
      accepted: worker.counts.accepted,
      uncredited: worker.counts.uncredited,
      rejected: rejected(worker.counts),
      bestWeek: worker.bestWeek,
      bestEver: worker.bestEver,
      lastShareMs: worker.lastShareMs,
    }));
  }

  private payoutOf(address: string): Payout | null {
    try {
      return parseUsername(address, network(this.node.config.network), 'pool').payout;
    } catch {
      // Whatever is no address here has no workers here.
      return null;
    }
  }

  username(payout: Payout | null, name: string): string {
    if (payout === null) return name;
    const chain = network(this.node.config.network);
    const address =
      payout.type === 'k2'
        ? k2Address(payout.key)
        : (encodeAddress(payout.script, chain) ?? toHex(payout.script));
    return name === '' ? address : `${address}.${name}`;
  }

  private door(): string {
    const { host } = this.node.config.stratum;
    const port = this.node.parts.fleet.port ?? this.node.config.stratum.port;
    const reachable = host === '0.0.0.0' || host === '::' ? hostname() : host;
    return `stratum+tcp://${reachable}:${port}`;
  }
}
