/**
 * Brings miners of the local network to the pod. A port that podman publishes is not to be reached from the network on
 * every platform, and hides from whom a connection comes; so the task itself listens, and hands each connection to the
 * pod's port on this machine's loopback, with a PROXY header before it. While there is no pod miners are let go at once,
 * and try their next pool. Nothing is looked at: who may stay is the pool's to say.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { errorCode, errorMessage, type Timers } from '../../../../src/lib/index.js';
import type { Attention } from '../operator/operator-variables.js';
import { proxyLine } from './proxy-line.js';
import { type PairLimits, type PairNews, RelayedPair } from './relayed-pair.js';

export interface RelayOptions extends PairLimits {
  readonly host: string;
  /** Where miners connect. */
  readonly port: number;
  /** Of 127.0.0.1. */
  readonly poolPort: number;
  /** At once. Above those the pool takes, so that it is the pool that chooses. */
  readonly connections: number;
  /** Waiting for readers, altogether; whoever lets most wait has to go. */
  readonly allBytes: number;
}

export const RELAY_LIMITS = {
  ...{ connectMs: 5_000, halfOpenMs: 10_000, idleMs: 3 * 3_600_000, stuckMs: 60_000 },
  ...{ bytes: 64 * 1024, connections: 3_000, allBytes: 16 * 1024 * 1024 },
};

const TICK_MS = 5_000;
const RETRY_MS = 15_000;

export class MinerRelay implements PairNews {
  private readonly pairs = new Set<RelayedPair>();
  private readonly server: Server;
  private readonly cancels: (() => void)[] = [];
  private isStopping = false;
  /** Read on one side and not taken on the other, of all connections. */
  waitingBytes = 0;
  /** Why nobody can connect; null where they can, and before the first attempt. */
  problem: Attention | null = null;
  /** Called when there is another `problem` than before, and not when there is none any more. */
  onProblem: () => void = () => {};
  /** Since the start. */
  turnedAway = 0;

  constructor(
    private readonly options: RelayOptions,
    private readonly timers: Timers,
  ) {
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket));
    this.server.on('error', (error) => this.failed(error));
    this.server.on('listening', () => {
      this.problem = null;
    });
  }

  /** A port that is not to be had is tried again, and told in `problem`. */
  start(): void {
    this.cancels.push(this.timers.every(TICK_MS, () => this.tick()));
    this.listen();
  }

  get connected(): number {
    return this.pairs.size;
  }

  /** Where it listens; null while it does not. */
  get port(): number | null {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  }

  /** Every connection ends with it. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const cancel of this.cancels) cancel();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const pair of this.pairs) pair.close();
    await closed;
  }

  private listen(): void {
    if (!this.isStopping) this.server.listen({ host: this.options.host, port: this.options.port });
  }

  private failed(error: Error): void {
    const { port } = this.options;
    const isTaken = errorCode(error) === 'EADDRINUSE';
    this.problem = {
      what: isTaken
        ? `port ${port} is taken by another program, so no miner can connect`
        : `port ${port} cannot be opened, so no miner can connect: ${errorMessage(error)}`,
      whatToDo: 'Set POOL_STRATUM_PORT to another port, or end that program; it is tried again each 15 s.',
    };
    this.onProblem();
    if (this.port === null) this.cancels.push(this.timers.after(RETRY_MS, () => this.listen()));
  }

  private accept(miner: Socket): void {
    if (this.isStopping || this.pairs.size >= this.options.connections) {
      this.turnedAway++;
      miner.on('error', () => {}).destroy();
      return;
    }
    const header = proxyLine(miner);
    // Gone already.
    if (header === null) miner.on('error', () => {}).destroy();
    else
      this.pairs.add(new RelayedPair(miner, header, this.options.poolPort, this.options, this.timers, this));
  }

  ended(pair: RelayedPair): void {
    this.pairs.delete(pair);
  }

  waiting(bytes: number): void {
    this.waitingBytes += bytes;
    if (this.waitingBytes > this.options.allBytes) this.shed();
  }

  private tick(): void {
    const nowMs = this.timers.nowMs();
    for (const pair of this.pairs) pair.tick(nowMs);
  }

  /** What an ended pair kept waiting is given back a moment later, and counts no more at once. */
  private shed(): void {
    let waiting = 0;
    for (const pair of this.pairs) waiting += pair.waiting;
    for (const pair of [...this.pairs].sort((a, b) => b.waiting - a.waiting)) {
      if (waiting <= this.options.allBytes) return;
      waiting -= pair.waiting;
      pair.close();
    }
  }
}
