/**
 * One found block on its way to every node. A node is asked until it gives an answer that settles something; all
 * are asked at once, trusted or not, because a block offered to the wrong node does no harm.
 */
import { errorCode, errorMessage, type Logger, toDisplayHex } from '../lib/index.js';
import { assembleBlock } from '../mining/index.js';
import type { BitcoindNode } from './bitcoind-node.js';
import { ACCEPTED, meaningOf } from './block-fate.js';
import type { TemplateStore } from './template-store.js';
import type { FoundBlock } from './tracked-block.js';

/** bitcoind's -22, among the words that `submitblock` itself gives. */
const UNDECODABLE = 'block-undecodable';

export interface DeliveryOutcome {
  /** A node has answered with this word (`ACCEPTED` for null) … */
  answered(node: BitcoindNode, word: string): void;
  /** … or could not be asked, or the block could not be put together. Said once for each new message. */
  failed(message: string): void;
}

export class BlockDelivery {
  /** Why the block cannot be put together; null when it can, or nobody needed it yet. */
  unassembled: string | null = null;
  private readonly asking = new Set<BitcoindNode>();
  private readonly failures = new Map<BitcoindNode, string>();
  /** Put together on first need, kept while a node lacks it. */
  private assembled: Promise<Uint8Array> | null = null;

  /** `verdicts`: node name → its last word; kept up to date here. */
  constructor(
    readonly block: FoundBlock,
    readonly verdicts: Map<string, string>,
    private readonly nodes: readonly BitcoindNode[],
    private readonly store: TemplateStore,
    private readonly call: { readonly timeoutMs: number; readonly signal: AbortSignal },
    private readonly outcome: DeliveryOutcome,
    private readonly logger: Logger,
  ) {}

  /** Asks every node that owes an answer and is not being asked. Never rejects. */
  async deliver(): Promise<void> {
    const owing = this.nodes.filter((node) => !this.asking.has(node) && !this.hasAnswered(node));
    await Promise.all(owing.map((node) => this.give(node)));
    if (this.isSettled) this.assembled = null;
  }

  /** Every node has given an answer that settles something. */
  get isSettled(): boolean {
    return this.nodes.every((node) => this.hasAnswered(node));
  }

  /** The node says that it does not know the block. If it once took it, it lost it, and is given it again. */
  isUnknownTo(node: BitcoindNode): void {
    const word = this.verdicts.get(node.name);
    if (word !== undefined && meaningOf(word) !== 'invalid') this.verdicts.delete(node.name);
  }

  private hasAnswered(node: BitcoindNode): boolean {
    const word = this.verdicts.get(node.name);
    return word !== undefined && meaningOf(word) !== 'retry';
  }

  private async give(node: BitcoindNode): Promise<void> {
    const hash = toDisplayHex(this.block.hash);
    this.asking.add(node);
    let word: string;
    try {
      word = (await node.submitBlock(await this.assemble(), this.call)) ?? ACCEPTED;
    } catch (error) {
      if (errorCode(error) !== 'RPC_UNDECODABLE') {
        this.failed(node, errorMessage(error));
        return;
      }
      word = UNDECODABLE;
    } finally {
      this.asking.delete(node);
    }
    this.failures.delete(node);
    this.verdicts.set(node.name, word);
    this.logger.info({ hash, node: node.name, answer: word }, 'bitcoind answered to a found block');
    this.outcome.answered(node, word);
  }

  private failed(node: BitcoindNode, message: string): void {
    if (this.failures.get(node) === message) return;
    this.failures.set(node, message);
    this.logger.warn(
      { hash: toDisplayHex(this.block.hash), node: node.name, error: message },
      'a found block could not be given to this node; it is tried again',
    );
    this.outcome.failed(message);
  }

  private async assemble(): Promise<Uint8Array> {
    const { header, coinbase, templateId } = this.block;
    this.assembled ??= this.store
      .read(templateId)
      .then(({ transactions }) => assembleBlock(header, coinbase, transactions));
    try {
      const block = await this.assembled;
      this.unassembled = null;
      return block;
    } catch (error) {
      this.assembled = null;
      this.unassembled = errorMessage(error);
      throw error;
    }
  }
}
