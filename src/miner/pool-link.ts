/**
 * The miner's TCP connection to its pool, dialled again whenever it is lost: after 1 s, doubling to 30 s until the
 * pool has accepted us once more. A pool silent for 180 s is given up, as ESP-Miner does. As in cgminer, a pool may
 * move us to another port of its host, not to another host.
 */
import { connect, type Socket } from 'node:net';
import { CodedError, errorMessage, type Timers } from '../lib/index.js';
import { LineSplitter } from './line-splitter.js';

export class PoolUrlError extends CodedError<'POOL_URL_INVALID'> {}

export interface PoolAddress {
  readonly host: string;
  readonly port: number;
}

export interface PoolLinkEvents {
  opened(): void;
  line(line: string): void;
  /** `retryMs`: when the next attempt starts. Also called for an attempt that never opened. */
  closed(reason: string, retryMs: number): void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const SILENCE_MS = 180_000;
const CONNECT_MS = 10_000;
/** A notify with a coinbase of a hundred kilobytes still fits. */
const MAX_LINE = 1 << 20;

/** `stratum+tcp://host:port`, `tcp://host:port` or `host:port`. Throws `PoolUrlError`. */
export function parsePoolUrl(url: string): PoolAddress {
  const match = /^(?:(?:stratum\+)?tcp:\/\/)?(\[[0-9a-fA-F:.]+\]|[^\s:/[\]]+):(\d{1,5})\/?$/.exec(url);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535) {
    throw new PoolUrlError('POOL_URL_INVALID', `"${url}" is not stratum+tcp://<host>:<port>`);
  }
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
}

export class PoolLink {
  private socket: Socket | null = null;
  private address: PoolAddress;
  private retryMs = FIRST_RETRY_MS;
  private cancelRetry: () => void = () => undefined;
  private cancelSilence: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly home: PoolAddress,
    private readonly timers: Timers,
    private readonly events: PoolLinkEvents,
  ) {
    this.address = home;
  }

  dial(): void {
    const socket = connect({
      host: this.address.host,
      port: this.address.port,
      noDelay: true,
      keepAlive: true,
    });
    const splitter = new LineSplitter(MAX_LINE);
    this.socket = socket;
    socket.setEncoding('utf8');
    this.expectWithin(CONNECT_MS, 'no connection within 10 s');
    socket.on('connect', () => {
      this.expectWithin(SILENCE_MS, 'the pool said nothing for 180 s');
      this.events.opened();
    });
    socket.on('data', (chunk) => {
      this.expectWithin(SILENCE_MS, 'the pool said nothing for 180 s');
      for (const line of this.split(splitter, String(chunk))) {
        if (this.socket !== socket) return;
        this.events.line(line);
      }
    });
    socket.on('error', (error) => this.lost(socket, errorMessage(error)));
    socket.on('close', () => this.lost(socket, 'the pool closed the connection'));
  }

  send(line: string): void {
    this.socket?.write(`${line}\n`);
  }

  /** The pool has accepted us: the next loss is retried after 1 s again. */
  healthy(): void {
    this.retryMs = FIRST_RETRY_MS;
  }

  /** Closes and dials again, after the back-off or after `waitMs` when given. */
  drop(reason: string, waitMs?: number): void {
    if (this.socket !== null) this.lost(this.socket, reason, waitMs);
  }

  /** False when the host is another one; then nothing changes. */
  moveTo(host: string | null, port: number | null): boolean {
    if (host !== null && host !== this.home.host) return false;
    this.address = { host: this.home.host, port: port ?? this.home.port };
    return true;
  }

  stop(): void {
    this.stopped = true;
    this.cancelRetry();
    this.cancelSilence();
    this.socket?.destroy();
    this.socket = null;
  }

  private split(splitter: LineSplitter, chunk: string): string[] {
    try {
      return splitter.push(chunk);
    } catch (error) {
      this.drop(errorMessage(error));
      return [];
    }
  }

  private lost(socket: Socket, reason: string, waitMs?: number): void {
    socket.destroy();
    if (this.socket !== socket || this.stopped) return;
    this.socket = null;
    this.cancelSilence();
    // A port we were moved to gets one attempt; the configured one is always the way back.
    if (waitMs === undefined) this.address = this.home;
    const delayMs = waitMs ?? this.retryMs;
    if (waitMs === undefined) this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
    this.cancelRetry = this.timers.after(delayMs, () => this.dial());
    this.events.closed(reason, delayMs);
  }

  private expectWithin(limitMs: number, otherwise: string): void {
    this.cancelSilence();
    this.cancelSilence = this.timers.after(limitMs, () => this.drop(otherwise));
  }
}
