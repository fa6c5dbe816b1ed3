/**
 * GET over HTTP(S), for a body from somebody who may mean harm. Node's own client and not `fetch`, because that one
 * decompresses what it gets, follows redirects by itself and has no bound for headers. Here bytes are taken as they
 * stand on the wire, and counted; an encoded body is refused; every hop's address is checked before it is connected
 * to, and exactly the checked address is connected to, so that a name cannot mean another one a moment later.
 */
import { Resolver } from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { CodedError } from '../lib/index.js';
import { placeName } from './place.js';

export class PlaceError extends CodedError<
  | 'PLACE_ADDRESS'
  | 'PLACE_CONNECTION'
  | 'PLACE_ENCODING'
  | 'PLACE_HEADERS'
  | 'PLACE_PIECES'
  | 'PLACE_REDIRECTS'
  | 'PLACE_SLOW'
  | 'PLACE_STATUS'
  | 'PLACE_TOO_LARGE'
> {}

export interface BodyRequest {
  readonly url: URL;
  readonly accept: string;
  /** With ports; they may have any address. */
  readonly namedHosts: ReadonlySet<string>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** All addresses of a name that is not named. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Whether what is not named may have this address. */
  readonly isOpen: (address: string) => boolean;
  /** An HTTP status has come, and with it a media type. */
  readonly onAnswer: (saidType: string) => void;
}

const MAX_REDIRECTS = 4;
const MAX_HEADER_BYTES = 16_384;
/** Answers of 100 to 199 before the real one: each has headers of its own. */
const MAX_INFORMATION = 4;

/**
 * What may be on the wire beyond a body and a sixteenth of it: headers, and what was read and not parsed yet. Each
 * chunk of HTTP costs as much as a kilobyte does, so that a body in single bytes would cost minutes of this processor.
 */
const SPARE_BYTES = 262_144;

/** Of the system's DNS servers, without its pool of threads, which a slow server of a foreign name could exhaust. */
export async function resolvePublic(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

/** The body's bytes as they arrive. Throws `PlaceError`, Node's own errors (they have a code), and `signal.reason`. */
export async function* httpBody(request: BodyRequest): AsyncGenerator<Uint8Array, void, void> {
  const response = await follow(request);
  try {
    const length = Number(response.headers['content-length'] ?? 0);
    refuseMore(length, request);
    const { socket } = response;
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      request.signal.throwIfAborted();
      bytes += chunk.length;
      refuseMore(bytes, request);
      if (socket.bytesRead > bytes + bytes / 16 + SPARE_BYTES) {
        throw new PlaceError(
          'PLACE_PIECES',
          `sends ${socket.bytesRead} bytes to give ${bytes}, in pieces that small`,
        );
      }
      yield chunk;
    }
    request.signal.throwIfAborted();
  } catch (error) {
    request.signal.throwIfAborted(); // an aborted response says only that
    throw error;
  } finally {
    response.destroy();
  }
}

function printable(header: string): string {
  return header.slice(0, 60).replace(/[^\x20-\x7e]/g, '?');
}

function refuseMore(bytes: number, { maxBytes }: BodyRequest): void {
  if (bytes <= maxBytes) return;
  throw new PlaceError(
    'PLACE_TOO_LARGE',
    `gives ${bytes} bytes or more, and ${maxBytes} are the most there can be`,
  );
}

async function follow(request: BodyRequest): Promise<IncomingMessage> {
  let { url } = request;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await open(url, request);
    const { statusCode, headers } = response;
    request.onAnswer(printable(headers['content-type'] ?? 'nothing'));
    if (statusCode === 200) {
      const encoding = headers['content-encoding'] ?? 'identity';
      if (encoding.toLowerCase() === 'identity') return response;
      response.destroy();
      throw new PlaceError(
        'PLACE_ENCODING',
        `answers in "${printable(encoding)}", and was asked for identity`,
      );
    }
    response.destroy();
    const isRedirect = statusCode !== undefined && statusCode >= 300 && statusCode < 400;
    if (!isRedirect || headers.location === undefined || !URL.canParse(headers.location, url.href)) {
      throw new PlaceError('PLACE_STATUS', `answers ${statusCode}`, { status: statusCode });
    }
    url = new URL(headers.location, url);
  }
  throw new PlaceError(
    'PLACE_REDIRECTS',
    `redirects more than ${MAX_REDIRECTS} times, at last to ${placeName(url)}`,
  );
}

async function open(url: URL, request: BodyRequest): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PlaceError('PLACE_ADDRESS', `leads to ${url.protocol}, which is not asked`);
  }
  const lookup = request.namedHosts.has(url.host) ? undefined : await publicOnly(url, request);
  request.signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    const sent = client.get(url, {
      agent: false,
      headers: { accept: request.accept, 'accept-encoding': 'identity', 'user-agent': 'orcapool' },
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(lookup && { lookup }),
    });
    const abort = (): void => {
      sent.destroy(request.signal.reason);
    };
    request.signal.addEventListener('abort', abort, { once: true });
    let informed = 0;
    sent.on('information', () => {
      if (++informed <= MAX_INFORMATION) return;
      sent.destroy(new PlaceError('PLACE_HEADERS', 'announces an answer again and again and gives none'));
    });
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.on('close', () => {
      request.signal.removeEventListener('abort', abort);
      reject(new PlaceError('PLACE_CONNECTION', 'closes the connection without an answer'));
    });
  });
}

/** Throws `PlaceError` unless the host has public addresses; a connection is then made to those. */
async function publicOnly(url: URL, { resolve, isOpen, signal }: BodyRequest): Promise<LookupFunction> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const found = isIP(name) === 0 ? await untilAborted(resolve(name), signal) : [name];
  const addresses = found.filter(isOpen).map((address) => ({ address, family: isIP(address) }));
  if (addresses.length > 0) {
    return (_name, options, callback) => {
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    };
  }
  throw new PlaceError(
    'PLACE_ADDRESS',
    `leads to ${url.host}, which is ${found.length === 0 ? 'unknown' : 'no public address'}, and the operator has not named it`,
  );
}

function untilAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
