/**
 * A small JSON-RPC client over `node:http` with keep-alive, for the three calls whose size or length matters:
 * `getblocktemplate`, its long-poll and `submitblock`. (`bitcoin-core` parses a 4 MB template in 43 ms and stalls
 * the loop for 38 of them; this path takes 10 and 6.) bitcoind closes idle sockets after `-rpcservertimeout`
 * (30 s); a request that met such a socket is sent once more on a fresh one, which is safe because all three
 * calls are idempotent.
 */
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { Timers } from '../lib/index.js';
import { type NodeEndpoint, nodeName } from './node-endpoint.js';
import { RpcCredentials, type UserAndPassword } from './rpc-credentials.js';
import { RpcError, rpcErrorOfAnswer, rpcErrorOfSocket, rpcErrorOfStatus } from './rpc-error.js';

export interface CallOptions {
  /** The whole call, from sending to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly json: boolean;
  readonly body: string;
}

/** A socket that had served before was found closed, and no byte of an answer had come. */
class StaleSocket extends Error {}

export class KeepAliveRpc {
  readonly node: string;
  /** Sockets opened so far. A change means that another process may be answering now. */
  connections = 0;
  private readonly agent: http.Agent;
  private readonly request: typeof http.request;
  private readonly url: URL;
  private readonly credentials: RpcCredentials;
  private readonly closing = new AbortController();
  private nextId = 0;

  /** `maxResponseBytes`: an answer longer than this ends in RPC_TOO_LARGE, its socket closed. */
  constructor(
    endpoint: NodeEndpoint,
    private readonly timers: Timers,
    private readonly maxResponseBytes = 64 * 1024 * 1024,
  ) {
    this.node = nodeName(endpoint.url);
    this.url = new URL(this.node);
    this.credentials = new RpcCredentials(endpoint.auth);
    const secure = this.url.protocol === 'https:';
    this.request = secure ? https.request : http.request;
    const agentOptions = { keepAlive: true, keepAliveMsecs: 10_000, noDelay: true };
    this.agent = secure ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
    // One a call under way, and after a restart every block of the journal is one.
    setMaxListeners(0, this.closing.signal);
  }

  /** bitcoind's `result`, unchecked; every failure is an `RpcError`. */
  call<T>(method: string, params: readonly unknown[], options: CallOptions): Promise<T> {
    const body = Buffer.from(JSON.stringify({ id: this.nextId++, method, params }));
    return this.credentials.use(async (credentials) => {
      const answer = await this.send(method, body, credentials, options);
      return this.resultOf<T>(method, answer);
    });
  }

  /** Ends every call under way with RPC_ABORTED and closes the sockets. */
  close(): void {
    this.closing.abort();
    this.agent.destroy();
  }

  private async send(
    method: string,
    body: Buffer,
    credentials: UserAndPassword,
    options: CallOptions,
  ): Promise<Answer> {
    try {
      return await this.sendOnce(method, body, credentials, options);
    } catch (error) {
      if (!(error instanceof StaleSocket)) throw error;
      this.dropIdleSockets();
    }
    try {
      return await this.sendOnce(method, body, credentials, options);
    } catch (error) {
      throw error instanceof StaleSocket ? rpcErrorOfSocket(this.node, method, error.cause) : error;
    }
  }

  private dropIdleSockets(): void {
    for (const sockets of Object.values(this.agent.freeSockets)) {
      for (const socket of sockets ?? []) socket.destroy();
    }
  }

  private sendOnce(
    method: string,
    body: Buffer,
    credentials: UserAndPassword,
    options: CallOptions,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      let settled = false;
      let answered = false;
      const request = this.request(this.url, {
        method: 'POST',
        agent: this.agent,
        auth: `${credentials.user}:${credentials.password}`,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      });
      const fail = (error: Error): void => {
        if (settled) return;
        settled = true;
        tidy();
        request.destroy();
        reject(error);
      };
      const abort = (): void =>
        fail(
          new RpcError('RPC_ABORTED', `${method} on ${this.node} was cancelled`, { node: this.node, method }),
        );
      const cancelTimeout = this.timers.after(options.timeoutMs, () =>
        fail(
          new RpcError(
            'RPC_TIMEOUT',
            `${this.node} did not answer ${method} within ${options.timeoutMs} ms`,
            {
              node: this.node,
              method,
              timeoutMs: options.timeoutMs,
            },
          ),
        ),
      );
      const tidy = (): void => {
        cancelTimeout();
        signal?.removeEventListener('abort', abort);
        this.closing.signal.removeEventListener('abort', abort);
      };
      signal?.addEventListener('abort', abort);
      this.closing.signal.addEventListener('abort', abort);

      const broken = (cause: Error): void => {
        const stale = request.reusedSocket && !answered;
        fail(stale ? new StaleSocket('closed', { cause }) : rpcErrorOfSocket(this.node, method, cause));
      };
      request.on('error', broken);
      request.on('socket', () => {
        if (!request.reusedSocket) this.connections++;
      });
      request.on('response', (response) => {
        answered = true;
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length <= this.maxResponseBytes) {
            chunks.push(chunk);
            return;
          }
          fail(
            new RpcError(
              'RPC_TOO_LARGE',
              `${this.node} answered ${method} with more than ${this.maxResponseBytes} bytes: is this bitcoind's RPC port?`,
              { node: this.node, method, maxResponseBytes: this.maxResponseBytes },
            ),
          );
        });
        response.on('error', broken);
        response.on('end', () => {
          if (settled) return;
          settled = true;
          tidy();
          resolve({
            status: response.statusCode ?? 0,
            json: response.headers['content-type']?.startsWith('application/json') ?? false,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      if (signal?.aborted || this.closing.signal.aborted) abort();
      else request.end(body);
    });
  }

  private resultOf<T>(method: string, answer: Answer): T {
    // bitcoind sends RPC errors as JSON with HTTP 500, 404 or 400; 401, 403 and 503 come without JSON.
    if (answer.status !== 200 && !answer.json) throw rpcErrorOfStatus(this.node, method, answer.status);
    let parsed: unknown;
    try {
      parsed = JSON.parse(answer.body);
    } catch {
      throw this.malformed(method, `${answer.body.length} characters that are not JSON`);
    }
    const { error, result } = (parsed ?? {}) as {
      error?: { code?: unknown; message?: unknown } | null;
      result?: T;
    };
    if (error !== null && error !== undefined)
      throw rpcErrorOfAnswer(this.node, method, Number(error.code ?? -1), String(error.message ?? ''));
    if (result === undefined) throw this.malformed(method, 'JSON without a result');
    return result;
  }

  private malformed(method: string, what: string): RpcError {
    return new RpcError(
      'RPC_MALFORMED',
      `${this.node} answered ${method} with ${what}: is this bitcoind's RPC port?`,
      { node: this.node, method },
    );
  }
}
