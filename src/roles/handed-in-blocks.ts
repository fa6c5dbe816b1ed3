/**
 * Blocks that come over HTTP, tried before anything else is looked at: their transactions are those of a template that
 * this node gave out, in this run or the last. It counts as found here where its coinbase pays as this node's blocks do;
 * another is only passed on, because an empty block of somebody else has the transactions of any empty template. Who found
 * it is what the coinbase commits to; a name that somebody only claims is nobody's.
 */
import { decodeTransaction, type Network, opReturn, type Transaction } from '../bitcoin/index.js';
import type { BlockCandidate, TemplateHead } from '../bitcoind/index.js';
import type { Config } from '../config/index.js';
import type { BlockProof } from '../http/index.js';
import { concatBytes, equalBytes, type Logger } from '../lib/index.js';
import {
  COMMITMENT_MAGIC,
  minerId,
  type Payout,
  type RoundBinding,
  scriptHead,
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
  /** One of this node's. */
  accept(block: BlockCandidate): void;
  /** One that it only brings to the nodes. */
  passOn(block: BlockCandidate): void;
}

/** Until the node has begun; each is 60 KB at most. */
const MOST_WAITING = 256;

export class HandedInBlocks {
  /** Null once there is something to try them with. */
  private waiting: { readonly block: BlockProof; readonly done: () => void }[] | null = [];

  constructor(
    private readonly pool: Pick<Config['pool'], 'mode' | 'tag'>,
    private readonly parts: HandedInParts,
    private readonly logger: Logger,
  ) {}

  /** Blocks found can be taken, and it is known what the last run gave out. */
  open(): void {
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const { block, done } of waiting) void this.take(block).then(done);
  }

  /** Bytes that cannot be read are no block. Resolves when it is on its way and noted, or known to be none of this node's. */
  async take(block: BlockProof): Promise<void> {
    const coinbase = transactionOf(block.coinbase);
    if (coinbase === null) return;
    const { waiting } = this;
    if (waiting !== null) {
      if (waiting.length < MOST_WAITING) await new Promise<void>((done) => waiting.push({ block, done }));
      return;
    }
    const bindings = this.bindings();
    const accept = ({ id: templateId, height }: Pick<TemplateHead, 'id' | 'height'>): void => {
      const worker = this.isFinder(block, coinbase, bindings) ? block.worker : '';
      const candidate = { header: block.header, coinbase: block.coinbase, templateId, height, worker };
      if (this.isOwn(coinbase, height, bindings)) this.parts.accept(candidate);
      else this.parts.passOn(candidate);
    };
    const template = this.parts.work.templateOf(block);
    if (template !== null) accept(template);
    else await this.takeOfLastRun(block, accept);
  }

  private async takeOfLastRun(block: BlockProof, accept: (template: TemplateHead) => void): Promise<void> {
    try {
      const template = await this.parts.lastRun.find(block);
      if (template !== null) accept(template);
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

  /** A solo miner is paid itself; there the pool's tag behind the height tells. True also where no round is known. */
  private isOwn(
    { inputs, outputs }: Transaction,
    height: number,
    bindings: readonly RoundBinding[],
  ): boolean {
    if (this.pool.mode === 'solo') {
      const head = scriptHead(height, this.pool.tag);
      return equalBytes(inputs[0]?.script.subarray(0, head.length) ?? head, head);
    }
    const script = outputs[0]?.script ?? new Uint8Array(0);
    return bindings.length === 0 || bindings.some(({ reserveScript }) => equalBytes(script, reserveScript));
  }

  private isFinder(
    { worker, bits }: BlockProof,
    { outputs }: Transaction,
    bindings: readonly RoundBinding[],
  ): boolean {
    const payout = this.payoutOf(worker);
    if (payout === null) return false;
    if (this.pool.mode === 'solo')
      return payout.type === 'bitcoin' && outputs.some(({ script }) => equalBytes(script, payout.script));
    if (bits === null) return false;
    return bindings.some((binding) => {
      const commitment = shareCommitment(binding, minerId(payout), bits);
      const script = opReturn(concatBytes(COMMITMENT_MAGIC, commitment));
      return outputs.some((output) => equalBytes(output.script, script));
    });
  }

  private payoutOf(worker: string): Payout | null {
    try {
      return parseUsername(worker, this.parts.network, this.pool.mode).payout;
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
