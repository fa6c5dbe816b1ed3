/**
 * What a call to bitcoind can end in, besides a result. bitcoind's numeric codes (`src/rpc/protocol.h`) are kept
 * in `data.rpcCode` and turned into names a program can switch on. A message is cut to its first line: called
 * without arguments, bitcoind answers with the method's whole help text.
 */
import { CodedError } from '../lib/index.js';

export type RpcErrorCode =
  /** -28: starting up. */
  | 'RPC_WARMING_UP'
  /** -9: no peers, so no template. */
  | 'RPC_NOT_CONNECTED'
  /** -10: initial block download. */
  | 'RPC_IN_IBD'
  /** -8 on getblocktemplate: a rule that the request must name, and did not. */
  | 'RPC_RULE_MISSING'
  /** -8 elsewhere: a value out of range, a height above the tip for one. */
  | 'RPC_INVALID_PARAMETER'
  /** -5: no such block, transaction or address. */
  | 'RPC_NOT_FOUND'
  /** -32601: this version has no such method. */
  | 'RPC_METHOD_UNKNOWN'
  /** -22: bytes that do not decode. */
  | 'RPC_UNDECODABLE'
  /** Any other answer that is an error. */
  | 'RPC_FAILED'
  /** HTTP 401, whose body is empty. */
  | 'RPC_UNAUTHORIZED'
  /** HTTP 403: our address is not in rpcallowip. */
  | 'RPC_FORBIDDEN'
  /** HTTP 503: bitcoind's work queue is full. */
  | 'RPC_BUSY'
  /** The cookie file cannot be read. */
  | 'RPC_COOKIE_UNREADABLE'
  /** Refused, reset, or closed before the answer ended. */
  | 'RPC_UNREACHABLE'
  | 'RPC_TIMEOUT'
  /** The answer is not JSON-RPC. */
  | 'RPC_MALFORMED'
  /** The answer is longer than the cap. */
  | 'RPC_TOO_LARGE'
  /** We cancelled it. */
  | 'RPC_ABORTED';

export class RpcError extends CodedError<RpcErrorCode> {}

const NAMED_CODES: ReadonlyMap<number, RpcErrorCode> = new Map([
  [-28, 'RPC_WARMING_UP'],
  [-9, 'RPC_NOT_CONNECTED'],
  [-10, 'RPC_IN_IBD'],
  [-8, 'RPC_INVALID_PARAMETER'],
  [-5, 'RPC_NOT_FOUND'],
  [-32601, 'RPC_METHOD_UNKNOWN'],
  [-22, 'RPC_UNDECODABLE'],
]);

const LONGEST_MESSAGE = 200;

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]!.trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

/** The error member of a JSON-RPC answer. `node` is the URL without credentials. */
export function rpcErrorOfAnswer(node: string, method: string, rpcCode: number, message: string): RpcError {
  const named = NAMED_CODES.get(rpcCode) ?? 'RPC_FAILED';
  const code =
    named === 'RPC_INVALID_PARAMETER' && method === 'getblocktemplate' ? 'RPC_RULE_MISSING' : named;
  return new RpcError(code, `${node} answered ${method} with ${rpcCode}: ${firstLine(message)}`, {
    node,
    method,
    rpcCode,
  });
}

/** An HTTP status whose body is no JSON-RPC answer. */
export function rpcErrorOfStatus(node: string, method: string, status: number): RpcError {
  const facts = { node, method, status };
  switch (status) {
    case 401:
      return new RpcError(
        'RPC_UNAUTHORIZED',
        `${node} refused our credentials (HTTP 401): compare the configured cookie file, or user and password, with bitcoind's`,
        facts,
      );
    case 403:
      return new RpcError(
        'RPC_FORBIDDEN',
        `${node} refuses calls from this address (HTTP 403): add it to bitcoind's rpcallowip`,
        facts,
      );
    case 503:
      return new RpcError(
        'RPC_BUSY',
        `${node} has no free place in its work queue (HTTP 503): raise bitcoind's rpcworkqueue if it lasts`,
        facts,
      );
    default:
      return new RpcError(
        'RPC_MALFORMED',
        `${node} answered ${method} with HTTP ${status} and no JSON-RPC body: is this bitcoind's RPC port?`,
        facts,
      );
  }
}

const TIMEOUT_CODES: ReadonlySet<unknown> = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT']);

/** An error of the socket layer, Node's or the `request` package's. */
export function rpcErrorOfSocket(node: string, method: string, cause: unknown): RpcError {
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  const facts = { node, method, socketCode: code };
  if (TIMEOUT_CODES.has(code))
    return new RpcError('RPC_TIMEOUT', `${node} did not answer ${method} in time`, facts, cause);
  const why = typeof code === 'string' ? code : firstLine(String(message ?? cause));
  return new RpcError(
    'RPC_UNREACHABLE',
    `${node} cannot be reached for ${method} (${why}): is bitcoind running there, with server=1?`,
    facts,
    cause,
  );
}
