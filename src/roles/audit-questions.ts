/**
 * What an audit asks of this node beside the bytes: the chain as its bitcoind has it, and what it observed itself. A
 * bitcoind that cannot be asked about the second leaves the audit without its suspicions, and the verdict as it is.
 */
import { join } from 'node:path';
import type { AuditSubject, ChainFacts, ObserverFacts } from '../audit/index.js';
import type { Network } from '../bitcoin/index.js';
import { ChainReader, type ChainRpc, type Sightings } from '../bitcoind/index.js';
import { BlockTally } from '../claims/index.js';
import { errorMessage, type Logger } from '../lib/index.js';
import type { ChainQuestions } from './chain-questions.js';

export const SIGHTINGS_FILE = 'sightings.json';

export type AuditAnswers = Pick<AuditSubject, 'chain' | 'observer'>;

export const NO_ANSWERS: AuditAnswers = {
  chain: null,
  observer: { bestFeesSats: null, replacedAt: null, blocksKnown: null, blocksFound: null },
};

/** Whose submission, by K2 address. */
export interface AuditedSubmitter {
  readonly submitter: string;
  readonly round: bigint;
}

export class AuditQuestions {
  readonly tally: BlockTally;

  constructor(
    datadir: string,
    private readonly network: Network,
    private readonly sightings: Sightings,
    private readonly logger: Logger,
  ) {
    this.tally = new BlockTally(join(datadir, 'audits', 'blocks'));
  }

  /** Throws what `ChainReader.facts` throws. */
  async ask(
    rpc: ChainRpc,
    { hashes, shown, window }: ChainQuestions,
    audited: AuditedSubmitter,
  ): Promise<AuditAnswers> {
    const reader = new ChainReader(rpc, this.network);
    const chain = await reader.facts(hashes, shown, window);
    return { chain, observer: await this.observed(reader, chain, audited) };
  }

  private async observed(
    reader: ChainReader,
    { blocks }: ChainFacts,
    { submitter, round }: AuditedSubmitter,
  ): Promise<ObserverFacts> {
    const heights = new Set<number>();
    for (const block of blocks.values()) if (block !== 'unknown') heights.add(block.height + 1);
    try {
      return {
        bestFeesSats: unlessEmpty(await this.bestFees(reader, heights)),
        replacedAt: unlessEmpty(this.replacedAt(blocks.keys())),
        blocksKnown: unlessEmpty(await reader.blocksAt(heights)),
        blocksFound: await this.tally.besides(round, submitter),
      };
    } catch (error) {
      this.logger.warn({ round, submitter, error: errorMessage(error) }, 'an audit goes without suspicions');
      return NO_ANSWERS.observer;
    }
  }

  /** A block may have taken more than this node ever had in its mempool, and shows that there was as much to take. */
  private async bestFees(reader: ChainReader, heights: ReadonlySet<number>): Promise<Map<number, bigint>> {
    const best = new Map<number, bigint>();
    for (const [height, feesSats] of this.sightings.bestFeesSats()) {
      if (!heights.has(height)) continue;
      const taken = (await reader.feesSatsAt(height)) ?? 0n;
      best.set(height, taken > feesSats ? taken : feesSats);
    }
    return best;
  }

  private replacedAt(hashes: Iterable<string>): Map<string, number> {
    const all = this.sightings.replacedAt();
    return new Map([...hashes].flatMap((hash) => (all.has(hash) ? [[hash, all.get(hash)!]] : [])));
  }
}

/** A check that has nothing to compare with is not passed. */
function unlessEmpty<Value extends ReadonlyMap<unknown, unknown>>(facts: Value): Value | null {
  return facts.size === 0 ? null : facts;
}
