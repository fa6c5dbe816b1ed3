/**
 * What stands between a socket and its dialogue: whose it really is where a trusted proxy brings it, and whether it
 * speaks TLS, told by its first byte on the same port (0x16 opens a TLS handshake and no JSON line). A connection for
 * which neither can be goes through at once. The bytes looked at go back; nothing is said.
 */
import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { errorMessage, type Logger, type Timers } from '../../lib/index.js';
import { type Peer, type PortKind, plainAddress } from './peer.js';
import { pausePromptly } from './prompt-pause.js';
import type { ProxyComplaints } from './proxy-complaints.js';
import { readProxyHeader } from './proxy-header.js';
import { TlsInput, type Turns } from './tls-input.js';
import { TlsOverhead } from './tls-overhead.js';
import type { TrustedProxies } from './trusted-proxies.js';
import { setBeforeTls } from './unread.js';

export type EntranceRefusal = 'proxy-header' | 'tls' | 'idle' | 'flood';

export interface EntranceOptions {
  readonly trusted: TrustedProxies;
  /** Asked for each connection; null where there is no TLS. */
  readonly tls: () => SecureContext | null;
  /** A proxy sends its whole header at once. */
  readonly proxyMs: number;
  /** Until the first byte, and to the end of the handshake. */
  readonly firstByteMs: number;
}

/**
 * What becomes of a connection: one of the two is called, unless its socket closes before; and `refused` for one that was
 * admitted, when it sends much that TLS need not.
 */
export interface EntranceOutcome {
  /** Whether a connection from there may stay; asked once its real address is known. Null for no. */
  mayEnter(peer: Peer): boolean;
  admitted(socket: Socket, peer: Peer): void;
  refused(reason: EntranceRefusal): void;
  /** With whom what it sends takes turns. */
  readonly turns: Turns;
}

const TLS_HANDSHAKE = 0x16;
const NOTHING = Buffer.alloc(0);

export class Entrance {
  /** Sockets that have not yet shown what they are. */
  private readonly waiting = new Set<Socket>();

  constructor(
    private readonly options: EntranceOptions,
    private readonly complaints: ProxyComplaints,
    private readonly logger: Logger,
    private readonly timers: Timers,
  ) {}

  get size(): number {
    return this.waiting.size;
  }

  receive(socket: Socket, port: PortKind, outcome: EntranceOutcome): void {
    const remote = socket.remoteAddress ?? '';
    const direct: Peer = { ip: plainAddress(remote), port, encrypted: false };
    if (this.options.trusted.has(remote)) this.readProxy(socket, direct, outcome);
    else this.enter(socket, direct, outcome);
  }

  /** Those who wait are let go. */
  close(): void {
    for (const socket of this.waiting) socket.destroy();
  }

  private readProxy(socket: Socket, direct: Peer, outcome: EntranceOutcome): void {
    let seen: Buffer = NOTHING;
    this.look(socket, this.options.proxyMs, outcome, (chunk) => {
      seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const header = readProxyHeader(seen);
      if (header.kind === 'more') return null;
      if (header.kind === 'malformed') {
        return () => {
          this.complaints.broken(direct.ip, header.why);
          this.refuse(socket, 'proxy-header', outcome);
        };
      }
      // Without a header it is the proxy's machine itself that mines, or checks that we are there.
      const isNamed = header.kind === 'header' && header.source !== null;
      const rest = header.kind === 'header' ? seen.subarray(header.length) : seen;
      if (rest.length > 0) socket.unshift(rest);
      const peer = isNamed ? { ...direct, ip: plainAddress(header.source) } : direct;
      return () => this.enter(socket, peer, outcome);
    });
  }

  private enter(socket: Socket, peer: Peer, outcome: EntranceOutcome): void {
    if (!outcome.mayEnter(peer)) return;
    const context = this.options.tls();
    if (context === null) outcome.admitted(socket, peer);
    else this.tellTls(socket, peer, context, outcome);
  }

  private tellTls(socket: Socket, peer: Peer, context: SecureContext, outcome: EntranceOutcome): void {
    this.look(socket, this.options.firstByteMs, outcome, (chunk) => {
      socket.unshift(chunk);
      return chunk[0] === TLS_HANDSHAKE
        ? () => this.shakeHands(socket, peer, context, outcome)
        : () => outcome.admitted(socket, peer);
    });
  }

  private shakeHands(
    socket: Socket,
    peer: Peer,
    secureContext: SecureContext,
    outcome: EntranceOutcome,
  ): void {
    const input = new TlsInput(socket, outcome.turns);
    const secure = new TLSSocket(input, { isServer: true, secureContext });
    // Node 18 does not do so by itself during a handshake.
    input.once('close', () => secure.destroy());
    pausePromptly(secure);
    setBeforeTls(secure, input);
    const overhead = new TlsOverhead(this.timers.nowMs());
    let said = 0;
    input.onGiven = (sent) => {
      if (secure.destroyed) return;
      if (secure.bytesRead > said) input.hasHeard();
      said = secure.bytesRead;
      const { paidBytes: paid, waitingBytes: waiting } = input;
      const isTooMuch = overhead.isTooMuch({ sent, said, paid, waiting }, this.timers.nowMs());
      input.isLate = overhead.isMuch;
      if (isTooMuch) this.refuse(secure, 'flood', outcome);
    };
    this.waiting.add(secure);
    const cancel = this.timers.after(this.options.firstByteMs, () => fail('it took too long'));
    const settle = (): void => {
      cancel();
      this.waiting.delete(secure);
      secure.off('error', onError).off('secure', onSecure).off('close', settle);
    };
    const fail = (why: string): void => {
      settle();
      secure.on('error', () => {});
      this.logger.debug({ ip: peer.ip, why }, 'a TLS handshake failed');
      this.refuse(secure, 'tls', outcome);
    };
    const onError = (error: Error): void => fail(errorMessage(error));
    input.onTooLong = () => fail('its ClientHello is longer than any');
    const onSecure = (): void => {
      settle();
      input.isSecure();
      outcome.admitted(secure, { ...peer, encrypted: true });
    };
    secure.on('error', onError).once('secure', onSecure).once('close', settle);
  }

  /** `take` is called with each chunk, in `limitMs` altogether, until it returns what comes next. */
  private look(
    socket: Socket,
    limitMs: number,
    outcome: EntranceOutcome,
    take: (chunk: Buffer) => (() => void) | null,
  ): void {
    this.waiting.add(socket);
    const cancel = this.timers.after(limitMs, () => {
      settle();
      this.refuse(socket, 'idle', outcome);
    });
    const settle = (): void => {
      cancel();
      this.waiting.delete(socket);
      socket.off('readable', onReadable).off('close', settle);
    };
    const onReadable = (): void => {
      const chunk = socket.read() as Buffer | null;
      const next = chunk === null ? null : take(chunk);
      if (next === null) return;
      settle();
      next();
    };
    socket.on('readable', onReadable).once('close', settle);
  }

  private refuse(socket: Socket, reason: EntranceRefusal, outcome: EntranceOutcome): void {
    outcome.refused(reason);
    socket.destroy();
  }
}
