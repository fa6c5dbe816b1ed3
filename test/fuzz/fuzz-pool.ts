/**
 * A listener on a loopback port, with everything it has in a node around it: a coordinator's address book, a certificate
 * for those inputs that come to a TLS door, proxies it trusts, and a hand-moved clock whose alarms are counted.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import {
  AddressBook,
  DEFAULT_LIMITS,
  Listener,
  TlsContext,
  TrustedProxies,
} from '../../src/stratum/index.js';
import { START_MS } from '../integration/stratum/sample-work.js';
import { silentLogger } from '../surroundings.js';
import { CountingTimers } from './counting-timers.js';
import { check } from './finding.js';
import { FuzzChain, GUARD, RULES } from './fuzz-rules.js';
import { FuzzSink } from './fuzz-sink.js';

/** Addresses of those whose PROXY headers are believed, and of the others. */
const PROXIES = '127.3';
const OTHERS = '127.2';
const EXCHANGE_MS = 250;
const CLOSING_TURN_MS = 10;
/** A job that nobody else has, as the meter counts it, and a worker with the longest name. */
const STATE_BYTES = 2_000 * DEFAULT_LIMITS.jobs + 1_200 * DEFAULT_LIMITS.workers;
/** What one hostile connection may make a listener hold: a chunk of a socket, a line, a backlog, its session's state. */
const MOST_HELD_BYTES =
  (64 << 10) + DEFAULT_LIMITS.lineBytes + DEFAULT_LIMITS.strangerBacklogBytes + STATE_BYTES;
const CERTIFICATES = new URL('../../../test/vectors/tls/', import.meta.url);

export class FuzzPool {
  readonly clock = new CountingTimers(START_MS);
  readonly sink = new FuzzSink();
  readonly listener: Listener;
  /** Whether the next connection may speak TLS. */
  speaksTls = false;
  heldBytes = 0;
  private readonly book = new AddressBook(DEFAULT_LIMITS, GUARD);
  private readonly chain = new FuzzChain();
  private readonly stopExchange: () => void;
  private extranonce = 0;
  private visitors = 0;

  private constructor(private readonly server: Server) {
    const context = new TlsContext();
    const read = (name: string): string => readFileSync(new URL(name, CERTIFICATES), 'utf8');
    context.use({ certificate: read('first.crt'), key: read('first.key') });
    const { clock, sink } = this;
    this.listener = new Listener(
      {
        ...RULES,
        maxConnections: 100,
        extranonce1: { prefix: 0xa5, allocate: () => this.extranonce++ },
        guard: GUARD,
        highPort: null,
      },
      {
        logger: silentLogger,
        timers: clock,
        sink,
        blocks: sink,
        events: sink,
        metrics: sink,
        transport: {
          trusted: new TrustedProxies([`${PROXIES}.0.0/16`]),
          tls: () => (this.speaksTls ? context.current : null),
        },
      },
    );
    this.listener.attach(server);
    this.stopExchange = clock.every(EXCHANGE_MS, () => this.exchange());
    this.setWork('block');
  }

  static async open(): Promise<FuzzPool> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FuzzPool(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next visitor's; each has one of its own for a while, so that none is banned for another. */
  address(proxied: boolean): string {
    const number = this.visitors++ % 50_000;
    return `${proxied ? PROXIES : OTHERS}.${number >> 8}.${(number & 0xff) % 254 || 254}`;
  }

  setWork(what: 'refresh' | 'block' | 'none'): void {
    if (what === 'none') this.listener.setNoWork('no bitcoind');
    else this.listener.setWork(this.chain.next(what, this.clock.nowMs()));
  }

  async close(): Promise<void> {
    this.server.close();
    this.stopExchange();
    let isClosed = false;
    const closed = this.listener.close('the fuzzing is over').finally(() => {
      isClosed = true;
    });
    // It waits for the disk and for miners to hang up, but not for ever.
    while (!isClosed) {
      await new Promise((resolve) => setTimeout(resolve, CLOSING_TURN_MS));
      this.clock.advance(1_000);
    }
    await closed;
    check(this.clock.set === 0, 'leak', `${this.clock.set} alarms are set after the listener's end`);
  }

  /** What listener and coordinator tell each other four times a second. */
  exchange(): void {
    const nowMs = this.clock.nowMs();
    const report = this.listener.guardReport();
    this.heldBytes = report.pendingBytes;
    check(this.heldBytes <= MOST_HELD_BYTES, 'leak', `${this.heldBytes} bytes are held for two connections`);
    this.book.report('this', report, nowMs);
    this.book.sweep(nowMs);
    const news = this.book.news('this', nowMs);
    if (news !== null) this.listener.setStanding(news);
  }
}
