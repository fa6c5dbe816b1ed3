/**
 * Templates of this node's last run: their jobs went with its listeners, but a block on one of them may still be handed in
 * over HTTP, and its transactions are on disk. Which those are is known from the files' first bytes; a file is read, and
 * its transactions are hashed, once, and only for a header that has a block's work on it.
 */
import { coinbaseBranch, decodeTransaction, foldBranch, type Network, txid } from '../bitcoin/index.js';
import type { TemplateHead, TemplateStore } from '../bitcoind/index.js';
import { equalBytes, sha256d } from '../lib/index.js';
import { type BlockParts, templatesFor } from './block-parts.js';

type Branch = readonly Uint8Array[];

export class LastRunTemplates {
  private ids: readonly string[] = [];
  private heads: readonly TemplateHead[] = [];
  private readonly branches = new Map<string, Promise<Branch | null>>();
  /** One file after the other: a template is megabytes. */
  private lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: Pick<TemplateStore, 'ids' | 'heads' | 'read'>,
    private readonly network: Network,
  ) {}

  /** Before anybody asks, and before this run writes any. */
  async load(): Promise<void> {
    this.ids = await this.store.ids();
    this.heads = await this.store.heads();
  }

  /** Returns the ids of all, also of those that cannot be read. */
  forget(): readonly string[] {
    const { ids } = this;
    this.ids = [];
    this.heads = [];
    this.branches.clear();
    return ids;
  }

  /** The template whose transactions the header commits to; null for none. Throws `HeaderError` for what is no header. */
  async find({ header, coinbase }: BlockParts): Promise<TemplateHead | null> {
    const { of, merkleRoot } = templatesFor(header, this.heads, this.network);
    if (of.length === 0) return null;
    const coinbaseTxid = sha256d(coinbase);
    for (const head of of) {
      const branch = await this.branchOf(head.id);
      if (branch !== null && equalBytes(foldBranch(coinbaseTxid, branch), merkleRoot)) return head;
    }
    return null;
  }

  private branchOf(id: string): Promise<Branch | null> {
    let branch = this.branches.get(id);
    if (branch === undefined) {
      branch = this.lastRead.then(() => this.readBranch(id));
      this.lastRead = branch;
      this.branches.set(id, branch);
      // What could not be read now may be read the next time.
      void branch.then((read) => read ?? this.branches.delete(id));
    }
    return branch;
  }

  /** Null for one whose file is gone or damaged: no block could be put together with it. */
  private async readBranch(id: string): Promise<Branch | null> {
    try {
      const { transactions } = await this.store.read(id);
      return coinbaseBranch(transactions.map((transaction) => txid(decodeTransaction(transaction))));
    } catch {
      return null;
    }
  }
}
