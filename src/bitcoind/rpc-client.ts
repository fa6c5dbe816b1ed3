/**
 * Ordinary, small, read-only calls, on the `bitcoin-core` package. What the package leaves open is closed here:
 * its errors become `RpcError`s, the cookie is read again after a 401, a socket that bitcoind had closed while it
 * lay idle is replaced once, and its logger, which would see request bodies, gets nothing.
 */
import { setMaxListeners } from 'node:events';
import BitcoinCore from 'bitcoin-core';
import { errorCode, errorMessage } from '../lib/index.js';
import { type NodeEndpoint, nodeName } from './node-endpoint.js';
import { RpcCredentials, type UserAndPassword } from './rpc-credentials.js';
import { RpcError, rpcErrorOfAnswer, rpcErrorOfSocket, rpcErrorOfStatus } from './rpc-error.js';
import { type RpcMetrics, timed } from './rpc-metrics.js';
import { unlessAborted } from './unless-aborted.js';

const SILENT_LOGGER = { debug(): void {} };
const CLOSED_SOCKET_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);

export class RpcClient {
  readonly node: string;
  private readonly credentials: RpcCredentials;
  private readonly closing = new AbortController();
  private client: { readonly of: UserAndPassword; readonly core: BitcoinCore } | null = null;

  constructor(
    endpoint: NodeEndpoint,
    private readonly timeoutMs: number,
    private readonly metrics: RpcMetrics | null,
  ) {
    this.node = nodeName(endpoint.url);
    this.credentials = new RpcCredentials(endpoint.auth);
    // One a call under way.
    setMaxListeners(0, this.closing.signal);
  }

  /** bitcoind's `result`, unchecked; every failure is an `RpcError`. Only for calls that may run twice. */
  call<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return timed(this.metrics, method, () => unlessAborted(this.ask<T>(method, params), this.closing.signal));
  }

  /** Ends every call with RPC_ABORTED. The package cannot cancel one; its socket closes by its timeout. */
  close(): void {
    this.closing.abort();
  }

  private ask<T>(method: string, params: readonly unknown[]): Promise<T> {
    return this.credentials.use(async (credentials) => {
      const core = this.clientFor(credentials);
      try {
        return await core.command<T>(method, ...params);
      } catch (first) {
        if (!CLOSED_SOCKET_CODES.has(errorCode(first))) throw this.typed(method, first);
      }
      try {
        return await core.command<T>(method, ...params);
      } catch (second) {
        throw this.typed(method, second);
      }
    });
  }

  private clientFor(credentials: UserAndPassword): BitcoinCore {
    if (this.client?.of !== credentials) {
      const core = new BitcoinCore({
        host: this.node,
        username: credentials.user,
        password: credentials.password,
        timeout: this.timeoutMs,
        logger: SILENT_LOGGER,
      });
      this.client = { of: credentials, core };
    }
    return this.client.core;
  }

  /** The package throws RpcError with bitcoind's code or the HTTP status, socket errors, or json-bigint's objects. */
  private typed(method: string, error: unknown): RpcError {
    const code = errorCode(error);
    if (typeof code === 'number') {
      return code >= 100
        ? rpcErrorOfStatus(this.node, method, code)
        : rpcErrorOfAnswer(this.node, method, code, errorMessage(error));
    }
    if (typeof code === 'string') return rpcErrorOfSocket(this.node, method, error);
    // json-bigint's error holds the whole answer, so it does not travel on as a cause.
    return new RpcError(
      'RPC_MALFORMED',
      `${this.node} answered ${method} with something that is not JSON-RPC: is this bitcoind's RPC port?`,
      { node: this.node, method },
    );
  }
}
