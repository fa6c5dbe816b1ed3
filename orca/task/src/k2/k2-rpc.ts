/**
 * The two facts of K2 that the node's protocol has no word for: which block is the first one at or after a slot, and
 * its hash. Plain JSON-RPC, asked of finalized blocks only, so that all nodes hear the same.
 */
import { base58 } from '@scure/base';
import { CodedError, errorMessage, type Timers } from '../../../../src/lib/index.js';
import { askedAgain } from '../koii/asked-again.js';

export class K2RpcError extends CodedError<'K2_NO_ANSWER' | 'K2_ANSWER'> {}

export interface K2Block {
  readonly slot: number;
  /** 32 bytes. */
  readonly blockhash: Uint8Array;
}

const PATIENCE_MS = 20_000;
const FINALIZED = { commitment: 'finalized' };

export class K2Rpc {
  constructor(
    private readonly url: string,
    private readonly timers: Timers,
  ) {}

  /** Null while there is none. Throws `K2RpcError`. */
  async firstBlockFrom(slot: number): Promise<K2Block | null> {
    const slots = await this.ask('getBlocksWithLimit', [slot, 1, FINALIZED]);
    const first: unknown = Array.isArray(slots) ? slots[0] : undefined;
    if (typeof first !== 'number') return null;
    const wishes = { ...FINALIZED, encoding: 'json', transactionDetails: 'none', rewards: false };
    const block = (await this.ask('getBlock', [first, wishes])) as { blockhash?: unknown } | null;
    if (typeof block?.blockhash !== 'string') return null;
    try {
      const blockhash = base58.decode(block.blockhash);
      if (blockhash.length === 32) return { slot: first, blockhash };
    } catch {
      // Told below, as for 31 bytes.
    }
    throw new K2RpcError(
      'K2_ANSWER',
      `K2 names block ${first} with ${block.blockhash}, which is no blockhash`,
    );
  }

  private ask(method: string, params: readonly unknown[]): Promise<unknown> {
    return askedAgain(
      this.timers,
      () => this.askOnce(method, params),
      () => false,
    );
  }

  private async askOnce(method: string, params: readonly unknown[]): Promise<unknown> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { result, error } = (await response.json()) as { result?: unknown; error?: { message?: string } };
      if (error !== undefined) throw new K2RpcError('K2_ANSWER', `K2 refused ${method}: ${error.message}`);
      return result;
    } catch (error) {
      if (error instanceof K2RpcError) throw error;
      throw new K2RpcError('K2_NO_ANSWER', `K2 did not answer ${method}: ${errorMessage(error)}`, {}, error);
    }
  }
}
