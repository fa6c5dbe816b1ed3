/** The hostile end of a real connection. It hears what comes back as bytes and has them checked as lines. */
import { connect, type Socket } from 'node:net';
import { PoolWords } from '../dialogues/pool-words.js';
import type { AnswersOwed } from './answers-owed.js';
import { type Finding, findingOf } from './finding.js';
import type { FuzzMiner } from './fuzz-miner.js';

export class FuzzSocket {
  closed = false;
  /** Rises with whatever happens. */
  events = 0;
  fault: Finding | null = null;
  private readonly words = new PoolWords('latin1');

  private constructor(
    private readonly socket: Socket,
    private readonly miner: FuzzMiner,
    /** Null where what comes back is no Stratum. */
    private readonly owed: AnswersOwed | null,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.events++;
    });
  }

  static connect(
    port: number,
    localAddress: string,
    miner: FuzzMiner,
    owed: AnswersOwed | null,
  ): Promise<FuzzSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new FuzzSocket(socket, miner, owed));
      });
    });
  }

  /** Resolves when the kernel has it, or nobody takes it any more. */
  write(segment: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed || !this.socket.writable) resolve();
      else this.socket.write(segment, () => resolve());
    });
  }

  /** Says that nothing more will come. */
  half(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private hear(chunk: Buffer): void {
    this.events++;
    const lines = this.words.take(chunk);
    if (this.owed === null || this.fault !== null) return;
    try {
      for (const line of lines) this.miner.hear(this.owed.said(line));
    } catch (error) {
      this.fault = findingOf(error);
    }
  }
}
