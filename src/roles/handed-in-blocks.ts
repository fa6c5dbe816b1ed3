/**
 * Blocks that come over HTTP, tried before anything else is looked at. What makes one this node's is that its
 * transactions are those of a template it gave out, in this run or the last, and that its coinbase pays where this
 * node's blocks pay: an empty block of somebody else has the transactions of any empty template. Who found it is what the
 * coinbase commits to; a name that somebody only claims is nobody's.
 */
import { decodeTransaction, type Network, opReturn, type Transaction } from '../bitcoin/index.js';
import type { BlockCandidate } from '../bitcoind/index.js';
import type { Config } from '../config/index.js';
import type { BlockProof } from '../http/index.js';
import { concatBytes, equalBytes, type Logger } from '../lib/index.js';
import {
  COMMITMENT_MAGIC,
  minerId,
  type Payout,
  type RoundBinding,
  shareCommitment,
} from '../mining/index.js';
import { parseUsername } from '../stratum/index.js';
import type { LastRunTemplates } from './last-run-templates.js';
import type { NodeRounds } from './node-rounds.js';
import type { OfferedWork } from './offered-work.js';

/** A template lives eleven minutes, in which rounds of the shortest length end once or twice. */
const ROUNDS = 3n;

export interface HandedInParts {
  readonly work: Pick<OfferedWork, 'templateOf'>;
  readonly lastRun: Pick<LastRunTemplates, 'find'>;
  /** Null for solo mining. */
  readonly rounds: NodeRounds | null;
  readonly network: Network;
  readonly nowMs: () => number;
  accept(block: BlockCandidate): void;
}

export class HandedInBlocks {
  constructor(
    private readonly mode: Config['pool']['mode'],
    private readonly parts: HandedInParts,
    private readonly logger: Logger,
  ) {}

  /** Bytes that cannot be read are no block. */
  take(block: BlockProof): void {
    const coinbase = transactionOf(block.coinbase);
    const bindings = this.bindings();
    if (coinbase === null || !this.paysUs(coinbase, bindings)) return;
    const accept = (templateId: string, height: number): void => {
      const worker = this.isFinder(block, coinbase, bindings) ? block.worker : '';
      this.parts.accept({ header: block.header, coinbase: block.coinbase, templateId, height, worker });
    };
    const template = this.parts.work.templateOf(block);
    if (template !== null) accept(template.id, template.height);
    else void this.takeOfLastRun(block, accept);
  }

  private async takeOfLastRun(
    block: BlockProof,
    accept: (templateId: string, height: number) => void,
  ): Promise<void> {
    try {
      const template = await this.parts.lastRun.find(block);
      if (template !== null) accept(template.id, template.height);
    } catch (error) {
      this.logger.error({ err: error }, 'a block of the last run could not be looked into');
    }
  }

  /** Of the rounds that jobs can be of, as far as they are known. */
  private bindings(): RoundBinding[] {
    const { rounds, nowMs } = this.parts;
    const newest = rounds?.schedule.newest(nowMs()) ?? null;
    if (rounds === null || newest === null) return [];
    const known: RoundBinding[] = [];
    for (let back = 0n; back < ROUNDS && back <= newest; back++) {
      const binding = rounds.binding(newest - back);
      if (binding !== null) known.push(binding);
    }
    return known;
  }

  /** True also where no round is known that could tell. A solo miner is paid itself. */
  private paysUs({ outputs }: Transaction, bindings: readonly RoundBinding[]): boolean {
    if (this.mode === 'solo' || bindings.length === 0) return true;
    const script = outputs[0]?.script ?? new Uint8Array(0);
    return bindings.some(({ reserveScript }) => equalBytes(script, reserveScript));
  }

  private isFinder(
    { worker, bits }: BlockProof,
    { outputs }: Transaction,
    bindings: readonly RoundBinding[],
  ): boolean {
    const payout = this.payoutOf(worker);
    if (payout === null) return false;
    if (this.mode === 'solo')
      return payout.type === 'bitcoin' && equalBytes(payout.script, outputs[0]!.script);
    if (bits === null) return false;
    return bindings.some((binding) => {
      const commitment = shareCommitment(binding, minerId(payout), bits);
      const script = opReturn(concatBytes(COMMITMENT_MAGIC, commitment));
      return outputs.some((output) => equalBytes(output.script, script));
    });
  }

  private payoutOf(worker: string): Payout | null {
    try {
      return parseUsername(worker, this.parts.network, this.mode).payout;
    } catch {
      return null;
    }
  }
}

function transactionOf(bytes: Uint8Array): Transaction | null {
  try {
    return decodeTransaction(bytes);
  } catch {
    return null;
  }
}
