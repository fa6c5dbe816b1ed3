/**
 * One miner's connection and the one to the pool behind it. Bytes go on as they come, at the pace of whoever reads
 * slower; what waits is told to the relay, which has to bound it for all. Whichever side ends first, the other gets what
 * is on its way and a moment to end too.
 */
import { connect, type Socket } from 'node:net';
import type { Timers } from '../../../../src/lib/index.js';

export interface PairLimits {
  /** For the connection to the pool to stand. */
  readonly connectMs: number;
  /** For the other side, once one has ended. */
  readonly halfOpenMs: number;
  /** Without a byte from the miner. The pool's own rules are stricter for all but a miner that works. */
  readonly idleMs: number;
  /** With bytes waiting of which the reader takes none. */
  readonly stuckMs: number;
  /** Waiting for one reader; above it nothing more is read from the other side. */
  readonly bytes: number;
}

export interface PairNews {
  /** Once. */
  ended(pair: RelayedPair): void;
  /** So many bytes more wait, or less, below zero; also after the end, until all is given back. */
  waiting(bytes: number): void;
}

/** Between two of a connection's probes by the kernel, which find a peer that has gone without a word. */
const PROBE_MS = 60_000;

export class RelayedPair {
  private readonly pool: Socket;
  private heardMs: number;
  private readonly stuckSinceMs = new Map<Socket, number>();
  private cancelHalfOpen: (() => void) | null = null;
  private readonly cancelConnect: () => void;
  private isOver = false;
  /** Bytes that have been read here and not been taken there. */
  waiting = 0;

  /** `header`: for the pool, before everything else. `poolPort`: of 127.0.0.1. */
  constructor(
    private readonly miner: Socket,
    header: string,
    poolPort: number,
    private readonly limits: PairLimits,
    private readonly timers: Timers,
    private readonly told: PairNews,
  ) {
    this.heardMs = timers.nowMs();
    this.pool = connect({ port: poolPort, host: '127.0.0.1', allowHalfOpen: true });
    this.cancelConnect = timers.after(limits.connectMs, () => this.close());
    this.pool.once('connect', () => this.cancelConnect());
    for (const socket of [miner, this.pool]) socket.setNoDelay(true).setKeepAlive(true, PROBE_MS);
    // Kept until the connection stands, as all that follows.
    this.pool.write(header);
    miner.on('data', () => {
      this.heardMs = timers.nowMs();
    });
    this.carry(miner, this.pool);
    this.carry(this.pool, miner);
  }

  /** Called every few seconds. */
  tick(nowMs: number): void {
    if (nowMs - this.heardMs >= this.limits.idleMs) this.close();
    for (const socket of [this.miner, this.pool]) {
      if (socket.writableLength === 0) this.stuckSinceMs.delete(socket);
      else if (!this.stuckSinceMs.has(socket)) this.stuckSinceMs.set(socket, nowMs);
      else if (nowMs - this.stuckSinceMs.get(socket)! >= this.limits.stuckMs) this.close();
    }
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.cancelConnect();
    this.cancelHalfOpen?.();
    this.miner.destroy();
    this.pool.destroy();
    this.told.ended(this);
  }

  private carry(from: Socket, to: Socket): void {
    from.on('data', (chunk: Buffer) => {
      if (to.destroyed || to.writableEnded) return;
      this.wait(to, chunk.length);
      to.write(chunk, () => this.wait(to, -chunk.length));
      if (to.writableLength > this.limits.bytes) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => {
      to.end();
      this.cancelHalfOpen ??= this.timers.after(this.limits.halfOpenMs, () => this.close());
    });
    // 'close' follows, and says as much.
    from.on('error', () => {});
    from.on('close', () => {
      // One that broke takes the other along; one that ended waits for it.
      if (!from.readableEnded || to.destroyed) this.close();
    });
  }

  /** `bytes` begin to wait for their reader, or wait no more, below zero. */
  private wait(reader: Socket, bytes: number): void {
    if (bytes < 0) this.stuckSinceMs.delete(reader);
    this.waiting += bytes;
    this.told.waiting(bytes);
  }
}
