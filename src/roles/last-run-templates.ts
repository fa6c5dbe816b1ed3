/**
 * Templates of this node's last run: their jobs went with its listeners, but a block on one of them may still be handed in
 * over HTTP, and its transactions are on disk. Which those are is known from the files' first bytes; a file is read, and
 * its transactions are hashed, only for a header that has a block's work on one of them.
 */
import {
  coinbaseBranch,
  decodeHeader,
  decodeTransaction,
  foldBranch,
  headerHash,
  meetsBlockTarget,
  type Network,
  txid,
} from '../bitcoin/index.js';
import type { TemplateHead, TemplateStore } from '../bitcoind/index.js';
import { equalBytes, sha256d } from '../lib/index.js';
import type { BlockParts } from './offered-work.js';

export class LastRunTemplates {
  private heads: readonly TemplateHead[] = [];
  /** One after the other: a template is megabytes. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Pick<TemplateStore, 'heads' | 'read'>,
    private readonly network: Network,
  ) {}

  /** Before this run writes any. */
  async load(): Promise<void> {
    this.heads = await this.store.heads();
  }

  forget(): void {
    this.heads = [];
  }

  /** The template whose transactions the header commits to; null for none. Throws `HeaderError` for what is no header. */
  async find({ header, coinbase }: BlockParts): Promise<TemplateHead | null> {
    const decoded = decodeHeader(header);
    const { prevHash, merkleRoot, bits } = decoded;
    const of = this.heads.filter((head) => head.bits === bits && equalBytes(head.prevHash, prevHash));
    if (of.length === 0 || !meetsBlockTarget(headerHash(decoded), bits, this.network)) return null;
    const coinbaseTxid = sha256d(coinbase);
    const found = this.last.then(async () => {
      for (const head of of) {
        const branch = await this.branchOf(head);
        if (branch !== null && equalBytes(foldBranch(coinbaseTxid, branch), merkleRoot)) return head;
      }
      return null;
    });
    this.last = found;
    return await found;
  }

  /** Null for one whose file is gone or damaged: no block could be put together with it. */
  private async branchOf({ id }: TemplateHead): Promise<Uint8Array[] | null> {
    try {
      const { transactions } = await this.store.read(id);
      return coinbaseBranch(transactions.map((transaction) => txid(decodeTransaction(transaction))));
    } catch {
      return null;
    }
  }
}
