/** A listener on a loopback port with hand-moved time and a sink in memory, and the miners connected to it. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type Logger, ManualClock } from '../../../src/lib/index.js';
import {
  AddressBook,
  DEFAULT_LIMITS,
  type GuardOptions,
  Listener,
  type ListenerDeps,
  type ListenerOptions,
  TrustedProxies,
} from '../../../src/stratum/index.js';
import { silentLogger } from '../../surroundings.js';
import { MemoryShareSink } from './memory-share-sink.js';
import { REGTEST, START_MS } from './sample-work.js';
import { WireMiner } from './wire-miner.js';

/** The p2wpkh and p2wsh examples of BIP173, with regtest's prefix. */
export const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
export const OTHER_ADDRESS = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';

/** About 4 hashes a share. */
export const EASY = 1e-9;

/** No proxy is trusted, and no TLS is spoken. */
export const PLAIN: ListenerDeps['transport'] = { trusted: new TrustedProxies([]), tls: () => null };

export const GUARD: GuardOptions = {
  nodeConnections: 100_000,
  strangersPerAddress: 10_000,
  longestBanMs: 600_000,
  memoryBytes: 16 << 20,
  unlimited: [],
};

/** How often listeners and coordinator speak of addresses. */
export const EXCHANGE_MS = 250;

export class PoolUnderTest {
  readonly sink = new MemoryShareSink();
  readonly clock: ManualClock;
  readonly listener: Listener;
  /** The coordinator's. */
  readonly book: AddressBook;
  private static readonly running: PoolUnderTest[] = [];
  private readonly miners: WireMiner[] = [];

  private constructor(
    readonly server: Server,
    options: Partial<ListenerOptions>,
    clock: ManualClock,
    firstExtranonce: number,
    transport: ListenerDeps['transport'],
    logger: Logger,
  ) {
    this.clock = clock;
    let extranonce = firstExtranonce;
    this.listener = new Listener(
      {
        network: REGTEST,
        mode: 'pool',
        startDifficulty: EASY,
        minDifficulty: EASY,
        maxDifficulty: 1e6,
        shareIntervalMs: 10_000,
        versionMask: 0x1fffe000,
        maxConnections: 100,
        extranonce1: { prefix: 0xa5, allocate: () => extranonce++ },
        guard: GUARD,
        highPort: null,
        limits: DEFAULT_LIMITS,
        ...options,
      },
      {
        logger,
        timers: clock,
        sink: this.sink,
        blocks: this.sink.blocks,
        events: this.sink,
        metrics: null,
        transport,
      },
    );
    this.book = new AddressBook(options.limits ?? DEFAULT_LIMITS, options.guard ?? GUARD);
    this.listener.attach(server);
    clock.every(EXCHANGE_MS, () => this.exchange());
  }

  static async open(
    options: Partial<ListenerOptions> = {},
    firstExtranonce = 0,
    transport: ListenerDeps['transport'] = PLAIN,
    logger: Logger = silentLogger,
  ): Promise<PoolUnderTest> {
    const server = createServer();
    const clock = new ManualClock(START_MS);
    const pool = new PoolUnderTest(server, options, clock, firstExtranonce, transport, logger);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    PoolUnderTest.running.push(pool);
    return pool;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `from`: its address, of 127.0.0.0/8. */
  async miner(from?: string): Promise<WireMiner> {
    const miner = await WireMiner.connect(this.port, from);
    this.miners.push(miner);
    return miner;
  }

  /** After each test, so that one that fails leaves no socket behind. */
  static async closeAll(): Promise<void> {
    await Promise.all(PoolUnderTest.running.splice(0).map((pool) => pool.close()));
  }

  private exchange(): void {
    const nowMs = this.clock.nowMs();
    this.book.report('this', this.listener.guardReport(), nowMs);
    const news = this.book.news('this', nowMs);
    if (news !== null) this.listener.setStanding(news);
  }

  private async close(): Promise<void> {
    this.server.close();
    for (const miner of this.miners) miner.end();
    await this.listener.close('the test is over');
  }
}
