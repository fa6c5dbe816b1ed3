/** A listener on a loopback port with hand-moved time and a sink in memory, and the miners connected to it. */

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { ManualClock } from '../../../src/lib/index.js';
import { DEFAULT_LIMITS, Listener, type ListenerOptions } from '../../../src/stratum/index.js';
import { silentLogger } from '../../surroundings.js';
import { MemoryShareSink } from './memory-share-sink.js';
import { REGTEST, START_MS } from './sample-work.js';
import { WireMiner } from './wire-miner.js';

/** The p2wpkh and p2wsh examples of BIP173, with regtest's prefix. */
export const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
export const OTHER_ADDRESS = 'bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry';

/** About 4 hashes a share. */
export const EASY = 1e-9;

export class PoolUnderTest {
  readonly sink = new MemoryShareSink();
  readonly clock: ManualClock;
  readonly listener: Listener;
  private static readonly running: PoolUnderTest[] = [];
  private readonly miners: WireMiner[] = [];

  private constructor(
    private readonly server: Server,
    options: Partial<ListenerOptions>,
    clock: ManualClock,
    firstExtranonce: number,
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
        limits: DEFAULT_LIMITS,
        ...options,
      },
      {
        logger: silentLogger,
        timers: clock,
        sink: this.sink,
        blocks: this.sink.blocks,
        events: this.sink,
        metrics: null,
      },
    );
    this.listener.attach(server);
  }

  static async open(options: Partial<ListenerOptions> = {}, firstExtranonce = 0): Promise<PoolUnderTest> {
    const server = createServer();
    const pool = new PoolUnderTest(server, options, new ManualClock(START_MS), firstExtranonce);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    PoolUnderTest.running.push(pool);
    return pool;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async miner(): Promise<WireMiner> {
    const miner = await WireMiner.connect(this.port);
    this.miners.push(miner);
    return miner;
  }

  /** After each test, so that one that fails leaves no socket behind. */
  static async closeAll(): Promise<void> {
    await Promise.all(PoolUnderTest.running.splice(0).map((pool) => pool.close()));
  }

  private async close(): Promise<void> {
    this.server.close();
    for (const miner of this.miners) miner.end();
    await this.listener.close('the test is over');
  }
}
