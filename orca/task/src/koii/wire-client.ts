/**
 * A Koii node's `/namespace-wrapper`, as Koii's own package speaks it: one POST a call, the method's name first among
 * its arguments. As there, a call never throws: what went wrong comes back under the key `error`.
 */
import { errorMessage } from '../../../../src/lib/index.js';

export interface WireFailure {
  readonly error: { readonly status: number | null; readonly message: string };
}

/** A list of distribution is written to the chain in dozens of transactions before the answer comes. */
const PATIENCE_MS = { toAct: 120_000, toRead: 30_000 };

export class WireClient {
  private readonly url: string;
  /** Of the node itself, which asks itself for what other nodes say. */
  readonly nodeUrl: string;

  constructor(
    nodePort: number,
    private readonly taskId: string,
    private readonly secret: string,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.nodeUrl = `http://127.0.0.1:${nodePort}`;
    this.url = `${this.nodeUrl}/namespace-wrapper`;
  }

  async call(method: string, ...more: readonly unknown[]): Promise<unknown> {
    const { taskId, secret, patienceMs } = this;
    const timeoutMs = method.startsWith('get') ? patienceMs.toRead : patienceMs.toAct;
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ args: [method, ...more], taskId, secret }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const body = readJson(await response.text());
      if (body === null) return failure(response.status, `HTTP ${response.status} without JSON`);
      if (response.status === 200) return body.response;
      return failure(response.status, String(body.message ?? 'no reason given'));
    } catch (error) {
      return failure(null, errorMessage(error));
    }
  }
}

/** Null for a page, as proxies and crashed servers answer. */
function readJson(text: string): { readonly response?: unknown; readonly message?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failure(status: number | null, message: string): WireFailure {
  return { error: { status, message } };
}

export function isFailure(answer: unknown): answer is WireFailure {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}
