/**
 * What the node's HTTP routes show: shares and rates from the log on disk, work and blocks from the coordinator.
 * Nothing is estimated that could be read, and what nobody measured is null.
 */
import { difficultyOfBits } from '../bitcoin/index.js';
import type {
  HashrateBand,
  PoolReader,
  PoolView,
  RoundReader,
  RoundView,
  SharePage,
  ShareReader,
  ShareTotals,
  WorkerView,
} from '../http/index.js';
import { toDisplayHex } from '../lib/index.js';
import type { LocalnetFigures } from '../localnet/index.js';
import type { Payout } from '../mining/index.js';
import { type RoundFigures, rateBand, type ShareTotals as StoredTotals } from '../shares/index.js';
import { doorUrls } from './doors.js';
import { LogFacts, shareCounts } from './log-facts.js';
import type { NodeView } from './node-view.js';

const RECENT_BLOCKS = 10;

interface RoundRate {
  readonly hashRate: number;
  readonly band: HashrateBand | null;
}

export class NodeFacts implements RoundReader, ShareReader, PoolReader {
  private readonly log: LogFacts;

  constructor(
    private readonly node: NodeView,
    private readonly nowMs: () => number,
  ) {
    this.log = new LogFacts(node.parts.shares, node.parts.network, nowMs);
  }

  stored(): StoredTotals {
    return this.log.stored();
  }

  totals(): ShareTotals {
    return this.log.totals();
  }

  recent(limit: number, before: string | null): SharePage {
    return this.log.recent(limit, before);
  }

  round(round: bigint): RoundView | null {
    const { node } = this;
    const newest = node.parts.rounds?.schedule.newest(this.nowMs()) ?? node.round;
    if (newest === null || round > newest) return null;
    const current = round === node.round;
    const figures = this.node.parts.shares.round(round);
    const { submitted, accepted, rejected } = shareCounts(figures.counts);
    if (!current && submitted === 0) return null;
    const rate = this.roundRate(round, figures);
    const template = current ? node.parts.feed.current?.template : undefined;
    return {
      targetDifficulty: node.config.stratum.startDifficulty,
      hashRate: rate?.hashRate ?? null,
      hashRateBand: rate?.band ?? null,
      validShares: accepted,
      invalidShares: rejected,
      blockHeight: template?.height ?? null,
      previousBlockHash: template === undefined ? null : toDisplayHex(template.prevHash),
      current,
      leftOut: node.claims?.store.get(round)?.leftOut ?? null,
      stratumUrl: this.doors()[0],
    };
  }

  /** Work done, over the part of the round that has passed. Solo mining has no rounds. */
  private roundRate(round: bigint, { work, squares }: RoundFigures): RoundRate | null {
    const span = this.node.parts.rounds?.schedule.span(round) ?? null;
    if (span === null) return null;
    const elapsedMs = Math.min(this.nowMs(), span.endMs) - span.startMs;
    if (elapsedMs <= 0) return null;
    const seconds = elapsedMs / 1000;
    const sum = Number(work);
    const hashRate = sum / seconds;
    // A round of an older version has no squares, and none that can be told has no share.
    if (squares === 0) return { hashRate, band: null };
    const { low, high } = rateBand(sum, squares, squares / sum);
    return { hashRate, band: { low: low / seconds, high: high / seconds } };
  }

  miners(): number {
    return this.node.listenerReports().reduce((sum, report) => sum + (report?.miners ?? 0), 0);
  }

  /** Of them, those that bring good shares. */
  sharing(): number {
    return this.node.listenerReports().reduce((sum, report) => sum + (report?.sharing ?? 0), 0);
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
      sharesRejected: shareCounts(counts).rejected,
      blocksInChain: inChain.length,
      hashrate: rates['1m'],
      miners: this.miners(),
      round: this.node.round ?? 0n,
      height: this.node.parts.feed.current?.template.height ?? null,
      newestShare: newest === undefined ? null : toDisplayHex(newest.hash),
    };
  }

  pool(): PoolView {
    const { node } = this;
    const { config } = node;
    const { counts, rates, bands, bestEver } = this.stored();
    const fed = node.parts.feed.current;
    const blocks = node.parts.submitter.recent(RECENT_BLOCKS);
    return {
      network: config.network,
      mode: config.pool.mode,
      round: config.pool.mode === 'pool' ? node.round : null,
      miners: this.miners(),
      hashrates: rates,
      bands,
      shares: shareCounts(counts),
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
      doors: this.doors().map((url) => ({ url, username: '<your address>.<worker>', password: 'x' })),
    };
  }

  workers(address: string): readonly WorkerView[] | null {
    return this.log.workers(address);
  }

  username(payout: Payout | null, name: string): string {
    return this.log.username(payout, name);
  }

  private doors(): [string, ...string[]] {
    const { stratum } = this.node.config;
    const { fleet, tls } = this.node.parts;
    return doorUrls({
      host: stratum.host,
      port: fleet.port ?? stratum.port,
      highPort: fleet.highPort ?? stratum.high?.port ?? null,
      speaksTls: tls !== null,
    });
  }
}
