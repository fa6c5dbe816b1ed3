/** One bitcoind: its two clients and the calls this room makes on it. Knows nothing of health or trust. */
import type { Timers } from '../lib/index.js';
import type { RawTemplate } from '../mining/index.js';
import { type CallOptions, KeepAliveRpc } from './keep-alive-rpc.js';
import { type NodeEndpoint, nodeName } from './node-endpoint.js';
import { RpcClient } from './rpc-client.js';
import { type RpcMetrics, timed } from './rpc-metrics.js';

export interface TemplateRequest {
  /** Answered when the template of this id is out of date (BIP22 long-poll); without it, at once. */
  readonly longPollId?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * The rules our blocks obey; bitcoind answers -8 when the next block needs one that is not named here. What a signet asks
 * is in its template, and refused there where it is more than nothing.
 */
const TEMPLATE_RULES = ['segwit', 'signet'];

export class BitcoindNode {
  /** The URL without credentials. */
  readonly name: string;
  /** For ordinary calls. */
  readonly rpc: RpcClient;
  /** For templates and blocks. */
  readonly direct: KeepAliveRpc;

  constructor(
    readonly endpoint: NodeEndpoint,
    rpcTimeoutMs: number,
    timers: Timers,
    private readonly metrics: RpcMetrics | null,
  ) {
    this.name = nodeName(endpoint.url);
    this.rpc = new RpcClient(endpoint, rpcTimeoutMs, metrics);
    this.direct = new KeepAliveRpc(endpoint, timers);
  }

  getBlockTemplate({ longPollId, ...options }: TemplateRequest): Promise<RawTemplate> {
    const request = longPollId === undefined ? {} : { longpollid: longPollId };
    const call = (): Promise<RawTemplate> =>
      this.direct.call<RawTemplate>('getblocktemplate', [{ rules: TEMPLATE_RULES, ...request }], options);
    return longPollId === undefined ? timed(this.metrics, 'getblocktemplate', call) : call();
  }

  /** null when the block was accepted, else bitcoind's word for why not; `readVerdict` interprets it. */
  submitBlock(block: Uint8Array, options: CallOptions): Promise<string | null> {
    const hex = Buffer.from(block.buffer, block.byteOffset, block.byteLength).toString('hex');
    return timed(this.metrics, 'submitblock', () =>
      this.direct.call<string | null>('submitblock', [hex], options),
    );
  }

  /** Ends every call under way with RPC_ABORTED. */
  close(): void {
    this.rpc.close();
    this.direct.close();
  }
}
